"""Live pages in Chromium, on a real server: pages stay fresh, say when they cannot, and lose nothing typed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlmodel import select

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch, Vote
from tests.world.builders import a_pitch, an_event
from tests.world.serving import Standing, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]


@pytest.fixture
def event(standing: Standing) -> Event:
    return an_event(standing.database)[0]


@pytest.fixture
def phone(chromium: Browser, standing: Standing) -> Iterator[BrowserContext]:
    address = f"http://127.0.0.1:{standing.site.port}"
    context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=address)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_published_grid_appears_on_an_open_page(phone: BrowserContext, standing: Standing, event: Event) -> None:
    pitch = a_pitch(standing.database, event, title="Open data for parks")
    page = phone.new_page()
    page.goto(f"/e/{event.code}/grid")
    expect(page.locator("#grid")).not_to_contain_text("Open data for parks")

    def publish(tx: Transaction) -> None:
        own = tx.get_one(Event, event.id)
        slot = next(slot for slot in events.slots(tx, event.id) if not slot.title)
        versions.move(tx, at_the_machine(own), own.grid_version, pitch.id, (slot.id, events.rooms(tx, event.id)[0].id))
        versions.publish(tx, at_the_machine(own), own.grid_version)

    standing.database.write(publish)
    expect(page.locator("#grid")).to_contain_text("Open data for parks", timeout=20_000)


def test_offline_is_said_and_a_vote_goes_out_when_the_network_is_back(
    phone: BrowserContext, standing: Standing, event: Event
) -> None:
    pitch = a_pitch(standing.database, event)
    page = phone.new_page()
    with page.expect_response(lambda it: "/stream" in it.url):
        page.goto(f"/e/{event.code}")
    phone.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("You are offline", timeout=20_000)
    page.locator(f"#vote-{pitch.id} button").last.click()
    expect(page.locator(f"#vote-{pitch.id} .state")).to_have_text("Waiting for the network")
    expect(page.locator(f"#vote-{pitch.id} button").last).to_have_attribute("aria-pressed", "true")
    phone.set_offline(False)
    expect(page.locator("#offline")).to_have_text("You are back online.", timeout=30_000)
    wait_until(lambda: _votes(standing.database, event) == [2])
    expect(page.locator(f"#vote-{pitch.id} .state")).to_have_count(0)


def test_what_was_typed_and_not_sent_is_there_again(phone: BrowserContext, standing: Standing, event: Event) -> None:
    page = phone.new_page()
    page.goto(f"/e/{event.code}")
    field = page.locator("textarea[name=description]").first
    field.evaluate("(it) => it.closest('details') && (it.closest('details').open = true)")
    field.fill("Half a thought")
    page.reload()
    expect(page.locator("#alert")).to_have_text("What you had typed here is back. It was not sent yet.")
    expect(page.locator("textarea[name=description]").first).to_have_value("Half a thought")
    page.locator("input[name=title]").first.evaluate(
        "(it) => it.closest('details') && (it.closest('details').open = true)"
    )
    page.locator("input[name=title]").first.fill("A whole one")
    page.locator("form", has=page.locator("textarea[name=description]")).first.locator(
        "button[type=submit]"
    ).last.click()
    expect(page.locator("#own-pitches")).to_contain_text("A whole one")  # and not only above the form, where it waits
    assert _titles(standing.database, event) == ["A whole one"]
    page.reload()
    expect(page.locator("#alert")).to_be_empty()


def test_where_streams_fail_the_page_polls(phone: BrowserContext, standing: Standing, event: Event) -> None:
    page = phone.new_page()
    standing.catch_up(event.code)
    page.route("**/stream?view=*", lambda route: route.continue_() if "poll=1" in route.request.url else route.abort())
    with page.expect_request(lambda it: "poll=1" in it.url, timeout=60_000):
        page.goto(f"/e/{event.code}/grid")
    pitch = a_pitch(standing.database, event)
    with page.expect_response(lambda it: "poll=1" in it.url and it.status == 200, timeout=60_000) as answer:
        pass
    assert answer.value.json()["refs"]["pitch"] == [{"pitch": pitch.id}]


def _votes(database: Database, event: Event) -> list[int]:
    with database.reading() as tx:
        return list(tx.scalars(select(Vote.interest).join(Pitch).where(Pitch.event_id == event.id)))


def _titles(database: Database, event: Event) -> list[str]:
    with database.reading() as tx:
        return list(tx.scalars(select(Pitch.title).where(Pitch.event_id == event.id)))

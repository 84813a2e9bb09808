"""The evening in a real browser, as one journey: notes, the book, looking back, actions, the archive, the next event.

Two writers, the host, a guest, the organiser and a stranger each have a browser of their own.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from sqlmodel import select

from eventkit.processes.housekeeping import Housekeeping
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Slot
from tests.world.browser import served
from tests.world.published import Day, a_published_day, at_this_hour

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

PHONE, LAPTOP = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
ARCHIVED = "This event is in the archive"


@dataclass
class Evening:
    """A day whose last session is over, and who is still there."""

    address: str
    database: Database
    day: Day
    ann: Page  # writes
    bob: Page  # writes, too
    host: Page
    guest: Page
    laptop: Page
    stranger: Page  # has never been there
    complaints: list[str]

    @property
    def home(self) -> str:
        return f"{self.address}{self.day.address}"

    @property
    def session(self) -> str:
        return f"{self.home}/pitches/{self.day.pitches[0].id}"

    @property
    def book(self) -> str:
        return f"{self.address}/book/{self.day.event.code}/"


@pytest.fixture
def evening(app: Flask, database: Database, chromium: Browser) -> Iterator[Evening]:
    day = a_published_day(database)
    at_this_hour(database, day, 3)
    complaints: list[str] = []

    def opened(size: ViewportSize) -> Page:
        page = stack.enter_context(chromium.new_context(viewport=size, reduced_motion="reduce")).new_page()
        page.on("console", lambda it: complaints.append(it.text) if it.type in ("error", "warning") else None)
        page.on("pageerror", lambda it: complaints.append(str(it)))
        return page

    with ExitStack() as stack:
        pages = [opened(size) for size in (PHONE, PHONE, PHONE, PHONE, LAPTOP, LAPTOP)]
        address = stack.enter_context(served(app))
        ann, bob, host, guest, laptop, stranger = pages
        yield Evening(address, database, day, ann, bob, host, guest, laptop, stranger, complaints)


def test_evening(evening: Evening) -> None:
    for act in (write, strike, publish, look_back, share_results, finish, close, begin_again):
        act(evening)
    assert [it for it in evening.complaints if "409" not in it] == []


def status(page: Page, address: str) -> int:
    """What the server answers this browser."""
    return page.request.get(address).status


def named(word: str) -> re.Pattern[str]:
    """The name of a button with this word, and with which of many it is."""
    return re.compile(rf"^{word}\s*(:|$)")


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=named(name)).click()


def write(it: Evening) -> None:
    """Two write the notes and one summary of a session; one who reads joins an action."""
    it.laptop.goto(f"{it.home}/organise?key={it.day.secret}")
    it.laptop.goto(it.session)
    it.laptop.get_by_text("Put it on its host’s phone").click()
    it.host.goto(f"{it.home}/claim")
    it.host.get_by_label("code").fill(it.laptop.locator(".code").inner_text())
    it.host.locator("main form button").click()
    for page in (it.ann, it.bob, it.guest):
        page.goto(f"{it.session}/notes")
    note(it.ann, "Note", "## Who pays\n\nThe county pays, **not** the district.", name="Ann")
    note(it.bob, "Note", "Somebody called the mayor names.", name="Bob")
    note(it.bob, "Note", "My number is 07700 900123.", mark="Keep it out of the book")
    note(it.ann, "Action", "Write to the county", owner="Cleo")
    expect(it.guest.locator("#entries li")).to_have_count(4)
    for page, text in ((it.ann, "Counties pay."), (it.bob, "Districts wait.")):
        page.get_by_text("Write the summary").click()
        page.get_by_label("Summary", exact=True).fill(text)
    press(it.ann, "Keep the summary")
    expect(it.guest.locator("#summary-now")).to_contain_text("Counties pay.")
    press(it.bob, "Keep the summary")
    expect(it.guest.locator("#summary-now")).to_contain_text("Counties pay.\nDistricts wait.")
    action = it.guest.locator("#entries li.action")
    action.get_by_label("Your name").fill("Dan")
    press(action, "I’ll help")
    expect(it.ann.locator("#entries li.action")).to_contain_text("Helping: Dan")


def note(page: Page, kind: str, text: str, *, name: str = "", owner: str = "", mark: str = "") -> None:
    """Add an entry, and see it."""
    form = page.locator("#note-form")
    form.get_by_label(kind, exact=True).check()
    form.get_by_label("Text", exact=True).fill(text)
    if owner:
        form.get_by_label("Who does it").fill(owner)
    if name:
        form.get_by_label("Your name, if you like").fill(name)
    if mark:
        form.get_by_label(mark).check()
    press(form, "Add")
    expect(page.locator("#entries")).to_contain_text(text.split("**")[0].split("\n")[-1].strip())
    expect(form.get_by_label("Text", exact=True)).to_have_value("")


def strike(it: Evening) -> None:
    """The host strikes out what is not for others."""
    expect(it.host).to_have_url(re.compile("#pitch-"))
    it.host.goto(f"{it.session}/notes")
    entry = it.host.locator("#entries li", has_text="called the mayor names")
    press(entry, "Strike out")
    expect(it.guest.locator("#entries")).to_contain_text("An entry was struck out.")
    expect(it.guest.locator("#entries")).not_to_contain_text("mayor")


def publish(it: Evening) -> None:
    """The book goes to its own address, for who was never there."""
    assert status(it.stranger, it.book) == 404
    it.laptop.goto(f"{it.home}/organise")
    press(it.laptop, "Publish the book")
    expect(it.laptop.locator("#main")).to_contain_text("The book is published")
    it.stranger.goto(it.book)
    book = it.stranger.locator("body")
    for words in ("Who pays", "Counties pay. Districts wait.", "Write to the county", "Cleo", "Dan"):
        expect(book).to_contain_text(words)
    for words in ("mayor", "07700"):
        expect(book).not_to_contain_text(words)


def look_back(it: Evening) -> None:
    """The organiser asks a question of their own; one answers by name, one without."""
    it.laptop.goto(f"{it.home}/reflections")
    it.laptop.get_by_label("Ask it in your own words").fill("Whom did you meet?")
    press(it.laptop, "Ask this")
    expect(it.laptop.get_by_label("Whom did you meet?")).to_be_visible()
    for page, text, name in ((it.ann, "A councillor from Leeds", "Ann"), (it.guest, "Somebody shy", "")):
        page.goto(f"{it.home}/reflections")
        page.get_by_label("Whom did you meet?").fill(text)
        page.get_by_label("Your name").fill(name)
        press(page, "Keep what I said")
        expect(page.get_by_role("button", name="Change what I said")).to_be_visible()
    it.stranger.goto(it.book)
    book = it.stranger.locator("body")
    for words in ("Whom did you meet?", "A councillor from Leeds", "Somebody shy"):
        expect(book).to_contain_text(words)


def share_results(it: Evening) -> None:
    """What came of it is the organiser's, then everybody's."""
    it.laptop.goto(f"{it.home}/organise")
    press(it.laptop, "Close voting")
    it.laptop.goto(f"{it.home}/results")
    it.laptop.get_by_label("Words of thanks").fill("Thank you, caretakers.")
    it.laptop.get_by_label("Everybody may see this page").check()
    assert status(it.stranger, f"{it.home}/results") == 403
    press(it.laptop, "Keep this")
    it.stranger.goto(f"{it.home}/results")
    expect(it.stranger.locator("main")).to_contain_text("Thank you, caretakers.")


def finish(it: Evening) -> None:
    """Who helps with an action says that it is done, and the feeds tell so."""
    ask = it.guest.request
    (entry,) = ask.get(f"{it.home}/actions.json").json()["items"]
    assert ("done" in entry.get("tags", []), "with Dan" in entry["content_html"]) == (False, True)
    it.guest.goto(f"{it.home}/actions")
    action = it.guest.locator("#actions li", has_text="Write to the county")
    press(action, "Done")
    expect(action).to_contain_text("done")
    (entry,) = ask.get(f"{it.home}/actions.json").json()["items"]
    assert entry["tags"] == ["done"]
    assert "done</p>" in unescape(ask.get(f"{it.home}/actions.atom").text())
    press(action, "Not done")
    expect(action.get_by_role("button", name=named("Done"))).to_be_visible()


def close(it: Evening) -> None:
    """Weeks later it is in the archive by itself: what is typed on pages still open is refused, and stays there."""
    forms = {  # whose, which, what is typed where, and the button
        it.ann: ("#note-form", "text", "Add"),
        it.bob: ("#summary-write", "summary", "Keep the summary"),
        it.guest: ("#reflect", "differently", "Change what I said"),
        it.host: ("#pitching", "description", "Keep the changes"),
    }
    it.bob.get_by_text("Change the summary").click()
    it.guest.goto(f"{it.home}/reflections")
    it.host.goto(it.session)
    it.host.get_by_text("Change it").click()
    it.ann.goto(f"{it.session}/notes")
    for page, (form, name, _) in forms.items():
        page.locator(f"{form} [name={name}]").fill("Too late")
    it.database.write(lambda tx: age(tx, it.day))
    Housekeeping(it.database).round()
    for page, (form, name, button) in forms.items():
        with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
            press(page.locator(form), button)
        assert refused.value.status == 409
        expect(page.locator("#main")).to_contain_text(ARCHIVED)
        expect(page.locator(f"{form} [name={name}]")).to_have_value("Too late")
    assert "Too late" not in it.stranger.request.get(f"{it.book}book.md").text()
    it.bob.goto(f"{it.home}/actions")
    action = it.bob.locator("#actions li")
    action.get_by_label("Your name").fill("Bob")
    press(action, "I’ll help")  # that goes on
    expect(action).to_contain_text("Helping: Dan and Bob")


def age(tx: Transaction, day: Day) -> None:
    """Let the day be three weeks ago."""
    long = timedelta(days=21)
    event = tx.get_one(Event, day.event.id)
    event.day, event.created_at = event.day - long, event.created_at - long
    for slot in tx.scalars(select(Slot).where(Slot.event_id == event.id)):
        slot.starts_at, slot.ends_at = slot.starts_at - long, slot.ends_at - long


def begin_again(it: Evening) -> None:
    """The next event begins from this one, with its rooms, slots and question, and nobody's words."""
    it.laptop.goto(f"{it.home}/organise/next")
    it.laptop.get_by_label("Name of the event").fill("Camp again")
    press(it.laptop, "Start the next event")
    expect(it.laptop.locator("h1")).to_have_text("Organise Camp again")
    it.laptop.wait_for_load_state()
    it.laptop.goto(it.laptop.url.replace("/organise", "/reflections"))
    expect(it.laptop.get_by_label("Whom did you meet?")).to_be_empty()

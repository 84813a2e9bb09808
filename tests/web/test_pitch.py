"""One pitch's page: read by all, changed by its host and facilitators, withdrawn and brought back."""

import pytest

from eventkit.event import events
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.grid import versions
from eventkit.market import listings, pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event, close, queries
from tests.world.phone import Element, Page, Phone
from tests.world.visitors import Phones, facilitator, joined, organiser

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    """An event that has a facilitators' link."""
    made, _ = an_event(database)
    return database.write(lambda tx: _with_facilitators(tx.get_one(Event, made.id)))


def _with_facilitators(event: Event) -> Event:
    event.facilitator_hash = "f" * 64
    return event


def host_of(phone: Phones, event: Event, **fields: str) -> tuple[Phone, str]:
    """A phone that has pitched, and its pitch's address."""
    visitor = joined(phone, event)
    response = visitor.submit(f"/e/{event.code}/pitches", {"title": "Bins", "description": "All of them", **fields})
    return visitor, f"/e/{event.code}/pitches/{response.headers['Location'].rsplit('-', 1)[1]}"


def title_of(database: Database, event: Event, pitch_id: int = 1) -> str:
    with database.reading() as tx:
        return pitches.get(tx, event.id, pitch_id).title


def on(page: Page, tag: str, **attributes: str) -> list[Element]:
    """The elements of the pitch itself, without the notes below it."""
    return [it for it in page.all(tag, **attributes) if any(p.attributes.get("id") == "pitch" for p in it.parents)]


def test_pitch_page_shows_its_text_as_safe_markdown(phone: Phones, event: Event) -> None:
    _, address = host_of(phone, event, description="**All** of <b>them</b>", host_name="Ada", topic="Places")
    response = joined(phone, event).get(address)
    page = Page(response.text)
    assert page.one("h1").text == "Bins"
    assert page.one("p", class_="lead").text == "Ada"
    assert "<strong>All</strong> of &lt;b&gt;them&lt;/b&gt;" in response.text
    assert [button.text for button in on(page, "button")] == ["Not for me", "Interested", "Must go"]


def test_pitch_page_of_another_event_is_not_found(phone: Phones, event: Event, database: Database) -> None:
    other, _ = an_event(database)
    pitch = a_pitch(database, other)
    visitor = organiser(phone, event)
    address = f"/e/{event.code}/pitches/{pitch.id}"
    assert visitor.get(address).status_code == 404
    for act in ("", "/withdraw", "/bring-back", "/vote"):
        assert visitor.post(address + act, title="Stolen", interest="1").status_code == 404
    assert visitor.get(f"/e/{event.code}/pitches/{10**30}").status_code == 404
    assert title_of(database, other, pitch.id) == "Bins"


def test_pitch_page_asks_the_same_few_questions_however_many_there_are(
    phone: Phones, event: Event, database: Database
) -> None:
    pitch, visitor, counts = a_pitch(database, event), joined(phone, event), []
    for number in (1, 29):
        for _ in range(number):
            person = a_person(database, event)
            a_vote(database, event, person, pitch)
            a_pitch(database, event, person)
        with queries(database) as seen:
            visitor.page(f"/e/{event.code}/pitches/{pitch.id}")
        counts.append(len(seen))
    assert (
        counts[0] == counts[1] <= 20
    )  # five of them for parts, series, formats, news; one whether the phone was signed out


def test_pitch_is_edited_by_its_host_even_while_pitching_is_closed(
    phone: Phones, event: Event, database: Database
) -> None:
    host, address = host_of(phone, event)
    close(database, event, pitching=True)
    response = host.post(address, title="Wheelie bins", description="Some", needs=["projector"], topic="Places")
    assert (response.status_code, response.headers["Location"]) == (303, address)
    with database.reading() as tx:
        pitch = pitches.get(tx, event.id, 1)
        assert (pitch.title, pitch.description) == ("Wheelie bins", "Some")
        assert (pitch.topic, pitch.needs) == ("Places", ["projector"])


def test_pitch_is_edited_by_facilitators_and_organisers(phone: Phones, event: Event, database: Database) -> None:
    _, address = host_of(phone, event)
    for visitor, title in ((facilitator(phone, event), "One"), (organiser(phone, event), "Two")):
        assert visitor.post(address, title=title).status_code == 303
        assert title_of(database, event) == title


@pytest.mark.parametrize("act", ["", "/withdraw", "/bring-back"])
def test_pitch_of_somebody_else_is_not_changed(phone: Phones, event: Event, database: Database, act: str) -> None:
    _, address = host_of(phone, event)
    visitor = joined(phone, event)
    assert "Change it" not in visitor.get(address).text
    assert visitor.post(address + act, title="Mine").status_code == 403
    assert phone().post(address + act, title="Mine").status_code == 403
    assert title_of(database, event) == "Bins"
    assert f'id="pitch-{1}"' in joined(phone, event).get(f"/e/{event.code}").text


def test_edit_that_cannot_be_used_comes_back_as_typed(phone: Phones, event: Event, database: Database) -> None:
    host, address = host_of(phone, event)
    for htmx in (False, True):
        response = host.post(address, htmx=htmx, title="", description="New text", topic="x" * 41)
        assert response.status_code == 422
        page = Page(response.text)
        assert [error.text for error in page.all("p", class_="error")] == [
            "Give it a title; a question is fine.",
            "The topic is too long. Keep it to 40 letters.",
        ]
        assert page.by_id("description").text == "New text"
        assert page.one("h1").text == "Bins"
    assert title_of(database, event) == "Bins"


def test_edit_with_htmx_answers_the_pitch_only(phone: Phones, event: Event) -> None:
    host, address = host_of(phone, event)
    page = Page(host.post(address, htmx=True, title="Wheelie bins").text)
    assert page.elements[0].attributes["id"] == "pitch"
    assert page.one("h1").text == "Wheelie bins"


def test_withdrawn_pitch_is_gone_for_others_and_comes_back(phone: Phones, event: Event) -> None:
    host, address = host_of(phone, event)
    visitor = joined(phone, event)
    assert host.post(address + "/withdraw").headers["Location"] == address
    assert visitor.get(address).status_code == 404
    assert visitor.page(f"/e/{event.code}").all("article") == []
    own = host.page(f"/e/{event.code}")
    assert "Withdrawn. Nobody else sees it." in [p.text for p in own.all("p", class_="meta")]
    assert [button.text for button in on(host.page(address), "button")] == ["Bring it back"]
    refused = host.post(address, title="New", description="Typed")
    assert refused.status_code == 409
    assert host.post(address + "/bring-back").headers["Location"] == address
    assert len(visitor.page(f"/e/{event.code}").all("article")) == 1


def test_merged_pitch_leads_to_the_one_it_is_now(phone: Phones, event: Event, database: Database) -> None:
    kept, other = a_pitch(database, event), a_pitch(database, event)
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), kept.id, other.id))
    response = joined(phone, event).get(f"/e/{event.code}/pitches/{other.id}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}/pitches/{kept.id}")


def test_vote_on_the_pitch_page_comes_back_to_it(phone: Phones, event: Event) -> None:
    _, address = host_of(phone, event)
    visitor = joined(phone, event)
    page = visitor.page(address)
    form = page.one("form", action=f"{address}/vote")
    (back,) = [it.attributes["value"] for it in page.all("input", name="back") if form in it.parents]
    assert visitor.post(f"{address}/vote", interest="2", back=back).headers["Location"] == address
    assert visitor.page(address).one("button", aria_pressed="true").text == "Must go"


def test_claim_code_is_shown_to_hosts_and_facilitators_only(phone: Phones, event: Event, database: Database) -> None:
    host, address = host_of(phone, event)
    with database.reading() as tx:
        code = CREDENTIALS.claim_code(event, pitches.get(tx, event.id, 1))
    assert host.page(address).one("p", class_="code").text == code
    assert facilitator(phone, event).page(address).one("p", class_="code").text == code
    assert code not in joined(phone, event).get(address).text


def test_count_shows_when_voting_is_closed(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    a_vote(database, event, a_person(database, event), pitch, 1)
    visitor, address = joined(phone, event), f"/e/{event.code}/pitches/{pitch.id}"
    assert "1 person wants this" not in visitor.get(address).text
    close(database, event, voting=True)
    assert [p.text for p in on(visitor.page(address), "p", class_="meta")] == [
        "1 person wants this",
        "Voting is closed.",
    ]


def test_place_shows_when_the_grid_is_published(phone: Phones, event: Event, database: Database) -> None:
    placed, other = a_pitch(database, event), a_pitch(database, event)
    visitor, address = joined(phone, event), f"/e/{event.code}/pitches"
    assert on(visitor.page(f"{address}/{placed.id}"), "p", class_="lead") == []
    database.write(lambda tx: _publish(tx, event.code, placed.id))
    assert on(visitor.page(f"{address}/{placed.id}"), "p", class_="lead")[0].text == "11:00–11:45, Library"
    assert "Not on the grid." in on(visitor.page(f"{address}/{other.id}"), "p", class_="meta")[0].text


def _publish(tx: Transaction, code: str, pitch_id: int) -> None:
    event = events.by_code(tx, code)
    spot = versions.Spot(events.slots(tx, event.id)[1].id, events.rooms(tx, event.id)[1].id)
    versions.replace(tx, at_the_machine(event), 0, {pitch_id: spot}, GridCause.BUILD)
    versions.publish(tx, at_the_machine(event), event.grid_version)


def test_merge_is_for_facilitators_and_can_be_taken_apart(phone: Phones, event: Event, database: Database) -> None:
    kept, other = a_pitch(database, event, title="Bins"), a_pitch(database, event, title="Wheelie bins")
    address, visitor = f"/e/{event.code}/pitches/{kept.id}", joined(phone, event)
    assert visitor.post(address + "/merge", part=str(other.id)).status_code == 403
    helper = facilitator(phone, event)
    choices = [(it.attributes["value"], it.text) for it in helper.page(address + "/join").all("option")]
    assert (str(other.id), "Wheelie bins") in choices
    assert helper.post(address + "/merge", part=str(other.id)).headers["Location"] == address
    assert [it.text for it in on(visitor.page(address), "h2")] == ["Together with: Wheelie bins"]
    assert len(visitor.page(f"/e/{event.code}").all("article")) == 1
    taken_apart = f"/e/{event.code}/pitches/{other.id}/unmerge"
    assert visitor.post(taken_apart).status_code == 403
    assert helper.post(taken_apart).status_code == 303
    assert len(visitor.page(f"/e/{event.code}").all("article")) == 2


@pytest.mark.parametrize("other", ["", "x", "1", "999", "9" * 30])
def test_merge_with_what_cannot_be_is_refused(phone: Phones, event: Event, database: Database, other: str) -> None:
    pitch = a_pitch(database, event)
    a_pitch(database, event)
    response = facilitator(phone, event).post(f"/e/{event.code}/pitches/{pitch.id}/merge", part=other)
    assert response.status_code == (404 if other == "999" else 422)
    with database.reading() as tx:
        assert len(listings.titles(tx, event.id)) == 2


def test_who_changes_a_pitch_that_was_changed_since_hears_so_and_chooses(
    phone: Phones, event: Event, database: Database
) -> None:
    host, address = host_of(phone, event)
    helper = facilitator(phone, event)
    seen = host.page(address).all("input", name="seen")[0].attributes["value"]
    assert helper.post(address, title="Bins and bags", seen=seen).status_code == 303
    refused = host.post(address, title="Bins for all", seen=seen)
    page = Page(refused.text)
    assert (refused.status_code, title_of(database, event)) == (409, "Bins and bags")
    assert page.by_id("title").attributes["value"] == "Bins for all"
    assert page.one("blockquote").text == "Bins and bags"
    newer = page.all("input", name="seen")[0].attributes["value"]
    assert host.post(address, title="Bins for all", seen=newer).status_code == 303
    assert title_of(database, event) == "Bins for all"


def test_pitch_sent_again_with_other_words_is_told_from_a_retry(phone: Phones, event: Event) -> None:
    visitor = joined(phone, event)
    address = f"/e/{event.code}/pitches"
    assert visitor.post(address, title="Bins", nonce="n1").status_code == 303
    refused = visitor.post(address, title="Bins and bags", nonce="n1")
    assert refused.status_code == 409
    assert Page(refused.text).one("input", name="nonce").attributes["value"] != "n1"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("form", "sent", "shown"),
    [
        ("hours", {"until": "half past never"}, {"from": "", "until": "half past never"}),
        ("hours", {"from": "11:00", "seen": "a" * 13}, {"from": "11:00", "until": ""}),
        ("hours", {"seen": "a" * 13}, {"from": "", "until": ""}),
        ("series", {"seen": "a" * 13}, {}),
        ("series", {"before": "none of them"}, {}),
    ],
)
def test_small_form_that_lacks_fields_comes_back_as_it_was_sent(
    phone: Phones, event: Event, form: str, sent: dict[str, str], shown: dict[str, str]
) -> None:
    host, address = host_of(phone, event)
    answer = host.submit(f"{address}/{form}", sent)
    assert answer.status_code == 422
    assert {name: Page(answer.text).one("input", name=name).attributes["value"] for name in shown} == shown

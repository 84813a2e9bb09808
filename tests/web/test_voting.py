"""Voting on the marketplace: the value said is kept, counts stay hidden until it closes, one's own choices."""

import pytest

from eventkit.event.roles import Viewer
from eventkit.market import ballots
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close
from tests.world.marketplace import titles_shown
from tests.world.phone import Page
from tests.world.visitors import Phones, joined, organiser

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def test_vote_is_kept_and_shown(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    for interest, pressed in (("2", "Must go"), ("1", "Interested"), ("0", "Not for me")):
        response = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=interest)
        assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}#pitch-{pitch.id}")
        page = visitor.page(f"/e/{event.code}")
        assert page.one("button", aria_pressed="true").text == pressed


def test_vote_with_htmx_answers_its_buttons_only(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    response = joined(phone, event).post(f"/e/{event.code}/pitches/{pitch.id}/vote?q=bins", htmx=True, interest="2")
    page = Page(response.text)
    assert [element.tag for element in page.elements] == ["form", "div", "button", "button", "button"]
    assert page.elements[0].attributes["id"] == f"vote-{pitch.id}"
    assert page.elements[0].attributes["action"] == f"/e/{event.code}/pitches/{pitch.id}/vote?q=bins"
    assert page.one("button", aria_pressed="true").text == "Must go"


@pytest.mark.parametrize(
    ("interest", "error"),
    [
        ("3", "Your interest must be 2 or less."),
        ("-1", "Your interest must be 0 or more."),
        ("a lot", "Your interest must be a whole number."),
        (None, "Your interest is missing. Fill it in."),
    ],
)
def test_vote_of_nonsense_is_refused(
    phone: Phones, event: Event, database: Database, interest: str | None, error: str
) -> None:
    pitch = a_pitch(database, event)
    fields = {} if interest is None else {"interest": interest}
    response = joined(phone, event).submit(f"/e/{event.code}/pitches/{pitch.id}/vote", fields)
    assert response.status_code == 422
    assert Page(response.text).one("p", class_="lead").text == error


def test_vote_where_it_may_not(phone: Phones, event: Event, database: Database) -> None:
    other, _ = an_event(database)
    pitch, foreign = a_pitch(database, event), a_pitch(database, other)
    visitor = joined(phone, event)
    assert visitor.post(f"/e/{event.code}/pitches/{foreign.id}/vote", interest="1").status_code == 404
    assert visitor.post(f"/e/{event.code}/pitches/{2**40}/vote", interest="1").status_code == 404
    assert phone().post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="1").status_code == 403
    crossed = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", origin="https://evil.example", interest="1")
    assert crossed.status_code == 403
    close(database, event, voting=True)
    closed = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", htmx=True, interest="1")
    assert (closed.status_code, closed.headers["HX-Retarget"]) == (409, "#alert")
    assert Page(closed.text).one("p").text == (
        "Voting is closed, so this vote was not counted. What you voted before still counts."
    )
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id) == (0, 0)


def test_vote_faster_than_people_can_is_429_with_when_to_retry(phone: Phones, event: Event, database: Database) -> None:
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"votes": 1}))
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    address = f"/e/{event.code}/pitches/{pitch.id}/vote"
    assert visitor.post(address, interest="1").status_code == 303
    refused = visitor.post(address, interest="2")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert joined(phone, event).post(address, interest="2").status_code == 303


def test_counts_show_only_when_voting_is_closed(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    for interest in (1, 2):
        a_vote(database, event, a_person(database, event), pitch, interest)
    visitor, boss = joined(phone, event), organiser(phone, event)
    counts = "2 people want this, 1 as a must"
    assert counts not in visitor.get(f"/e/{event.code}").text
    open_page = boss.get(f"/e/{event.code}").text
    assert counts not in open_page
    close(database, event, voting=True)
    page = visitor.page(f"/e/{event.code}")
    assert page.by_id(f"pitch-{pitch.id}")
    assert [p.text for p in page.all("p", class_="meta") if p.within("article")] == [counts]
    assert page.one("p", class_="lead").text == "Voting is closed. The grid comes next."
    chooser = joined(phone, event)
    chooser.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="2")  # too late, so nothing is said about it
    assert [p.text for p in chooser.page(f"/e/{event.code}").all("p", class_="meta") if p.within("article")] == [counts]


def test_own_choice_is_still_said_when_voting_is_closed(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="2")
    close(database, event, voting=True)
    said = [
        visitor.page(address).by_id(f"vote-{pitch.id}").text
        for address in (f"/e/{event.code}", f"/e/{event.code}/pitches/{pitch.id}")
    ]
    assert said == ["You said: must go.", "You said: must go. Voting is closed."]


def test_choices_show_what_one_wants_and_hosts(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    for number, interest in ((1, "1"), (2, "2"), (3, "0")):
        pitch = a_pitch(database, event, title=f"Pitch {number}")
        visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=interest)
    visitor.post(f"/e/{event.code}/pitches", title="Mine")
    page = visitor.page(f"/e/{event.code}/choices")
    assert [heading.text for heading in page.all("h2")] == [
        *("Must go 1", "Interested 1", "You host", "Show them to a friend"),
    ]
    assert titles_shown(page) == ["Pitch 2", "Pitch 1"]
    response = visitor.post(f"/e/{event.code}/pitches/2/vote", interest="0", back="choices")
    assert response.headers["Location"] == f"/e/{event.code}/choices#pitch-2"
    assert titles_shown(visitor.page(f"/e/{event.code}/choices")) == ["Pitch 1"]


def test_choices_of_a_new_phone_lead_to_the_marketplace(phone: Phones, event: Event) -> None:
    page = joined(phone, event).page(f"/e/{event.code}/choices")
    assert page.one("div", class_="empty").text.startswith("You have chosen nothing yet.")


def test_not_looked_at_is_no_vote_and_not_for_me_is_one(phone: Phones, event: Event, database: Database) -> None:
    bins, data = a_pitch(database, event, title="Bins"), a_pitch(database, event, title="Open data")
    visitor = joined(phone, event)
    page = visitor.page(f"/e/{event.code}")
    assert not [button for button in page.all("button") if button.attributes.get("aria-pressed") == "true"]
    visitor.post(f"/e/{event.code}/pitches/{bins.id}/vote", interest="0")
    page = visitor.page(f"/e/{event.code}?show=unseen")
    assert (titles_shown(page), page.by_id("looked").text) == (["Open data"], "1 of 2 looked at")
    page = visitor.page(f"/e/{event.code}")
    assert page.by_id(f"vote-{bins.id}-0").attributes["aria-pressed"] == "true"
    assert page.by_id(f"vote-{data.id}-0").attributes["aria-pressed"] == "false"
    visitor.post(f"/e/{event.code}/pitches/{data.id}/vote", interest="2")
    assert "You have looked at all of them." in visitor.page(f"/e/{event.code}?show=unseen").one("main").text

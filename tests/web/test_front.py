"""The front door."""

import pytest

from eventkit.event import events, limits
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import CREDENTIALS, a_pitch, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones


def test_join_with_unknown_code_keeps_it_and_says_what_to_do(phone: Phones) -> None:
    response = phone().get("/join?code=nonsense")
    assert response.status_code == 404
    page = Page(response.text)
    assert page.by_id("code").attributes["value"] == "nonsense"
    assert page.one("p", class_="error").text == (
        "There is no event with this code. Check it against the poster or the screen."
    )


def test_join_with_a_code_of_a_pitch_says_where_it_goes_and_not_whether_there_is_one(
    phone: Phones, database: Database
) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    real = CREDENTIALS.claim_code(event, pitch)
    made_up = "bababababa"[:8] + "22"
    for typed in (real, made_up, f" {real[:4].upper()}-{real[4:]}"):
        response = phone().get("/join", query_string={"code": typed})
        assert response.status_code == 404
        page = Page(response.text)
        assert page.one("p", class_="error").text.startswith("This looks like the code of a pitch or of a phone")
        assert page.by_id("code").attributes["value"] == typed


def test_home_says_what_this_is_and_offers_the_rehearsal(phone: Phones, database: Database) -> None:
    assert not phone().page("/").all("a", href="/e/")
    event, _ = an_event(database, name="Rehearsal camp", rehearsal=True)
    page = phone().page("/")
    assert page.one("a", href=f"/e/{event.code}").text == "Rehearsal camp"
    assert page.one("a", href="/start").text == "Start an event"
    assert page.one("form", action="/join").attributes["method"] == "get"


def test_join_with_a_code_as_people_type_it_leads_to_the_event(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    typed = f" {event.code[:3].upper()} {event.code[3:]}. "
    response = phone().get("/join", query_string={"code": typed})
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}")


def test_start_needs_only_a_name(phone: Phones, database: Database) -> None:
    visitor = phone()
    form = visitor.page("/start")
    fields = {name: form.by_id(name).attributes["value"] for name in ("date", "timezone")}
    fields |= {name: "\n".join(form.by_id(name).texts) for name in ("rooms", "slots")}
    response = visitor.submit("/start", {"name": "Camp", **fields})
    assert response.status_code == 303
    with database.reading() as tx:
        event = tx.query(Event).one()
        assert (event.name, event.pitching_open, event.voting_open) == ("Camp", True, True)
        assert response.headers["Location"] == f"/e/{event.code}/organise"
        assert [room.name for room in events.rooms(tx, event.id)] == ["Main hall", "Library", "Studio", "Workshop"]
        assert [slot.title for slot in events.slots(tx, event.id) if slot.title] == [
            *("Welcome", "Pitches and votes", "Lunch", "Goodbye")
        ]


def test_starting_events_is_limited_by_browser_and_keeps_what_was_typed(phone: Phones, database: Database) -> None:
    fields = {"date": "2026-06-26", "timezone": "Europe/London", "rooms": "Hall, 9", "slots": "10:00-11:00"}
    visitor, stranger = phone(), phone()
    for known in (True, False):
        one = visitor if known else stranger
        if known:
            one.get("/start")
        answers = [one.submit("/start", {"name": "Camp", **fields}) for _ in range(limits.STARTS.most + 1)]
        assert [answer.status_code for answer in answers] == [303] * limits.STARTS.most + [429]
        page = Page(answers[-1].text)
        assert page.one("h1").text == "Start an event"
        assert page.one("input", name="name").attributes["value"] == "Camp"  # kept, to send once more
    with database.reading() as tx:
        assert tx.query(Event).count() == 2 * limits.STARTS.most


@pytest.mark.parametrize("zone", ["localtime", "Factory"])
def test_start_refuses_a_zone_that_is_no_place(phone: Phones, zone: str) -> None:
    fields = {"date": "2026-06-26", "rooms": "Hall, 9", "slots": "10:00-11:00"}
    refused = phone().submit("/start", {"name": "Camp", "timezone": zone, **fields})
    assert refused.status_code == 422
    error = Page(refused.text).one("p", class_="error").text
    assert error == "This is not a time zone we know. Write a country or its capital."


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", " ", "The name is empty. Write something here."),
        ("name", "\u200b", "The name is empty. Write something here."),
        ("name", "x" * 121, "The name is too long. Keep it to 120 letters."),
        ("date", "tomorrow", "The date must be a date, like 2026-06-26."),
        ("date", "0001-01-01", "The date must be 1970-01-01 or later."),
        ("date", "9999-12-31", "The date must be 2199-12-31 or earlier."),
        ("timezone", "Atlantis", "This is not a time zone we know. Write a country or its capital."),
        ("rooms", "", "Name at least one room, one a line: Main hall, 120"),
        (
            "rooms",
            "Hall, 20\nLibrary",
            "Line 2: say how many people fit into Library, like this: Library, 40",
        ),
        ("slots", "12:00-13:00 Lunch", "Give at least one slot for sessions, one a line: 10:00-10:45"),
        ("slots", "10:00-10:45\n10:30-11:00", "Line 2: 10:30 is before the slot before it ends, 10:45."),
        (
            "slots",
            "noon",
            "Line 1: 'noon' is neither a slot nor a day. Write 10:00-10:45, 12:30-13:30 Lunch, or above the slots of "
            "another day a line like Saturday 28 June.",
        ),
    ],
)
def test_start_with_something_wrong_says_where_and_keeps_the_rest(
    phone: Phones, database: Database, field: str, value: str, error: str
) -> None:
    typed = {
        "name": "Camp",
        "date": "2026-06-26",
        "timezone": "Europe/London",
        "rooms": "Hall, 20",
        "slots": "10:00-11:00",
    }
    typed[field] = value
    response = phone().submit("/start", typed)
    assert response.status_code == 422
    page = Page(response.text)
    assert page.one("p", class_="error").text == error
    assert {name: page.by_id(name).attributes["value"] for name in ("name", "date", "timezone")} == {
        name: typed[name] for name in ("name", "date", "timezone")
    }
    assert {name: page.by_id(name).text for name in ("rooms", "slots")} == {
        name: " ".join(typed[name].split()) for name in ("rooms", "slots")
    }
    with database.reading() as tx:
        assert tx.query(Event).count() == 0


def test_start_at_a_time_that_the_clocks_skip_is_refused(phone: Phones, database: Database) -> None:
    typed = {"name": "Camp", "date": "2027-03-28", "timezone": "Europe/London", "rooms": "Hall, 20"}
    response = phone().submit("/start", {"slots": "00:30-00:50\n01:30-02:10", **typed})
    assert (response.status_code, Page(response.text).one("p", class_="error").text) == (
        422,
        "The clocks go forward on Sunday 28 March 2027 and skip 01:30. Choose another time.",
    )
    assert phone().submit("/start", {"slots": "00:30-00:50\n02:00-02:10", **typed}).status_code == 303
    with database.reading() as tx:
        event = tx.query(Event).one()
        assert [(slot.ends_at - slot.starts_at).seconds for slot in events.slots(tx, event.id)] == [1200, 600]


def test_start_from_another_site_is_refused(phone: Phones, database: Database) -> None:
    response = phone().post("/start", origin="https://evil.example", name="Camp")
    assert response.status_code == 403

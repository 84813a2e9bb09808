"""The word on the wall: asked once, before a phone's first vote; shown on helpers' devices; gone after a while."""

from eventkit.event.credentials import WALL_WORD
from eventkit.market import ballots
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import CREDENTIALS, a_pitch, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, facilitator, joined, organiser, voted


def asking(database: Database, phone: Phones) -> Event:
    """An event that asks for the wall's word."""
    event, _ = an_event(database)
    assert organiser(phone, event).post(f"/e/{event.code}/organise/ballots", vote_word="1").status_code == 303
    return database.write(lambda tx: tx.get_one(Event, event.id))


def word_on_the_wall(phone: Phones, event: Event) -> str:
    wall = organiser(phone, event).page(f"/e/{event.code}/wall")
    return wall.one("p", class_="wall-word").text.rsplit(" ", 1)[1]


def test_first_vote_waits_for_the_word_and_later_ones_do_not(database: Database, phone: Phones) -> None:
    event = asking(database, phone)
    pitch, other = a_pitch(database, event), a_pitch(database, event)
    device, here = joined(phone, event), f"/e/{event.code}"
    assert "type the word that the wall shows" in device.page(here).one("main").text
    asked = device.post(f"{here}/pitches/{pitch.id}/vote", interest=2)
    assert asked.status_code == 403
    waiting = {it.attributes["name"]: it.attributes["value"] for it in Page(asked.text).all("input", type="hidden")}
    fields = {name: waiting[name] for name in ("pitch", "interest")}
    wrong = device.submit(f"{here}/here", {**fields, "word": "bababa"})
    assert (wrong.status_code, f'value="{pitch.id}"' in wrong.text) == (404, True)
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id) == (0, 0)
    right = device.submit(f"{here}/here", {**fields, "word": word_on_the_wall(phone, event).upper()})
    assert (right.status_code, right.location) == (303, f"{here}#pitch-{pitch.id}")
    assert device.post(f"{here}/pitches/{other.id}/vote", interest=1).status_code == 303
    assert "type the word" not in device.page(here).one("main").text
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id) == (1, 2)


def test_htmx_is_told_where_to_type_the_word(database: Database, phone: Phones) -> None:
    event = asking(database, phone)
    pitch = a_pitch(database, event)
    answer = joined(phone, event).post(f"/e/{event.code}/pitches/{pitch.id}/vote", htmx=True, interest=2)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#alert")
    assert f"/e/{event.code}/here" in answer.text


def test_phones_that_voted_before_the_switch_vote_on(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    device = voted(phone, event, (pitch, 1))
    organiser(phone, event).post(f"/e/{event.code}/organise/ballots", vote_word="1")
    assert device.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=2).status_code == 303


def test_wall_shows_the_word_to_helpers_only(database: Database, phone: Phones) -> None:
    event = asking(database, phone)
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "facilitator_hash", "f" * 64))
    event = database.write(lambda tx: tx.get_one(Event, event.id))
    assert joined(phone, event).page(f"/e/{event.code}/wall").all("p", class_="wall-word") == []
    assert facilitator(phone, event).page(f"/e/{event.code}/wall").one("p", class_="wall-word").text


def test_word_changes_and_the_last_one_is_still_taken(database: Database) -> None:
    event, _ = an_event(database)
    start = 1_000 * WALL_WORD + 1.0
    word = CREDENTIALS.wall_word(event, start)
    assert CREDENTIALS.wall_word(event, start + WALL_WORD - 2) == word
    moments = [start + turns * WALL_WORD for turns in range(4)]
    taken = [CREDENTIALS.is_wall_word(event, moment, f" {word[:3]} {word[3:]}") for moment in moments]
    assert taken == [True, True, False, False]

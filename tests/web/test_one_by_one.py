"""Voting on one pitch at a time: each once, in one's own order, also without scripts."""

from eventkit.storage.db import Database
from tests.world.builders import a_pitch, an_event, close
from tests.world.phone import Page
from tests.world.visitors import Phones, joined


def _asked(page: Page) -> str:
    return page.one("h2", class_="note-title").text


def test_each_pitch_is_asked_about_once_and_the_act_is_confirmed(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    titles = {a_pitch(database, event, title=f"Pitch {number}").title for number in range(4)}
    device, seen = joined(phone, event), []
    address = f"/e/{event.code}/pitches/next"
    for interest, words in ((0, "not for me."), (1, "interested."), (2, "must go."), (0, "not for me.")):
        page = device.page(address)
        seen.append(_asked(page))
        form = page.one("form", class_="vote")
        address = device.post(form.attributes["action"], interest=interest, back="next").headers["Location"]
        assert device.page(address).by_id("before").text == f"You said of {seen[-1]} : {words}"
    assert set(seen) == titles
    page = device.page(address)
    assert (page.one("h1").text, page.all("form", class_="vote")) == ("4 of 4 looked at", [])


def test_skipped_pitch_comes_again_last(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    for number in range(3):
        a_pitch(database, event, title=f"Pitch {number}")
    device = joined(phone, event)
    address, seen = f"/e/{event.code}/pitches/next", []
    for _turn in range(4):
        page = device.page(address)
        seen.append(_asked(page))
        address = page.one("a", class_="button").attributes["href"]
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[0]


def test_vote_by_script_leads_on(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    device = joined(phone, event)
    address = f"/e/{event.code}/pitches/{pitch.id}/vote"
    answer = device.post(address, htmx=True, interest=1, back="next")
    assert answer.headers["HX-Redirect"] == f"/e/{event.code}/pitches/next?after={pitch.id}"


def test_nothing_is_asked_once_voting_is_closed(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    a_pitch(database, event)
    close(database, event, voting=True)
    page = joined(phone, event).page(f"/e/{event.code}/pitches/next")
    assert page.one("div", class_="empty").text == "Voting is closed."

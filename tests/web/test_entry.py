"""Private events over HTTP: the word is asked for, leads where one wanted to go, and cannot be guessed by trying."""

from sqlmodel import select

from eventkit.event import limits
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Note, Person, Pitch
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, joined, organiser, voted


def a_private_event(database: Database, phone: Phones) -> Event:
    """An event that its organiser made private in the console."""
    event, _ = an_event(database, name="Secret camp")
    answer = organiser(phone, event).post(f"/e/{event.code}/organise/word", word="Open  Sesame")
    assert answer.status_code == 303
    return event


def test_word_leads_to_the_page_that_was_asked_for(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    pitch = a_pitch(database, event)
    device, wanted = phone(), f"/e/{event.code}/pitches/{pitch.id}?from=poster"
    asked = device.get(wanted)
    assert (asked.status_code, "Secret camp" in asked.text, "noindex" in asked.text) == (403, False, True)
    to = Page(asked.text).one("input", name="to").attributes["value"]
    wrong = device.post(f"/e/{event.code}/word", word="open barley", to=to)
    assert (wrong.status_code, "not the word" in wrong.text, wanted in wrong.text) == (404, True, True)
    right = device.post(f"/e/{event.code}/word", word=" opensesame ", to=to)
    assert (right.status_code, right.location) == (303, wanted)
    seen = device.get(wanted)
    assert (seen.status_code, seen.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert '<meta name="robots" content="noindex, nofollow">' in seen.text


def test_word_leads_nowhere_but_into_the_event(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    for elsewhere in ("https://evil.example/", "//evil.example", "/start", f"/e/{event.code}.evil.example", ""):
        device = phone()
        device.get(f"/e/{event.code}")
        answer = device.post(f"/e/{event.code}/word", word="Open Sesame", to=elsewhere)
        assert (answer.status_code, answer.location) == (303, f"/e/{event.code}")


def test_a_new_word_asks_everybody_again_and_none_opens_the_event(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    device, boss = phone(), organiser(phone, event)
    device.get(f"/e/{event.code}")
    device.post(f"/e/{event.code}/word", word="Open Sesame")
    assert device.get(f"/e/{event.code}").status_code == 200
    boss.post(f"/e/{event.code}/organise/word", word="another word")
    assert (device.get(f"/e/{event.code}").status_code, boss.get(f"/e/{event.code}").status_code) == (403, 200)
    short = boss.post(f"/e/{event.code}/organise/word", word="a b c")
    assert (short.status_code, "at least 4 letters" in short.text) == (422, True)
    boss.post(f"/e/{event.code}/organise/word", word="")
    assert device.get(f"/e/{event.code}").status_code == 200
    assert "X-Robots-Tag" not in device.get(f"/e/{event.code}").headers


def test_word_is_not_found_by_trying(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    device = phone()
    device.get(f"/e/{event.code}")
    tried = [device.post(f"/e/{event.code}/word", word=f"guess {n}").status_code for n in range(limits.CODES.most + 1)]
    assert tried == [404] * limits.CODES.most + [429]


def test_votes_of_a_phone_without_the_word_are_refused(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    device = voted(phone, event, (pitch, 1))
    organiser(phone, event).post(f"/e/{event.code}/organise/word", word="Open Sesame")
    refused = device.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=2)
    assert (refused.status_code, "This event is private" in refused.text) == (403, True)


def test_calendar_that_somebody_has_goes_on_and_tells_strangers_nothing(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    key = CREDENTIALS.calendar_key(event, a_person(database, event))
    assert phone().get(f"/e/{event.code}/me.ics?key={key}").status_code == 200
    assert phone().get(f"/e/{event.code}/me.ics?key=wrong").status_code == 404


def test_organisers_link_opens_a_private_event(database: Database, phone: Phones) -> None:
    event, secret = an_event(database)
    organiser(phone, event).post(f"/e/{event.code}/organise/word", word="Open Sesame")
    device = phone()
    assert device.get(f"/e/{event.code}/organise?key={secret}").status_code == 303
    assert device.get(f"/e/{event.code}/organise").status_code == 200
    assert phone().get(f"/e/{event.code}/organise?key=wrong").status_code == 403


def test_files_of_a_private_event_are_offered_to_nobody_else(database: Database, phone: Phones) -> None:
    event = a_private_event(database, phone)
    device = phone()
    device.get(f"/e/{event.code}")
    device.post(f"/e/{event.code}/word", word="Open Sesame")
    assert "book.html" not in device.get(f"/e/{event.code}/grid").text
    assert device.get(f"/e/{event.code}/book.html").status_code == 403
    kept = organiser(phone, event).get(f"/e/{event.code}/book.html")
    assert (kept.status_code, kept.headers["Cache-Control"]) == (200, "private, no-store")


def test_names_off_deletes_names_and_asks_for_none(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    person = a_person(database, event, "Zebedee")
    pitch = a_pitch(database, event, person, host_name="Zebedee")
    device, boss, here = joined(phone, event), organiser(phone, event), f"/e/{event.code}"
    note = {"kind": "action", "text": "Buy bins", "owner": "Zebedee", "author_name": "Zebedee"}
    device.submit(f"{here}/pitches/{pitch.id}/notes", {**note, "nonce": "first-nonce"})
    assert boss.post(f"{here}/organise/names", off="1").status_code == 303
    posts: dict[str, dict[str, str]] = {
        "name": {"name": "Zebedee"},
        "pitches": {"title": "Lids", "host_name": "Zebedee", "nonce": "a-nonce-1"},
        f"pitches/{pitch.id}/notes": {**note, "nonce": "a-nonce-2"},
    }
    for address, fields in posts.items():
        assert device.submit(f"{here}/{address}", fields).status_code == 303
    boss.submit(f"{here}/pitches/{pitch.id}", {"title": "Bins", "host_name": "Zebedee"})
    with database.reading() as tx:
        names = {it.name for it in tx.scalars(select(Person))} | {it.host_name for it in tx.scalars(select(Pitch))}
        names |= {name for it in tx.scalars(select(Note)) for name in (it.owner, it.author_name)}
    assert names == {""}
    for address in ("", "/phone", f"/pitches/{pitch.id}", f"/pitches/{pitch.id}/notes"):
        asked = {it.attributes.get("name") for it in device.page(here + address).all("input")}
        assert asked.isdisjoint({"name", "host_name", "owner", "author_name"}), address
    boss.post(f"{here}/organise/names", off="0")
    assert device.page(f"{here}/phone").all("input", name="name")

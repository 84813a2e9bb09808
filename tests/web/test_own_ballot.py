"""A phone's own copy of its ballot: there when the ballots are sealed, and what it was shown counted once."""

from sqlmodel import select

from eventkit.storage.db import Database
from eventkit.storage.tables import Pitch
from tests.world.builders import a_pitch, an_event, close
from tests.world.visitors import Phones, joined, organiser, voted


def test_phone_keeps_its_own_choices_when_ballots_are_sealed(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    bins, data = a_pitch(database, event, title="Bins"), a_pitch(database, event, title="Open data")
    device = voted(phone, event, (bins, 2), (data, 1))
    device.post(f"/e/{event.code}/pitches/{data.id}/vote", interest=0)
    close(database, event, voting=True)
    organiser(phone, event).post(f"/e/{event.code}/organise/ballots/seal", sure="1")
    for page in ("me", "choices", "mine"):
        text = device.page(f"/e/{event.code}/{page}").one("main").text
        assert ("Bins" in text, "Open data" in text) == (True, False), page
    other = joined(phone, event).page(f"/e/{event.code}/me").one("main").text
    assert ("Bins" in other, "keeps no copy" in other) == (False, True)
    device.post(f"/e/{event.code}/mine", delete="votes")
    assert "Bins" not in device.page(f"/e/{event.code}/me").one("main").text


def test_second_phone_has_the_choices_once_it_looked_before_the_sealing(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    bins = a_pitch(database, event, title="Bins")
    first = voted(phone, event, (bins, 2))
    second = phone()
    value = first.client.get_cookie("twofeet", path=f"/e/{event.code}")
    assert value is not None
    second.client.set_cookie("twofeet", value.value, path=f"/e/{event.code}")
    second.page(f"/e/{event.code}/me")
    close(database, event, voting=True)
    organiser(phone, event).post(f"/e/{event.code}/organise/ballots/seal", sure="1")
    assert "Bins" in second.page(f"/e/{event.code}/me").one("main").text


def test_a_phone_is_counted_once_as_having_seen_each_pitch(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    early = a_pitch(database, event)
    device = voted(phone, event, (early, 1), (early, 2), (early, 0), (early, 1))
    late = a_pitch(database, event)
    assert _seen(database) == {early.id: 1, late.id: 0}
    device.post(f"/e/{event.code}/pitches/{early.id}/vote", interest=2)  # without having looked at the new one
    assert _seen(database) == {early.id: 1, late.id: 0}
    device.page(f"/e/{event.code}")
    for interest in (1, 2, 0):
        device.post(f"/e/{event.code}/pitches/{early.id}/vote", interest=interest)
    assert _seen(database) == {early.id: 1, late.id: 1}


def _seen(database: Database) -> dict[int, int]:
    with database.reading() as tx:
        return {pitch.id: pitch.seen_by for pitch in tx.scalars(select(Pitch))}

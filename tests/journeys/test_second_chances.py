"""Two ways to be heard later: a session that is repeated, and a second round of pitches for the afternoon.

Phones and the organiser speak HTTP, the real worker builds.
"""

from datetime import UTC, date, datetime
from secrets import token_hex

import pytest

from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import an_event
from tests.world.clock import SetClock
from tests.world.faces import by_face
from tests.world.phone import Phone
from tests.world.published import a_published_day
from tests.world.stories import of_csv, of_day, read
from tests.world.visitors import Phones, joined, organiser
from tests.world.working import a_worker, ended

pytestmark = pytest.mark.only_on("sqlite")

SEATS = 8


def pitched(phone: Phone, address: str, title: str) -> int:
    made = phone.post(f"{address}/pitches", title=title, nonce=token_hex(8))
    return int(made.headers["Location"].rsplit("-", 1)[1])


def phase(boss: Phone, address: str, is_open: int) -> None:
    for name in ("pitching", "voting"):
        assert boss.post(f"{address}/organise/phases", phase=name, open=is_open).status_code == 303


def built(database: Database, boss: Phone, event: Event, **fields: str) -> None:
    """A build is started, ends, and is published."""
    address = f"/e/{event.code}"
    started = boss.submit(f"{address}/builds", {"seconds": "1", **fields})
    number = int(started.headers["Location"].rsplit("/", 1)[1])
    with a_worker(database):
        assert ended(database, event.code, number).message == ""
    assert boss.post(f"{address}/builds/{number}/adopt", publish="1").status_code == 303


def test_a_repeat_serves_those_who_find_no_seat_at_the_first(database: Database, phone: Phones) -> None:
    rooms = f"Attic, {SEATS}\nBarn, {SEATS}"
    slots = "10:00-10:45\n11:00-11:45\n13:00-13:45"
    event = an_event(database, rooms=rooms, slots=slots, day=date(2031, 5, 6))[0]
    address, boss, host = f"/e/{event.code}", organiser(phone, event), joined(phone, event)
    popular = pitched(host, address, "Open data")
    pitched(joined(phone, event), address, "Bins")
    again = int(host.post(f"{address}/pitches/{popular}/repeat").headers["Location"].rsplit("/", 1)[1])
    crowd = [joined(phone, event) for _ in range(12)]
    for one in crowd:
        assert one.post(f"{address}/pitches/{popular}/vote", interest=1).status_code == 303
    phase(boss, address, 0)
    built(database, boss, event)

    def days() -> list[str]:
        """Which of the two each phone's day has."""
        return [told.title for one in crowd for told in of_day(read(one, f"{address}/me"))]

    where = of_csv(boss.get(f"{address}/grid.csv").text)
    assert {where[it][1] for it in (popular, again)} == {"on"}
    assert where[popular][0].where[0] != where[again][0].where[0], "its host is at both"
    titles = ["Open data", "Open data (repeat)"]
    assert sorted(set(days())) == titles, "each is at one of the two"
    assert len(days()) == len(crowd)
    assert max(map(days().count, titles)) <= SEATS
    chosen = popular if days()[0] == titles[1] else again
    for going in (chosen, popular, again, chosen):
        assert crowd[0].post(f"{address}/pitches/{going}/going", going=1).status_code == 303
    assert days()[0] == titles[chosen == again]
    for pitch, text in ((popular, "Publish early."), (again, "Publish often.")):
        assert crowd[0].post(f"{address}/pitches/{pitch}/notes", kind="note", text=text).status_code == 303
    book = boss.get(f"{address}/book.md").text
    chapter = book[book.index("</a>Open data") :].split("\n## ")[0]
    held = sorted(where[it][0].where for it in (popular, again))
    assert "; ".join(f"{start}–{start[:3]}45, {room}" for start, room in held) in chapter
    assert chapter.index("Publish early.") < chapter.index("Publish often.")
    assert book.count("</a>Open data") == 1


def test_an_afternoon_is_pitched_voted_and_built_while_the_morning_runs(
    database: Database, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    SetClock(monkeypatch, datetime(2026, 6, 26, 9, 20, tzinfo=UTC))  # in the first slot
    day = a_published_day(database, placed=4, pitches=4, slots="10:00-10:45\n11:00-11:45\n13:15-14:00")
    boss, visitor = organiser(phone, day.event), joined(phone, day.event)
    phase(boss, day.address, 0)
    morning = of_csv(visitor.get(f"{day.address}/grid.csv").text)
    assert joined(phone, day.event).post(f"{day.address}/pitches", title="Too late", nonce="n" * 16).status_code == 409
    phase(boss, day.address, 1)
    late = [pitched(joined(phone, day.event), day.address, f"Afternoon {letter}") for letter in "AB"]
    for pitch in late:
        assert visitor.post(f"{day.address}/pitches/{pitch}/vote", interest=2).status_code == 303
    phase(boss, day.address, 0)
    built(database, boss, day.event, from_slot=str(day.slots[2].id))
    faces = by_face(visitor, day.address)
    assert all(told == faces["csv"] for told in faces.values())
    now_on = of_csv(visitor.get(f"{day.address}/grid.csv").text)
    assert {it: told for it, told in now_on.items() if it in morning} == morning
    assert {now_on[it][0].where[0] for it in late} == {"13:15"}
    mine = of_day(read(visitor, f"{day.address}/me"))
    assert [(it.title, it.where[0]) for it in mine] == [("Afternoon A", "13:15"), ("Afternoon B", "13:15")]

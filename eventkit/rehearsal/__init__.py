"""The rehearsal event: a camp that is there on the first start, pitched and voted on, ready to be built."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import select

from eventkit import clock
from eventkit.event import as_typed, events, people
from eventkit.market import pitches
from eventkit.market.pitches import Content
from eventkit.rehearsal.camp import INTERESTS, NAME, PITCHES, ROOMS, SLOTS, RehearsalPitch
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Host, Person, Pitch, Slot, Vote

TIMEZONE = "Europe/London"
PEOPLE, SEED = 120, 2006  # 2006: the year of the first camp of this kind in Britain
USUAL_WISHES = 9  # pitches that somebody marks on average; some mark two, some nearly all

Taste = dict[str, float]


def ensure(database: Database) -> str | None:
    """Make the rehearsal event where there is none. Returns its organiser's secret, or None where it was there.

    One whose day is over moves to tomorrow, with all its slots, so that there is always something to rehearse.
    """
    return database.write(lambda tx: _ensure(tx, _tomorrow()))


def make(tx: Transaction, day: date, number_of_people: int = PEOPLE, seed: int = SEED) -> tuple[Event, str]:
    """Make the camp: thirty pitches with their hosts, and a crowd that has voted. The same seed, the same votes."""
    rooms, slots = as_typed.parse_rooms(ROOMS), as_typed.parse_slots(SLOTS)
    event, secret = events.create(tx, NAME, day, TIMEZONE, rooms, slots, rehearsal=True)
    chance = random.Random(seed)  # noqa: S311  a simulation, not a secret
    hosts = {name: _join(tx, event, name) for name in _host_names()}
    made = [_pitch(tx, event, it, hosts) for it in PITCHES]
    crowd = [*hosts.values(), *(_join(tx, event, "") for _ in range(number_of_people - len(hosts)))]
    rows = [row for person in crowd for row in _ballot(chance, person, made)]
    tx.execute(insert(Vote), rows)
    for person in crowd:
        person.voted_on = clock.now().date()
    for pitch in made:
        pitch.seen_by = len(crowd)
    return event, secret


def wishes(chance: random.Random, offered: Sequence[RehearsalPitch] = PITCHES) -> list[int]:
    """One simulated person's interest in each pitch that is offered, in their order: 0, 1 or 2.

    Everybody has a taste, strong in a few of INTERESTS, and a patience. A pitch draws them by how well it fits the
    taste, by what draws everybody, and by chance; they mark the best ones, as many as their patience lasts.
    """
    taste = _taste(chance)
    drawn = sorted(range(len(offered)), key=lambda place: -_draw(chance, taste, offered[place]))
    patience = max(2, min(len(offered) - 4, round(chance.lognormvariate(0.0, 0.45) * USUAL_WISHES)))
    found = [0] * len(offered)
    for rank, place in enumerate(drawn[:patience]):
        keen = offered[place].must_go * (1.8 if rank < 3 else 0.6)
        found[place] = 2 if chance.random() < keen else 1
    return found


def _ensure(tx: Transaction, day: date) -> str | None:
    event = events.rehearsal(tx)
    if event is None:
        return make(tx, day)[1]
    if event.day < clock.now().astimezone(ZoneInfo(event.timezone)).date():
        _move(tx, event, day)
    return None


def _move(tx: Transaction, event: Event, day: date) -> None:
    """Put every slot at the same time of another day: summer time in between changes no clock at the venue."""
    zone = ZoneInfo(event.timezone)
    for slot in tx.scalars(select(Slot).where(Slot.event_id == event.id)):
        for name in ("starts_at", "ends_at"):
            local = getattr(slot, name).astimezone(zone)
            moved = day + (local.date() - event.day)
            setattr(slot, name, datetime.combine(moved, local.time(), zone))
    event.day = day


def _tomorrow() -> date:
    return (clock.now().astimezone(ZoneInfo(TIMEZONE)) + timedelta(days=1)).date()


def _host_names() -> list[str]:
    return list(dict.fromkeys(name for it in PITCHES for name in (it.host, it.also_host) if name))


def _join(tx: Transaction, event: Event, name: str) -> Person:
    return people.rename(tx, event.id, people.new_token(), name)


def _pitch(tx: Transaction, event: Event, it: RehearsalPitch, hosts: dict[str, Person]) -> Pitch:
    person = hosts[it.host]
    name = f"{it.host} and {it.also_host}" if it.also_host else it.host
    content = Content(title=it.title, description=it.text, host_name=name, topic=it.topic, needs=it.needs)
    pitch = pitches.add(tx, event, people.viewer(tx, event, person.token), person, content)
    if it.also_host:
        tx.add(Host(pitch_id=pitch.id, person_id=hosts[it.also_host].id))
    return pitch


def _ballot(chance: random.Random, person: Person, made: list[Pitch]) -> list[dict[str, object]]:
    """The votes of one person, who does not vote on their own pitches."""
    return [
        {"person_id": person.id, "pitch_id": pitch.id, "interest": interest}
        for pitch, it, interest in zip(made, PITCHES, wishes(chance), strict=True)
        if interest and not (person.name and person.name in (it.host, it.also_host))
    ]


def _taste(chance: random.Random) -> Taste:
    """How much somebody cares about each interest: a lot about two or three, a little about the rest."""
    strong = chance.sample(INTERESTS, k=chance.choice((2, 2, 3)))
    return {name: chance.uniform(0.8, 1.6) if name in strong else chance.uniform(0.0, 0.5) for name in INTERESTS}


def _draw(chance: random.Random, taste: Taste, it: RehearsalPitch) -> float:
    fit = sum(taste[name] * weight for name, weight in it.leans.items()) / sum(it.leans.values())
    return fit + 0.5 * it.pull + chance.gauss(0.0, 0.3)

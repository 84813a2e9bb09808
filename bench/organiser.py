"""What an organiser's pages cost everybody else: votes and health while the editor of a large event is looked at."""

import multiprocessing
import random
import sys
from datetime import timedelta

from sqlalchemy import insert
from sqlmodel import select

from bench.load import Figures, _run, table
from bench.site import Site, site
from bench.votes import ballots
from eventkit.clock import now
from eventkit.event import events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.grid.versions import Spot
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridCause, Person, Room, Slot, Vote
from eventkit.text import codes

PEOPLE, SESSIONS, WISHES = 5000, 250, 13
ROOMS, SLOTS = 25, 10
SECONDS, PACE = 8.0, 50.0


def main() -> None:
    """Measure votes at a steady pace: alone, then beside each of the organiser's pages asked for again and again."""
    with site(sys.argv[1] if len(sys.argv) > 1 else "sqlite", pitch_count=SESSIONS) as measured:
        tokens = measured.database.write(lambda tx: fill(tx, measured))
        organiser = measured.cookie(key_digest=codes.digest(measured.organiser))
        home, pitch = f"/e/{measured.code}", measured.pitch_ids[7]
        pages = {
            "nothing else": "",
            "the editor": f"{home}/organise/grid",
            "the editor, a session chosen": f"{home}/organise/grid?pitch={pitch}",
            "the costs of a move": f"{home}/grid/moves?pitch={pitch}",
            "the console": f"{home}/organise",
            "the book as Word": f"{home}/book.docx",
            "all votes as CSV": f"{home}/votes.csv",
            "the whole event": f"{home}/event.json",
        }
        votes = ballots(measured, tokens[:1500])
        health = [measured.get("/healthz")]
        for name, path in pages.items():
            asked = [measured.get(path, organiser)] if path else []
            for kind, requests in (("votes", votes), ("health", health)):
                figures, page = beside(measured.port, requests, asked)
                table([(f"{kind} beside {name}", str(figures))])
            if page is not None:
                table([("  that page", str(page))])


def beside(port: int, requests: list[bytes], asked: list[bytes]) -> tuple[Figures, Figures | None]:
    """The figures of `requests` at PACE while `asked` is asked for one after another on one connection."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        paced = pool.apply_async(_run, (port, requests, 16, SECONDS, PACE))
        page = pool.apply_async(_run, (port, asked, 1, SECONDS, 0.0)) if asked else None
        return paced.get(), page.get() if page else None


def fill(tx: Transaction, measured: Site) -> list[str]:
    """A large event: rooms, slots, people with wishes, a published grid. The people's tokens."""
    event = tx.get_one(Event, measured.event_id)
    chance = random.Random(1)
    first = min(slot.starts_at for slot in events.slots(tx, event.id))
    for slot in events.slots(tx, event.id):
        tx.delete(slot)
    rooms = [Room(event_id=event.id, name=f"Hall {n}", capacity=20 + 15 * n, position=10 + n) for n in range(ROOMS)]
    starts = [first + timedelta(minutes=50 * number) for number in range(SLOTS)]
    slots = [Slot(event_id=event.id, starts_at=at, ends_at=at + timedelta(minutes=45)) for at in starts]
    tx.add_all([*rooms, *slots])
    tokens = [people.new_token() for _ in range(PEOPLE)]
    rows = [
        {"event_id": event.id, "token": token, "name": "", "phone_code_generation": 0, "calendar_key_generation": 0}
        | {"joined_on": now().date(), "voted_on": now().date()}
        for number, token in enumerate(tokens)
    ]
    tx.flush()
    tx.execute(insert(Person), rows)
    ids = [person.id for person in _people(tx, event.id)]
    tx.execute(
        insert(Vote),
        [
            {"person_id": person, "pitch_id": pitch, "interest": chance.choice((1, 1, 2))}
            for person in ids
            for pitch in chance.sample(measured.pitch_ids, WISHES)
        ],
    )
    cells = [Spot(slot.id, room.id) for slot in slots for room in rooms]
    grid = dict(zip(measured.pitch_ids, cells, strict=False))
    version = versions.replace(tx, at_the_machine(event), event.grid_version, grid, GridCause.BUILD)
    versions.publish(tx, at_the_machine(event), version)
    versions.move(tx, at_the_machine(event), version, measured.pitch_ids[0], cells[9][:2])
    return tokens


def _people(tx: Transaction, event_id: int) -> list[Person]:
    return list(tx.scalars(select(Person).where(Person.event_id == event_id, Person.name == "", Person.token != "")))


if __name__ == "__main__":
    main()

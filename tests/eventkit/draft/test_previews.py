"""What publishing would change: who loses a place first, and how many people want what goes or moves."""

from eventkit.draft import drafts, previews
from eventkit.draft.previews import Preview
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, versions
from eventkit.grid.versions import Grid
from eventkit.storage.db import Database, Transaction
from tests.world.builders import a_person, close
from tests.world.days import host, votes
from tests.world.published import Day, a_published_day


def of_draft(database: Database, day: Day) -> Preview:
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        grid: Grid = versions.spots(versions.draft(tx, event))
        return previews.preview(tx, event, grid, drafts.names_of(tx, event))


def move(database: Database, day: Day, number: int, cell: tuple[int, int] | None) -> None:
    def act(tx: Transaction) -> None:
        event = events.by_code(tx, day.event.code)
        versions.move(tx, at_the_machine(event), event.grid_version, day.pitches[number].id, cell)

    database.write(act)


def test_who_loses_a_place_is_told_apart_from_who_moves_or_comes_in(database: Database) -> None:
    day = a_published_day(database, placed=3)
    move(database, day, 2, None)
    move(database, day, 0, day.cells[5])
    move(database, day, 4, day.cells[6])
    seen = of_draft(database, day)
    lost, moved, added = ([it.pitch_id for it in part] for part in (seen.lost, seen.moved, seen.added))
    assert (lost, moved, added) == ([day.pitches[2].id], [day.pitches[0].id], [day.pitches[4].id])
    assert [it.pitch_id for it in seen.changes] == lost + moved + added


def test_each_who_wants_or_hosts_what_goes_or_moves_counts_once(database: Database) -> None:
    day = a_published_day(database, placed=3)
    people = [a_person(database, day.event) for _ in range(4)]
    votes(database, people[0], [(day.pitches[0], 1), (day.pitches[1], 2)])
    host(database, people[1], day.pitches[1])
    votes(database, people[2], [(day.pitches[2], 2)])  # which stays
    move(database, day, 0, day.cells[5])
    move(database, day, 1, None)
    assert of_draft(database, day).affected is None  # voting is open, and nobody sees counts
    close(database, day.event, voting=True)
    assert of_draft(database, day).affected is None  # of two ballots it would tell what is on them
    votes(database, people[3], [(day.pitches[2], 1)])
    assert of_draft(database, day).affected == 2


def test_a_session_in_a_closed_room_still_wants_a_place(database: Database) -> None:
    day = a_published_day(database, placed=3)
    closed = day.rooms[1].id
    database.write(
        lambda tx: closures.close_room(
            tx, at_the_machine(events.by_code(tx, day.event.code)), closed, {day.slots[0].id}
        )
    )
    seen = of_draft(database, day)
    assert (seen.changes, seen.wanting) == ((), (day.pitches[1].id,))

"""The grid: versions only grow, cells are never doubled, undo restores exactly, a stale hand is told what changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from eventkit.errors import Invalid, NotFound, Stale
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import steps, versions
from eventkit.grid.versions import CellChange, Spot
from eventkit.storage.change_log import since
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event, GridCause, Pitch, Room, Slot, metadata
from tests.world.at_once import at_once
from tests.world.builders import an_event
from tests.world.days import some_pitches

T = TypeVar("T")


class Wall:
    """An event with pitches, and short words for what the tests do to its grid."""

    def __init__(self, database: Database, pitches: int = 4):
        self.database = database
        self.id = an_event(database)[0].id
        self.rooms: list[Room] = database.write(lambda tx: events.rooms(tx, self.id))
        slots: list[Slot] = database.write(lambda tx: events.slots(tx, self.id))
        self.slots = [slot for slot in slots if not slot.title]
        self.pitches: list[Pitch] = some_pitches(database, self.event, pitches)

    @property
    def event(self) -> Event:
        return self.database.write(lambda tx: tx.get_one(Event, self.id))

    @property
    def version(self) -> int:
        return self.event.grid_version

    def cell(self, slot: int, room: int) -> tuple[int, int]:
        return self.slots[slot].id, self.rooms[room].id

    def move(self, pitch: int, cell: tuple[int, int] | None, pin: bool = False, version: int | None = None) -> str:
        at = self.version if version is None else version
        return self._act(
            lambda tx, event: versions.move(tx, at_the_machine(event), at, self.pitches[pitch].id, cell, pin)
        )

    def undo(self, to: int | None = None, version: int | None = None) -> str:
        at = self.version if version is None else version
        return self._act(lambda tx, event: steps.undo(tx, at_the_machine(event), at, to))

    def redo(self) -> str:
        at = self.version
        return self._act(lambda tx, event: steps.redo(tx, at_the_machine(event), at))

    def publish(self) -> str:
        at = self.version
        return self._act(lambda tx, event: versions.publish(tx, at_the_machine(event), at))

    def grid(self, version: int | None = None) -> versions.Grid:
        at = self.version if version is None else version
        with self.database.reading() as tx:
            return versions.spots(versions.placements(tx, self.id, at))

    def _act(self, act: Callable[[Transaction, Event], T]) -> T:
        return self.database.write(lambda tx: act(tx, tx.get_one(Event, self.id)))


@pytest.fixture
def wall(database: Database) -> Wall:
    return Wall(database)


def test_move_into_an_empty_cell_makes_a_new_version(wall: Wall) -> None:
    assert wall.move(0, wall.cell(0, 1)) == "Placed ‘Pitch 1’ at 10:00, Library."
    assert (wall.version, wall.grid()) == (1, {wall.pitches[0].id: Spot(*wall.cell(0, 1))})


def test_move_onto_a_session_swaps_the_two_and_keeps_its_pin(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0), pin=True)
    wall.move(1, wall.cell(1, 1))
    assert wall.move(1, wall.cell(0, 0)) == "Moved ‘Pitch 2’ to 10:00, Main hall. ‘Pitch 1’ took its place."
    assert wall.grid() == {
        wall.pitches[1].id: Spot(*wall.cell(0, 0)),
        wall.pitches[0].id: Spot(*wall.cell(1, 1), pinned=True),
    }


def test_move_from_nowhere_onto_a_session_takes_that_off(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0))
    assert wall.move(1, wall.cell(0, 0)) == "Placed ‘Pitch 2’ at 10:00, Main hall. ‘Pitch 1’ went off the grid."
    assert wall.grid() == {wall.pitches[1].id: Spot(*wall.cell(0, 0))}


def test_move_to_the_same_cell_only_pins(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0))
    assert wall.move(0, wall.cell(0, 0), pin=True) == "Pinned ‘Pitch 1’ at 10:00, Main hall."
    assert wall.move(0, wall.cell(0, 0), pin=True) == "‘Pitch 1’ stays where it is."
    assert (wall.version, wall.grid()[wall.pitches[0].id].pinned) == (2, True)


def test_move_with_a_stale_version_says_what_changed_and_moves_nothing(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0))
    with pytest.raises(Stale) as stale:
        wall.move(1, wall.cell(0, 0), version=0)
    assert str(stale.value) == (
        "The grid changed since you looked. Placed ‘Pitch 1’ at 10:00, Main hall. Look again, then decide."
    )
    assert wall.grid() == {wall.pitches[0].id: Spot(*wall.cell(0, 0))}


def test_moves_at_once_from_the_same_version_make_one_new_version(wall: Wall) -> None:
    results = at_once([lambda n=n: wall.move(n % 4, wall.cell(n % 3, n % 2), version=0) for n in range(6)])
    assert sum(isinstance(result, Stale) for result in results) == 5
    assert (wall.version, len(wall.grid())) == (1, 1)


def test_move_to_another_events_room_is_not_found(wall: Wall, database: Database) -> None:
    other = Wall(database)
    with pytest.raises(NotFound):
        wall.move(0, (wall.slots[0].id, other.rooms[0].id))
    with pytest.raises(NotFound):
        wall._act(lambda tx, event: versions.move(tx, at_the_machine(event), 0, other.pitches[0].id, wall.cell(0, 0)))
    assert wall.version == 0


def test_withdrawn_pitch_leaves_the_grid_and_cannot_be_moved(wall: Wall, database: Database) -> None:
    wall.move(0, wall.cell(0, 0))

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, wall.pitches[0].id).withdrawn_at = datetime(2026, 6, 26, tzinfo=UTC)

    database.write(withdraw)
    assert wall.grid() == {}
    with pytest.raises(NotFound):
        wall.move(0, wall.cell(1, 1))
    wall.move(1, wall.cell(0, 0))
    assert wall.grid() == {wall.pitches[1].id: Spot(*wall.cell(0, 0))}


def test_undo_goes_back_step_by_step_and_redo_forward(wall: Wall) -> None:
    for room in range(3):
        wall.move(room, wall.cell(0, room))
    states = [wall.grid(version) for version in range(4)]
    for before in (2, 1, 0):
        assert wall.undo().startswith(f"Undid: Placed ‘Pitch {before + 1}’")
        assert wall.grid() == states[before]
    with pytest.raises(Invalid, match="nothing to undo"):
        wall.undo()
    for after in (1, 2, 3):
        assert wall.redo().startswith(f"Redid: Placed ‘Pitch {after}’")
        assert wall.grid() == states[after]
    with pytest.raises(Invalid, match="nothing to do again"):
        wall.redo()


def test_step_after_an_undo_takes_away_what_could_be_redone(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0))
    wall.move(1, wall.cell(0, 1))
    wall.undo()
    wall.move(2, wall.cell(0, 1))
    with pytest.raises(Invalid):
        wall.redo()
    assert wall.undo() == "Undid: Placed ‘Pitch 3’ at 10:00, Library."
    assert wall.grid() == wall.grid(1)


def test_unpublish_takes_the_grid_back_and_the_revision_goes_on(wall: Wall) -> None:
    wall.move(0, wall.cell(0, 0))
    wall.publish()
    wall._act(lambda tx, event: versions.unpublish(tx, at_the_machine(event), event.grid_version))
    assert (wall.event.published_version, wall.event.revision) == (None, 2)
    wall.publish()
    assert (wall.event.published_version, wall.event.revision) == (1, 3)
    with pytest.raises(Stale):
        wall._act(lambda tx, event: versions.unpublish(tx, at_the_machine(event), 0))


def test_undo_of_the_empty_grid_is_refused(wall: Wall) -> None:
    with pytest.raises(Invalid):
        wall.undo()
    assert wall.version == 0


def test_publish_shows_the_draft_and_records_who_moved(wall: Wall, database: Database) -> None:
    wall.move(0, wall.cell(0, 0))
    wall.move(1, wall.cell(0, 1))
    assert wall.publish() == "Published. 2 sessions are on the grid."
    wall.move(1, wall.cell(1, 1))
    with database.reading() as tx:
        assert len(versions.published(tx, wall.event)) == 2
        assert versions.spots(versions.published(tx, wall.event)) == wall.grid(2)
    wall.publish()
    with database.reading() as tx:
        told = [change.ref for change in since(tx, 0) if change.kind is ChangeKind.PUBLISH]
    first, second = wall.pitches[0].id, wall.pitches[1].id
    assert told == [{"version": 2, "pitches": [first, second]}, {"version": 3, "pitches": [second]}]


def test_publish_before_there_is_a_grid_is_refused(wall: Wall) -> None:
    with pytest.raises(Invalid):
        wall.publish()
    assert wall.event.published_version is None


def test_replace_leaves_out_pitches_that_went_meanwhile(wall: Wall, database: Database) -> None:
    grid = {pitch.id: Spot(*wall.cell(0, n)) for n, pitch in enumerate(wall.pitches[:3])}

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, wall.pitches[0].id).withdrawn_at = datetime(2026, 6, 26, tzinfo=UTC)

    database.write(withdraw)
    assert wall._act(lambda tx, event: versions.replace(tx, at_the_machine(event), 0, grid, GridCause.BUILD)) == 1
    assert wall.grid() == {pitch.id: grid[pitch.id] for pitch in wall.pitches[1:3]}


def test_differences_name_what_stands_elsewhere() -> None:
    before = {1: Spot(1, 1), 2: Spot(1, 2), 3: Spot(2, 1)}
    after = {1: Spot(1, 1, pinned=True), 2: Spot(2, 2), 4: Spot(2, 1)}
    assert versions.differences(before, after) == [
        CellChange(2, Spot(1, 2), Spot(2, 2)),
        CellChange(3, Spot(2, 1), None),
        CellChange(4, None, Spot(2, 1)),
    ]


class AnyHands(RuleBasedStateMachine):
    """Whatever hands do to a grid: a plain model of it agrees at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.wall = Wall(_fresh_database(Path(self.folder.name)), pitches=7)
        self.versions: list[versions.Grid] = [{}]
        self.done: list[versions.Grid] = []
        self.undone: list[versions.Grid] = []

    def teardown(self) -> None:
        self.wall.database.close()
        self.folder.cleanup()

    @rule(pitch=st.integers(0, 6), slot=st.integers(0, 2), room=st.integers(0, 2), pin=st.booleans())
    def put(self, pitch: int, slot: int, room: int, pin: bool) -> None:
        cell, moved = self.wall.cell(slot, room), self.wall.pitches[pitch].id
        self.wall.move(pitch, cell, pin)
        grid = dict(self.versions[-1])
        came_from = grid.pop(moved, None)
        for other, spot in list(grid.items()):
            if spot[:2] == cell:
                del grid[other]
                if came_from is not None:
                    grid[other] = Spot(*came_from[:2], pinned=spot.pinned)
        self._keep({**grid, moved: Spot(*cell, pinned=pin)})

    @rule(pitch=st.integers(0, 6))
    def take_off(self, pitch: int) -> None:
        self.wall.move(pitch, None)
        gone = self.wall.pitches[pitch].id
        self._keep({other: spot for other, spot in self.versions[-1].items() if other != gone})

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        self.wall.undo()
        self.undone.append(self.done.pop())
        self.versions.append(self.done[-1] if self.done else {})

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.wall.redo()
        self.done.append(self.undone.pop())
        self.versions.append(self.done[-1])

    @precondition(lambda self: len(self.versions) > 1)
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        to = data.draw(st.integers(0, len(self.versions) - 2))
        self.wall.undo(to)
        self._step(self.versions[to])

    @rule(pitch=st.integers(0, 6), behind=st.integers(1, 3))
    def stale(self, pitch: int, behind: int) -> None:
        with pytest.raises(Stale):
            self.wall.move(pitch, self.wall.cell(0, 0), version=self.wall.version - behind)

    def _keep(self, grid: versions.Grid) -> None:
        if grid != self.versions[-1]:
            self._step(grid)

    def _step(self, grid: versions.Grid) -> None:
        self.versions.append(grid)
        self.done.append(grid)
        self.undone.clear()

    @invariant()
    def agrees_with_the_model(self) -> None:
        grid = self.wall.grid()
        assert (self.wall.version, grid) == (len(self.versions) - 1, self.versions[-1])
        assert len({spot[:2] for spot in grid.values()}) == len(grid)


AnyHands.TestCase.settings = settings(max_examples=12, stateful_step_count=20)
TestAnyHands = AnyHands.TestCase


def _fresh_database(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'grid.db'}")
    metadata.create_all(database.engine)
    return database

"""An event that can be built, and short words for what happens to its builds and to the studies of their grids."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select, update

import solver
from eventkit.building import builds, studies
from eventkit.building.builds import Claim
from eventkit.building.studies import Findings, Held
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, ChangeKind, Event, StoredIncumbent, Study
from tests.world.builders import an_event
from tests.world.days import some_pitches


def an_incumbent(grid: Iterable[solver.Assignment], **figures: Any) -> solver.Incumbent:
    """What the solver found, with figures that matter to nobody where they are not given."""
    placed = tuple(grid)
    usual: dict[str, Any] = {"elapsed": 0.5, "total": 10.0, "placed": len(placed), "bound": None, "unplaced": ()}
    counts = dict.fromkeys(("kept", "wishes", "attainable", "turned_away", "moved", "topic", "left_out"), 0)
    counts["attainable"] = figures.get("wishes", 0)
    return solver.Incumbent(**{**usual, **counts, "grid": placed, **figures})


class BuildableEvent:
    """An event that can be built, and short words for what happens to its builds."""

    def __init__(self, database: Database):
        self.database = database
        self.id = an_event(database)[0].id
        self.pitches = some_pitches(database, self.event, 2)
        self.rooms = database.write(lambda tx: events.rooms(tx, self.id))
        self.slots = [slot for slot in database.write(lambda tx: events.slots(tx, self.id)) if not slot.title]

    @property
    def event(self) -> Event:
        return self.database.write(lambda tx: tx.get_one(Event, self.id))

    @property
    def build(self) -> Build:
        return self.database.write(lambda tx: builds.recent(tx, self.id)[0])

    def start(self, seconds: int = 20) -> Build:
        return self.database.write(lambda tx: builds.start(tx, at_the_machine(tx.get_one(Event, self.id)), seconds))

    def claim(self, worker: str = "a") -> Claim:
        """What there must be to claim."""
        held = self.may_claim(worker)
        assert held is not None, "there is nothing to claim"
        return held

    def may_claim(self, worker: str = "a") -> Claim | None:
        return self.database.write(lambda tx: builds.claim(tx, worker))

    def find(self, held: Claim, total: float = 10.0, room: int = 0) -> None:
        answer = self.answer(total, room)
        self.database.write(lambda tx: builds.add_incumbent(tx, held, answer))

    def finish(self, held: Claim, failure: str = "") -> None:
        self.database.write(lambda tx: builds.finish(tx, held, failure))

    def stop(self) -> None:
        number = self.build.number
        self.database.write(lambda tx: builds.request_stop(tx, at_the_machine(tx.get_one(Event, self.id)), number))

    def adopt(self, number: int = 1) -> str:
        return self.database.write(lambda tx: builds.adopt(tx, at_the_machine(tx.get_one(Event, self.id)), number))

    def move(self, pitch: int = 1) -> None:
        cell = self.slots[1].id, self.rooms[1].id

        def move(tx: Transaction) -> None:
            event = tx.get_one(Event, self.id)
            versions.move(tx, at_the_machine(event), event.grid_version, self.pitches[pitch].id, cell)

        self.database.write(move)

    def let_the_lease_run_out(self) -> None:
        self.database.write(lambda tx: tx.execute(update(Build).values(lease_until=Build.lease_until - 11)))

    def answer(self, total: float, room: int = 0, **changes: Any) -> solver.Incumbent:
        cell = str(self.slots[0].id), str(self.rooms[room].id)
        return an_incumbent([solver.Assignment(str(self.pitches[0].id), *cell)], total=total, **changes)

    def found(self) -> list[float]:
        query = select(StoredIncumbent).order_by(col(StoredIncumbent.seq))
        return self.database.write(lambda tx: [row.answer["total"] for row in tx.scalars(query)])

    def find_figures(self, room: int = 0) -> None:
        """Claim the build, and find one grid with every figure that pages show and a pitch that found no place."""
        held, lost = self.claim(), str(self.pitches[1].id)
        figures = {"kept": 871, "wishes": 1020, "turned_away": 3.5, "topic": 1, "bound": 10.3}
        unplaced = (solver.Unplaced(session=lost, why=solver.Why.NEEDS, needs=("projector",)),)
        best = self.answer(10.0, room, **figures, unplaced=unplaced)
        self.database.write(lambda tx: builds.add_incumbent(tx, held, best))

    def study_nothing_found(self) -> None:
        """The study of the newest build has ended, and there was nothing to find."""
        self._keep(Findings(), ended=True)

    def study_found(self, bound: float, ended: bool = True, **help: Any) -> None:
        """The study of the newest build has found this bound, and that one change would help."""
        change = {"kind": "new-room", "session": str(self.pitches[1].id), "slot": str(self.slots[1].id), "room": None}
        effect = {"detail": None, "total": 9.0, "kept": 23, "left_out": 0, "turned_away": 0.0}
        self._keep(Findings(bound, [{**change, **effect, **help}]), ended)

    def _keep(self, found: Findings, ended: bool) -> None:
        def keep(tx: Transaction) -> None:
            held = studies.claim(tx, "a worker")
            assert held is not None
            studies.keep(tx, held, 1.0, found, ended)

        self.database.write(keep)


class StudiedEvent(BuildableEvent):
    """A buildable event with short words for what happens to its studies."""

    def build_once(self, total: float = 10.0, bound: float | None = 12.0) -> None:
        self.start()
        held = self.claim()
        answer = self.answer(total, bound=bound)
        self.database.write(lambda tx: builds.add_incumbent(tx, held, answer))
        self.finish(held)

    def take(self, worker: str = "a") -> Held:
        """What there must be to study."""
        held = self.may_take(worker)
        assert held is not None, "there is nothing to study"
        return held

    def may_take(self, worker: str = "a") -> Held | None:
        return self.database.write(lambda tx: studies.claim(tx, worker))

    def keep(self, held: Held, seconds: float = 1.0, ended: bool = False, **found: Any) -> None:
        self.database.write(lambda tx: studies.keep(tx, held, seconds, Findings(**found), ended))

    def give_back(self, held: Held, seconds: float = 1.0) -> None:
        self.database.write(lambda tx: studies.give_back(tx, held, seconds, Findings()))

    def waits(self) -> bool:
        with self.database.reading() as tx:
            return studies.claimable(tx)

    @property
    def study(self) -> Study:
        """The study of the newest build, which there must be."""
        asked_for = self.study_if_any()
        assert asked_for is not None, "no study was asked for"
        return asked_for

    def study_if_any(self) -> Study | None:
        build = self.build
        with self.database.reading() as tx:
            return studies.of(tx, build.id)

    def lose(self) -> None:
        self.database.write(lambda tx: tx.execute(update(Study).values(lease_until=Study.lease_until - 11)))

    def told(self) -> int:
        """How many times pages were told of a build."""
        with self.database.reading() as tx:
            return sum(it.kind is ChangeKind.BUILD for it in change_log.recent(tx, self.id, 1000))

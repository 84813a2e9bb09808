"""Builds as the wall shows them, for its tests."""

from typing import Any

import solver
from eventkit.building import builds
from eventkit.clock import now
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, BuildState, Event, Pitch, StoredIncumbent
from tests.world.building import an_incumbent


def an_answer(pitches: list[Pitch], cells: list[tuple[int, int]], **changes: Any) -> dict[str, Any]:
    grid = [
        solver.Assignment(str(pitch.id), str(slot), str(room))
        for pitch, (slot, room) in zip(pitches, cells, strict=False)
    ]
    figures = {"kept": 871, "wishes": 1020, "bound": 412.0, "total": 400.0, **changes}
    return an_incumbent(grid, **figures).to_json()


def a_build(database: Database, event: Event, answer: dict[str, Any] | None, state: BuildState) -> None:
    def add(tx: Transaction) -> None:
        number = len(builds.recent(tx, event.id)) + 1
        build = Build(event_id=event.id, number=number, state=state, seconds=20, base_version=0, asked_at=now())
        build.since_change = change_log.newest(tx, event.id)
        tx.add(build)
        tx.flush()
        if answer:
            tx.add(StoredIncumbent(build_id=build.id, seq=1, answer=answer, at=now()))

    database.write(add)

"""The grids that a build found, newest last, and the bound that is known of the best."""

import solver
from eventkit.building import incumbents
from eventkit.clock import now
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import StoredIncumbent
from tests.world.building import BuildableEvent, an_incumbent


def test_newest_is_the_best_of_this_build_only(database: Database) -> None:
    camp, other = BuildableEvent(database), BuildableEvent(database)
    camp.start()
    held = camp.claim()
    for total in (9.0, 10.0, 12.5):
        camp.find(held, total)
    other.start()
    other.find(other.claim(), 99.0)
    with database.reading() as tx:
        newest = incumbents.newest(tx, held.build_id)
        totals = [total for _, total in incumbents.totals(tx, held.build_id)]
        latest = [total for _, total in incumbents.totals(tx, held.build_id, limit=2)]
    assert newest is not None
    assert (newest.total, totals, latest) == (12.5, [9.0, 10.0, 12.5], [10.0, 12.5])


def test_build_that_found_nothing_has_no_newest(database: Database) -> None:
    build = BuildableEvent(database).start()
    with database.reading() as tx:
        assert incumbents.newest(tx, build.id) is None
        assert incumbents.totals(tx, build.id) == []


def test_peaks_are_the_best_figures_that_any_grid_of_the_build_had(database: Database) -> None:
    build = BuildableEvent(database).start()

    def add(tx: Transaction) -> None:
        for seq, (most, left_out) in enumerate([(3, 2), (4, 0), (2, 1)], 1):
            answer = an_incumbent([], usual=solver.Usual(most, 5), left_out=left_out).to_json()
            tx.add(StoredIncumbent(build_id=build.id, seq=seq, answer=answer, at=now()))

    database.write(add)
    with database.reading() as tx:
        assert incumbents.peaks(tx, build.id) == incumbents.Peaks(4, 0)
        assert incumbents.peaks(tx, build.id + 1) == incumbents.Peaks(None, None)

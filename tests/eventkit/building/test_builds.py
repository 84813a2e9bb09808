"""Builds: one holder at a time, a zombie can change nothing, an adoption never overwrites a move."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlmodel import col, delete, select, update

from eventkit.building import builds, leases
from eventkit.building.builds import Claim
from eventkit.building.leases import Lost
from eventkit.errors import Invalid, NotFound, Stale, TooMany
from eventkit.event.roles import at_the_machine
from eventkit.grid import history, steps, versions
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, BuildState, Event, GridVersion, Pitch, Room, StoredIncumbent, metadata
from tests.world.at_once import at_once
from tests.world.building import BuildableEvent


@pytest.fixture
def camp(database: Database) -> BuildableEvent:
    return BuildableEvent(database)


def test_start_while_a_build_runs_answers_that_one(camp: BuildableEvent) -> None:
    first, second = camp.start(), camp.start()
    assert (first.number, second.id) == (1, first.id)
    camp.finish(camp.claim())
    assert camp.start().number == 2


def test_builds_take_turns_between_events_and_say_where_they_stand_in_line(database: Database) -> None:
    busy, patient, late = (BuildableEvent(database) for _ in range(3))
    for _ in range(2):
        busy.start()
        busy.finish(busy.claim())
    for camp in (busy, patient, late):
        camp.start()
    with database.reading() as tx:
        assert [builds.place_in_line(tx, it.build) for it in (busy, patient, late)] == [3, 1, 2]
    assert [busy.claim().event_id for _ in range(3)] == [patient.id, late.id, busy.id]
    with database.reading() as tx:
        assert builds.place_in_line(tx, busy.build) == 0


def test_builds_of_one_event_are_limited_by_the_hour(camp: BuildableEvent) -> None:
    camp.database.write(lambda tx: tx.execute(update(Event).values(limits={"builds": 2})))
    for _ in range(2):
        camp.start()
        camp.finish(camp.claim())
    with pytest.raises(TooMany, match=r"^That is more than 2 builds in an hour\.") as refused:
        camp.start()
    assert 3500 < (refused.value.seconds or 0) <= 3600
    hour = builds.HOUR

    def an_hour_later(tx: Transaction) -> None:
        for it in tx.scalars(select(Build)):
            it.asked_at -= hour

    camp.database.write(an_hour_later)
    assert camp.start().number == 3


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (Pitch, "There are no pitches yet. Show the join code and let people pitch, then build."),
        (Room, "There is no room yet. Add one under Rooms and slots, then build."),
    ],
)
def test_start_without_pitches_or_rooms_says_what_to_do(camp: BuildableEvent, missing: Any, words: str) -> None:
    camp.database.write(lambda tx: tx.execute(delete(missing)))
    with pytest.raises(Invalid) as refused:
        camp.start()
    assert str(refused.value) == words


def test_claim_is_given_once_until_the_lease_runs_out(camp: BuildableEvent) -> None:
    camp.start()
    first = camp.claim("a")
    assert (first.fence, camp.may_claim("b")) == (1, None)
    camp.let_the_lease_run_out()
    assert camp.claim("b").fence == 2


def test_claim_of_a_lease_from_before_a_restart_of_the_machine(camp: BuildableEvent) -> None:
    camp.start()
    camp.claim("a")
    camp.database.write(lambda tx: tx.execute(update(Build).values(lease_until=Build.lease_until + 1_000_000)))
    assert camp.claim("b").fence == 2


def test_workers_that_claim_at_once_never_hold_the_same_build(camp: BuildableEvent) -> None:
    camp.start()
    claims = at_once([lambda n=n: camp.may_claim(f"worker {n}") for n in range(6)])
    assert [claim.fence for claim in claims if claim is not None] == [1]


def test_starts_at_once_make_one_build(camp: BuildableEvent) -> None:
    assert {build.number for build in at_once([camp.start] * 6)} == {1}


def test_adoption_and_a_move_at_once_never_both_win(camp: BuildableEvent) -> None:
    camp.start()
    camp.find(camp.claim())
    version = camp.event.grid_version
    cell = camp.slots[1].id, camp.rooms[1].id

    def move(tx: Transaction) -> str:
        return versions.move(tx, at_the_machine(tx.get_one(Event, camp.id)), version, camp.pitches[1].id, cell)

    results = at_once([camp.adopt, lambda: camp.database.write(move)])
    assert sorted(isinstance(result, Stale) for result in results) == [False, True]
    assert camp.event.grid_version == 1


def test_zombie_can_write_nothing(camp: BuildableEvent) -> None:
    camp.start()
    zombie = camp.claim("a")
    camp.find(zombie, 1.0)
    camp.let_the_lease_run_out()
    heir = camp.claim("b")
    for write in (builds.renew, builds.finish, builds.give_back):
        with pytest.raises(Lost):
            camp.database.write(lambda tx, write=write: write(tx, zombie))
    with pytest.raises(Lost):
        camp.find(zombie, 100.0)
    with pytest.raises(Lost):
        camp.database.write(lambda tx: builds.remember_order(tx, zombie, {"format": "zombie"}, 7))
    camp.find(heir, 2.0)
    assert camp.found() == [1.0, 2.0]
    assert (camp.build.state, camp.build.base_version) == (BuildState.RUNNING, 0)


def test_worker_that_takes_over_keeps_the_best_of_the_one_before(camp: BuildableEvent) -> None:
    camp.start()
    camp.find(camp.claim("a"), 9.0)
    camp.let_the_lease_run_out()
    heir = camp.claim("b")
    camp.find(heir, 8.0)
    assert camp.found() == [9.0]
    camp.find(heir, 9.5)
    assert camp.found() == [9.0, 9.5]


def test_bound_that_was_proved_stays_when_a_worker_takes_over(camp: BuildableEvent) -> None:
    camp.start()
    answers = [camp.answer(9.0, bound=10.0), camp.answer(9.5), camp.answer(20.0, placed=2)]
    for name, answer in zip("abc", answers, strict=True):
        held = camp.claim(name)
        camp.database.write(lambda tx, held=held, answer=answer: builds.add_incumbent(tx, held, answer))
        camp.let_the_lease_run_out()
    with camp.database.reading() as tx:
        rows = tx.scalars(select(StoredIncumbent).order_by(col(StoredIncumbent.seq)))
        assert [row.answer["bound"] for row in rows] == [10.0, 10.0, None]


def test_build_given_back_is_claimed_at_once_and_by_a_higher_fence(camp: BuildableEvent) -> None:
    camp.start()
    held = camp.claim("a")
    camp.database.write(lambda tx: builds.give_back(tx, held))
    assert camp.claim("b").fence == 2


def test_build_that_kills_every_worker_fails_in_the_end(camp: BuildableEvent) -> None:
    camp.start()
    for _ in range(leases.MOST_CLAIMS):
        assert camp.claim()
        camp.let_the_lease_run_out()
    assert camp.may_claim() is None
    assert camp.build.state is BuildState.FAILED
    assert camp.build.message == "This build was begun 8 times and never ended. Build again with fewer seconds."


def test_stop_of_a_running_build_reaches_its_worker(camp: BuildableEvent, database: Database) -> None:
    camp.start()
    held = camp.claim()
    with database.reading() as tx:
        assert builds.must_stop(tx, [held]) == set()
    camp.stop()
    with database.reading() as tx:
        assert builds.must_stop(tx, [held]) == {held.build_id}
    camp.find(held)
    camp.finish(held)
    assert (camp.build.state, camp.found()) == (BuildState.DONE, [10.0])


def test_stop_of_a_build_that_waits_ends_it(camp: BuildableEvent) -> None:
    camp.start()
    camp.stop()
    assert (camp.build.state, camp.build.message, camp.may_claim()) == (
        BuildState.DONE,
        "Stopped before it began.",
        None,
    )


def test_adopt_makes_the_best_grid_the_draft_and_ends_the_build(camp: BuildableEvent) -> None:
    camp.start()
    held = camp.claim()
    camp.find(held)
    assert camp.adopt() == "Adopted build 1: 1 session."
    assert (camp.event.grid_version, camp.build.adopted_version, camp.build.state) == (1, 1, BuildState.DONE)
    with pytest.raises(Lost):
        camp.find(held, 11.0)
    assert camp.adopt() == "The grid of build 1 is the draft already."
    assert camp.event.grid_version == 1


def test_moves_and_undos_keep_the_build_that_the_draft_came_from(camp: BuildableEvent) -> None:
    camp.move()
    build = camp.start()
    camp.find(camp.claim())
    camp.adopt()
    camp.move()
    camp.database.write(lambda tx: steps.undo(tx, at_the_machine(tx.get_one(Event, camp.id)), 3, to=1))
    camp.database.write(lambda tx: steps.undo(tx, at_the_machine(tx.get_one(Event, camp.id)), 4))
    with camp.database.reading() as tx:
        of_event = select(GridVersion.build_id).where(GridVersion.event_id == camp.id)
        came_from = list(tx.scalars(of_event.order_by(col(GridVersion.version))))
    assert came_from == [None, build.id, build.id, None, build.id]


def test_adopt_after_a_move_is_refused_and_says_what_changed(camp: BuildableEvent) -> None:
    camp.start()
    camp.find(camp.claim())
    camp.move()
    with pytest.raises(Stale) as stale:
        camp.adopt()
    assert str(stale.value) == (
        "The grid changed since this build began. Placed ‘Pitch 2’ at 11:00, Library. "
        "Build again, or look at this one as a proposal."
    )
    assert camp.event.grid_version == 1


def test_adopt_leaves_out_what_lost_its_room(camp: BuildableEvent) -> None:
    camp.start()
    camp.find(camp.claim(), room=2)
    camp.database.write(lambda tx: tx.delete(tx.get_one(Room, camp.rooms[2].id)))
    assert camp.adopt() == "Adopted build 1: 0 sessions. Left out, their cell is gone: 1."


def test_adopt_before_there_is_a_grid_is_refused(camp: BuildableEvent) -> None:
    camp.start()
    with pytest.raises(Invalid):
        camp.adopt()
    with pytest.raises(NotFound):
        camp.adopt(2)


def test_workers_alive_counts_those_heard_of(camp: BuildableEvent, database: Database) -> None:
    for name in ("a", "b", "a"):
        database.write(lambda tx, name=name: builds.register(tx, name))
    with database.reading() as tx:
        assert builds.workers_alive(tx) == 2
    database.write(lambda tx: builds.sign_off(tx, "a"))
    with database.reading() as tx:
        assert builds.workers_alive(tx) == 1


class AnyWorkers(RuleBasedStateMachine):
    """Whatever three workers do, and however leases run out: only the holder of the highest fence changes a build."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        database = Database(f"sqlite:///{Path(self.folder.name) / 'builds.db'}")
        metadata.create_all(database.engine)
        self.camp = BuildableEvent(database)
        self.camp.start()
        self.claims: list[Claim] = []
        self.state, self.expired = BuildState.QUEUED, True
        self.totals: list[float] = []

    def teardown(self) -> None:
        self.camp.database.close()
        self.folder.cleanup()

    def _may_write(self, held: Claim) -> bool:
        return self.state is BuildState.RUNNING and held == self.claims[-1]

    @rule()
    def claim(self) -> None:
        held = self.camp.may_claim()
        free = self.state is BuildState.QUEUED or (self.state is BuildState.RUNNING and self.expired)
        dead = len(self.claims) == leases.MOST_CLAIMS
        assert (held is not None) == (free and not dead)
        if held:
            assert held.fence == len(self.claims) + 1
            self.claims.append(held)
            self.state, self.expired = BuildState.RUNNING, False
        elif free:
            self.state = BuildState.FAILED

    @rule()
    def time_passes(self) -> None:
        self.camp.let_the_lease_run_out()
        self.expired = True

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), total=st.integers(1, 50))
    def find(self, data: st.DataObject, total: int) -> None:
        held = data.draw(st.sampled_from(self.claims))
        if self._may_write(held):
            self.camp.find(held, float(total))
            self.expired = False
            if not self.totals or total >= self.totals[-1]:
                self.totals.append(float(total))
        else:
            with pytest.raises(Lost):
                self.camp.find(held, float(total))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), end=st.sampled_from(["finish", "fail", "give back"]))
    def end(self, data: st.DataObject, end: str) -> None:
        held = data.draw(st.sampled_from(self.claims))
        act = {
            "finish": lambda tx: builds.finish(tx, held),
            "fail": lambda tx: builds.finish(tx, held, "It broke."),
            "give back": lambda tx: builds.give_back(tx, held),
        }[end]
        if self._may_write(held):
            self.camp.database.write(act)
            self.state = {"finish": BuildState.DONE, "fail": BuildState.FAILED, "give back": BuildState.QUEUED}[end]
        else:
            with pytest.raises(Lost):
                self.camp.database.write(act)

    @invariant()
    def agrees_with_the_model(self) -> None:
        assert (self.camp.build.state, self.camp.found()) == (self.state, self.totals)


AnyWorkers.TestCase.settings = settings(max_examples=8, stateful_step_count=12)
TestAnyWorkers = AnyWorkers.TestCase


def test_a_build_that_a_move_made_useless_goes_on_from_there_and_keeps_the_move(camp: BuildableEvent) -> None:
    camp.start(7)
    held = camp.claim()
    camp.find(held)
    camp.move()
    started = camp.database.write(lambda tx: builds.go_on(tx, at_the_machine(tx.get_one(Event, camp.id)), 1))
    assert (started.number, started.seconds, started.base_version) == (2, 7, 2)
    with camp.database.reading() as tx:
        event = tx.get_one(Event, camp.id)
        assert [row.pinned for row in versions.draft(tx, event)] == [True]
        assert builds.get(tx, camp.id, 1).state is BuildState.DONE
        assert history.lines(tx, camp.id, 1)[0].words == "Pinned what was moved by hand: 1 session."
    with pytest.raises(Lost):
        camp.find(held, 11.0)


def test_what_another_build_placed_is_not_pinned_as_if_a_hand_had_moved_it(camp: BuildableEvent) -> None:
    camp.start()
    camp.find_figures()
    camp.adopt()
    database, number = camp.database, camp.build.number
    camp.database.write(lambda tx: setattr(tx.scalar(select(Build).where(Build.number == number)), "base_version", 0))
    database.write(lambda tx: builds.go_on(tx, at_the_machine(tx.get_one(Event, camp.id)), number))
    assert camp.event.grid_version == 1

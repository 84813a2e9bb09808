"""Merging and taking apart: nobody's ballot is lost, whatever is done in whatever order."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eventkit.errors import Closed, Invalid
from eventkit.event import roles
from eventkit.market import ballots, hosting, pitches
from eventkit.privacy import sealing
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch
from tests.world import builders

PITCHES, VOTERS = 4, 2
pitch, voter = st.integers(0, PITCHES - 1), st.integers(0, VOTERS - 1)


class Ballots(RuleBasedStateMachine):
    """Beside the product, a plain account of what each said last of each pitch, and of each joint one."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[tuple[int, int], int] = {}
        self.aside: dict[tuple[int, int], int] = {}  # of whom and which pitch: the one they voted on instead
        self.into: dict[int, int] = {}
        self.withdrawn: set[int] = set()

    @initialize()
    def begin(self) -> None:
        self.event, _ = builders.an_event(self.database)
        self.hosts = [builders.a_person(self.database, self.event) for _ in range(PITCHES)]
        self.people = [builders.a_person(self.database, self.event) for _ in range(VOTERS)]
        self.rows = [builders.a_pitch(self.database, self.event, host, f"Pitch {host.id}") for host in self.hosts]

    @rule(who=voter, what=pitch, interest=st.integers(0, 2))
    def vote(self, who: int, what: int, interest: int) -> None:
        try:
            builders.a_vote(self.database, self.event, self.people[who], self.rows[what], interest)
        except Closed:
            assert what in self.into or what in self.withdrawn
            return
        assert what not in self.into and what not in self.withdrawn
        parts = [part for part, root in self.into.items() if root == what]
        self.said[who, what] = interest
        self.aside.pop((who, what), None)
        if not parts:
            self.aside = {key: root for key, root in self.aside.items() if (key[0], root) != (who, what)}
        self.aside |= {(who, part): what for part in parts if self.said.get((who, part))}

    @rule(kept=pitch, other=pitch)
    def merge(self, kept: int, other: int) -> None:
        try:
            self._do(lambda tx, by: pitches.merge(tx, by, self.rows[kept].id, self.rows[other].id))
        except Invalid:
            assert (
                kept == other
                or kept in self.into
                or self.into.get(other, kept) != kept
                or {kept, other} & self.withdrawn
            )
            return
        self.into |= {part: kept for part, root in self.into.items() if root == other} | {other: kept}

    @rule(part=pitch)
    def take_apart(self, part: int) -> None:
        self._do(lambda tx, by: pitches.unmerge(tx, by, self.rows[part].id))
        self.into.pop(part, None)

    @rule(what=pitch)
    def withdraw(self, what: int) -> None:
        viewer = builders.viewer_of(self.database, self.event, self.hosts[what])
        self.database.write(lambda tx: pitches.withdraw(tx, self.event.id, viewer, self.rows[what].id))
        if what not in self.withdrawn:
            self.into = {part: root for part, root in self.into.items() if root != what}
            self.withdrawn.add(what)

    @rule(what=pitch)
    def bring_back(self, what: int) -> None:
        viewer = builders.viewer_of(self.database, self.event, self.hosts[what])
        self.database.write(lambda tx: pitches.bring_back(tx, self.event.id, viewer, self.rows[what].id))
        self.withdrawn.discard(what)

    @rule(what=pitch, who=voter)
    def claim(self, what: int, who: int) -> None:
        def act(tx: Transaction) -> None:
            row, person = tx.get_one(Pitch, self.rows[what].id), tx.get_one(Person, self.people[who].id)
            code = builders.CREDENTIALS.claim_code(self.event, row)
            hosting.claim(tx, tx.get_one(Event, self.event.id), builders.CREDENTIALS, person, code)

        if what not in self.withdrawn:
            self.database.write(act)

    @invariant()
    def everybody_has_their_ballot(self) -> None:
        with self.database.reading() as tx:
            found = ballots.by_person(tx, self.event.id)
            for who, person in enumerate(self.people):
                assert found.get(person.id, {}) == self._expected(who)
                assert ballots.own(tx, self.event.id, person.id) == self._expected(who)

    def teardown(self) -> None:
        """Taken all apart, each pitch has what was said of it last; sealed likewise."""
        if not hasattr(self, "event"):
            return
        for what in range(PITCHES):
            self.take_apart(what)
            self.bring_back(what)
        self.everybody_has_their_ballot()
        with self.database.reading() as tx:
            own = [ballots.own(tx, self.event.id, person.id) for person in self.people]
        last: list[dict[int, int]] = [{} for _ in self.people]
        for (who, what), interest in self.said.items():
            if interest:
                last[who][self.rows[what].id] = interest
        assert own == last

    def _expected(self, who: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for (one, what), interest in self.said.items():
            root, spoken = self._root(what), self.aside.get((one, what))
            said_there = spoken is not None and spoken not in self.withdrawn and self._root(spoken) == root
            if one == who and interest and not said_there and not {what, root} & self.withdrawn:
                ident = self.rows[root].id
                found[ident] = max(found.get(ident, 0), interest)
        return found

    def _root(self, what: int) -> int:
        return self.into.get(what, what)

    def _do(self, act: object) -> None:
        def write(tx: Transaction) -> None:
            act(tx, roles.at_the_machine(tx.get_one(Event, self.event.id)))  # type: ignore[operator]

        self.database.write(write)


def test_any_sequence_of_votes_and_merges_gives_each_persons_ballot_back(database: Database) -> None:
    machine = type("BallotsHere", (Ballots,), {"database": database})
    few = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)


def test_a_joint_vote_counts_for_the_joint_pitch_and_those_on_the_parts_come_back(database: Database) -> None:
    event, _ = builders.an_event(database)
    kept, part = builders.a_pitch(database, event, title="Bins"), builders.a_pitch(database, event, title="Waste")
    voter = builders.a_person(database, event)
    builders.a_vote(database, event, voter, part, 2)
    _merge(database, event, kept, part)
    assert _own(database, event, voter) == {kept.id: 2}
    builders.a_vote(database, event, voter, kept, 1)
    assert _own(database, event, voter) == {kept.id: 1}
    builders.a_vote(database, event, voter, kept, 0)
    assert _own(database, event, voter) == {}
    builders.a_vote(database, event, voter, kept, 1)
    builders.close(database, event, voting=True)
    database.write(lambda tx: sealing.seal(tx, roles.at_the_machine(tx.get_one(Event, event.id))))
    with database.reading() as tx:
        assert list(ballots.by_person(tx, event.id).values()) == [{kept.id: 1}]
    database.write(lambda tx: pitches.unmerge(tx, roles.at_the_machine(tx.get_one(Event, event.id)), part.id))
    with database.reading() as tx:
        assert list(ballots.by_person(tx, event.id).values()) == [{kept.id: 1, part.id: 2}]


def _merge(database: Database, event: Event, kept: Pitch, part: Pitch) -> None:
    database.write(lambda tx: pitches.merge(tx, roles.at_the_machine(tx.get_one(Event, event.id)), kept.id, part.id))


def _own(database: Database, event: Event, person: Person) -> dict[int, int]:
    with database.reading() as tx:
        return ballots.own(tx, event.id, person.id)

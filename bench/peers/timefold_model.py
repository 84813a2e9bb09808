"""Timefold's solver for Python (on Java): sessions choose a cell, constraint streams follow every person.

Hard: cells, hosts. Medium: as many placed as can be. Soft, in thousandths: harmony exactly (strongest wanted session of
each slot, harmonic weights), topics, and heads turned away for six in ten of those who want a session (an even split of
every person over what they want in a slot is beyond its incremental collectors).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from common import Day, arguments, tell
from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    EnvironmentMode,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardMediumSoftScore,
    Joiners,
    constraint_provider,
)


@dataclass
class CellOf:
    """A slot and a room."""

    id: Annotated[str, PlanningId]
    slot: str
    room: str
    seats: int


@dataclass
class Wish:
    """One person's wish for one session."""

    id: Annotated[str, PlanningId]
    person: str
    session: str
    strength: int


@planning_entity
@dataclass
class Talk:
    """A session; `allowed` are its cells."""

    id: Annotated[str, PlanningId]
    demand: int
    topic: str
    hosts: list[str]
    allowed: Annotated[list[CellOf], ValueRangeProvider]
    cell: Annotated[CellOf | None, PlanningVariable(allows_unassigned=True)] = field(default=None)

    def slot(self) -> str:
        """Where it stands, empty if nowhere."""
        return "" if self.cell is None else self.cell.slot


@planning_solution
@dataclass
class Grid:
    """The planning problem."""

    cells: Annotated[list[CellOf], ProblemFactCollectionProperty]
    wishes: Annotated[list[Wish], ProblemFactCollectionProperty]
    talks: Annotated[list[Talk], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore, PlanningScore] = field(default=None)


def harmony(strengths: list[int]) -> int:
    """Thousandths of H for a person's strengths, one for each slot kept."""
    total = 0
    rank = 0
    for level in (3, 2, 1):
        for strength in strengths:
            if strength == level:
                rank += 1
                total += level * 1000 // rank
    return total


def share_host(some: list[str], others: list[str]) -> bool:
    """Whether the lists meet (its translator to Java bytecode knows no generator expressions)."""
    for host in some:  # noqa: SIM110
        if host in others:
            return True
    return False


@constraint_provider
def constraints(factory: ConstraintFactory) -> list[Constraint]:
    """All rules and terms."""
    placed = Joiners.equal(lambda talk: talk.cell)
    beside = Joiners.equal(lambda talk: talk.slot())
    return [
        factory.for_each_unique_pair(Talk, placed)
        .penalize(HardMediumSoftScore.ONE_HARD)
        .as_constraint("one to a cell"),
        factory.for_each_unique_pair(Talk, beside)
        .filter(lambda a, b: share_host(a.hosts, b.hosts))
        .penalize(HardMediumSoftScore.ONE_HARD)
        .as_constraint("host twice"),
        factory.for_each_including_unassigned(Talk)
        .filter(lambda talk: talk.cell is None)
        .penalize(HardMediumSoftScore.ONE_MEDIUM)
        .as_constraint("left out"),
        factory.for_each(Wish)
        .join(Talk, Joiners.equal(lambda wish: wish.session, lambda talk: talk.id))
        .group_by(
            lambda wish, talk: wish.person,
            lambda wish, talk: talk.slot(),
            ConstraintCollectors.max(lambda wish, talk: wish.strength),
        )
        .group_by(
            lambda person, slot, strength: person,
            ConstraintCollectors.to_list(lambda person, slot, strength: strength),
        )
        .reward(HardMediumSoftScore.ONE_SOFT, lambda person, strengths: harmony(strengths))
        .as_constraint("harmony"),
        factory.for_each(Talk)
        .filter(lambda talk: talk.demand > talk.cell.seats)
        .penalize(HardMediumSoftScore.ONE_SOFT, lambda talk: 500 * (talk.demand - talk.cell.seats))
        .as_constraint("turned away"),
        factory.for_each_unique_pair(Talk, beside)
        .filter(lambda a, b: a.topic != "" and a.topic == b.topic)
        .penalize(HardMediumSoftScore.ONE_SOFT, lambda a, b: 250)
        .as_constraint("topic"),
    ]


def main() -> None:
    """Solve, print the best grid at the end and whenever one is found."""
    options = arguments()
    day = Day(options.problem)
    cells = {
        (t, r): CellOf(f"{t} {r}", t, r, min(int(room["capacity"]), 10**6))
        for t in day.slots
        for r, room in day.rooms.items()
        if t not in (room.get("closed") or [])
    }
    talks = [
        Talk(
            s,
            round(0.6 * day.demand(s)),
            data.get("topic") or "",
            data.get("hosts") or [],
            [cells[c] for c in day.cells[s]],
        )
        for s, data in day.sessions.items()
    ]
    wishes = [Wish(f"{p} {s}", p, s, strength) for p, wanted in day.wants.items() for s, strength in wanted.items()]
    config = SolverConfig(
        solution_class=Grid,
        entity_class_list=[Talk],
        environment_mode=EnvironmentMode.NON_REPRODUCIBLE,
        random_seed=options.seed,
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=constraints),
        termination_config=TerminationConfig(spent_limit=Duration(seconds=int(options.seconds))),
    )
    solver = SolverFactory.create(config).build_solver()
    solver.add_event_listener(lambda event: _tell(event.new_best_solution))
    _tell(solver.solve(Grid(list(cells.values()), wishes, talks)))


def _tell(grid: Grid) -> None:
    tell({talk.id: (talk.cell.slot, talk.cell.room) for talk in grid.talks if talk.cell is not None})


if __name__ == "__main__":
    main()

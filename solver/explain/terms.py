"""What a move does to each term of the total, and what speaks most against a session in each other slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from solver.model.problem import Weights
from solver.model.score import Score

if TYPE_CHECKING:
    from solver.explain.changes import Effect, Explainer


class Term(StrEnum):
    """A term of the total."""

    HARMONY = "harmony"
    TURNED_AWAY = "turned-away"
    MOVED = "moved"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A session in another slot: the best move into it, and what it would stand beside.

    `beside` is the session of that slot, after the move, that most of those who are there want as well, and `both` how
    many do; None and 0 where nobody does.
    """

    slot: str
    effect: Effect
    beside: str | None
    both: int


def terms(weights: Weights, after: Score, before: Score) -> dict[Term, float]:
    """By how much each term changes the total from one grid to another: the sum is what the total changes by."""
    return {
        Term.HARMONY: after.harmony - before.harmony,
        Term.TURNED_AWAY: -weights.turned_away * (after.turned_away - before.turned_away),
        Term.MOVED: -weights.moved * (after.moved - before.moved),
        Term.TOPIC: -weights.topic * (after.topic - before.topic),
    }


def alternatives(explainer: Explainer, session: str, moves: Iterable[Effect]) -> list[Alternative]:
    """What speaks against each slot but its own, in the order of the day; of `moves` the best into each slot counts.

    Each of `moves` is the effect of moving the session into some cell, with whatever else moves for it.
    """
    own = explainer.place.get(session)
    best: dict[str, tuple[tuple[bool, float], Effect]] = {}
    for effect in moves:
        to = effect.moves[session]
        if to is not None and not (own and to.slot == own.slot):
            rank = (not any(warning.hard for warning in effect.warnings), effect.total)
            if to.slot not in best or rank > best[to.slot][0]:
                best[to.slot] = (rank, effect)
    return [_alternative(explainer, session, slot, best[slot][1]) for slot in explainer.slot_no if slot in best]


def _alternative(explainer: Explainer, session: str, slot: str, effect: Effect) -> Alternative:
    beside = _wanted_beside(explainer, session, slot, effect)
    other = max(beside, key=lambda name: beside[name], default=None)
    return Alternative(
        slot=slot,
        effect=effect,
        beside=other,
        both=beside[other] if other is not None else 0,
    )


def _wanted_beside(explainer: Explainer, session: str, slot: str, effect: Effect) -> Mapping[str, int]:
    """How many of those who are there want the session and another one of the slot after the move, by that one."""
    problem, view = explainer.problem, explainer.view
    place = {**explainer.place, **effect.moves}
    there = [name for name, to in place.items() if to and name != session and slot in problem.run(name, to.slot)]
    absent = {p for p, slots in enumerate(view.absent) if explainer.slot_no[slot] in slots}
    mine = {p for p, _ in view.fans[explainer.session_no[session]]} - absent
    both = {name: len(mine.intersection(p for p, _ in view.fans[explainer.session_no[name]])) for name in there}
    return {name: people for name, people in both.items() if people}

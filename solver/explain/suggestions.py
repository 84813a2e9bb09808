"""The few changes of rooms, features and pins that would help a grid most, each tried on the grid as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from solver.explain.changes import Effect, Explainer
from solver.model.problem import Assignment
from solver.model.rules import RuleKind

TRIES = 12  # sessions tried for each kind of change: those with the most wishes lost to something else in their slot
NEW_ROOM = ""  # stands for a room that the problem does not have; it has seats for everybody


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of the day that would help: what, and what it does if just these moves are made.

    `kind` is `new-room` (another room in `slot`), `open-room` (`room` in `slot`, closed now), `feature` (`detail` in
    `room`), or `lift-pin` (of the session). `change.moves` are the moves that were tried: a new build may find more.
    """

    kind: str
    session: str
    change: Effect
    slot: str | None = None
    room: str | None = None
    detail: str | None = None


def suggestions(explainer: Explainer, limit: int = 3) -> list[Suggestion]:
    """The changes that raise the total most, one for each kind and place; only moves that no other rule forbids."""
    best: dict[tuple[str | None, ...], Suggestion] = {}
    for found in _candidates(explainer):
        key = (found.kind, found.slot, found.room, found.detail, found.session if found.kind == "lift-pin" else None)
        if found.change.total > 1e-9 and (key not in best or found.change.total > best[key].change.total):
            best[key] = found
    ranked = sorted(best.values(), key=lambda found: (-found.change.total, found.kind, found.session))
    return ranked[:limit]


def _candidates(explainer: Explainer) -> Iterator[Suggestion]:
    problem = explainer.problem
    slots = [slot.id for slot in problem.slots if not slot.frozen]
    restless = _restless(explainer)
    taken = {(p.slot, p.room) for p in explainer.place.values()}
    for session in restless[:TRIES]:
        for slot in slots:
            yield from _try(explainer, "new-room", session, slot, NEW_ROOM)
            for room in problem.rooms:
                if slot in room.closed:
                    yield from _try(explainer, "open-room", session, slot, room.id)
    free = [(slot, room) for slot in slots for room in problem.rooms if (slot, room.id) not in taken]
    for session in [name for name in restless if problem.by_id[name].needs][:TRIES]:
        for slot, room in free:
            if len(problem.by_id[session].needs - room.features) == 1:
                yield from _try(explainer, "feature", session, slot, room.id)
    for session in [name for name in restless if problem.by_id[name].pin][:TRIES]:
        for slot, room in free:
            yield from _try(explainer, "lift-pin", session, slot, room.id)
        yield from _swaps(explainer, session, restless[: 4 * TRIES])


EXCUSED = {"new-room": (), "open-room": (RuleKind.CLOSED,), "feature": (RuleKind.NEEDS,), "lift-pin": (RuleKind.PIN,)}


def _try(explainer: Explainer, kind: str, session: str, slot: str, room: str) -> Iterator[Suggestion]:
    """Give the help if this kind of change is what it takes to make the move, and all that it takes."""
    change = explainer.change({session: Assignment(session, slot, room)})
    hard = [warning for warning in change.warnings if warning.hard]
    if any(warning.rule not in EXCUSED[kind] for warning in hard) or (kind != "new-room" and not hard):
        return
    detail = next((warning.need for warning in hard if warning.rule is RuleKind.NEEDS), None)
    if kind == "feature":
        yield Suggestion(kind, session, change, None, room, detail)
    elif kind == "lift-pin":
        yield Suggestion(kind, session, change)
    else:
        yield Suggestion(kind, session, change, slot, room or None)


def _swaps(explainer: Explainer, session: str, others: list[str]) -> Iterator[Suggestion]:
    for other in others:
        if other != session and session in explainer.place and other in explainer.place:
            change = explainer.swap(session, other)
            hard = [warning for warning in change.warnings if warning.hard]
            if hard and all(warning.rule is RuleKind.PIN and warning.session == session for warning in hard):
                yield Suggestion("lift-pin", session, change)


def _restless(explainer: Explainer) -> list[str]:
    """Sessions that are not frozen, those first whose fans keep least of them: unplaced, or beside something better."""
    lost: dict[str, float] = {}
    for s, name in enumerate(explainer.view.session_ids):
        if explainer.view.fixed[s] is None:
            heads = explainer.scored.demand.get(s, 0.0) - explainer.view.base[s]
            scale = explainer.view.scale[s] or 1.0
            lost[name] = len(explainer.view.fans[s]) - heads / scale
    return sorted(lost, key=lambda name: (-lost[name], name))

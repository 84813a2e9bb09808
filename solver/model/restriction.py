"""Whether one problem only forbids more than another: then what bounds the other bounds it, too."""

from __future__ import annotations

from dataclasses import replace

from solver.model.problem import MeetingRoom, Problem, Session


def restricts(tighter: Problem, looser: Problem) -> bool:
    """Whether each grid that is valid in `tighter` is valid in `looser`, with a total at least as great.

    Says so where rooms are closed or smaller, lack what they had, sessions may stand in fewer slots or are pinned, or a
    first grid is to be kept; the same people must want the same. Anything else counts as another problem, and so does
    what stands in frozen slots, which may break rules.
    """
    return (
        tighter.slots == looser.slots
        and not (tighter.frozen_slots and (tighter.previous or looser.previous))
        and replace(looser.weights, moved=tighter.weights.moved) == tighter.weights
        and looser.weights.moved <= tighter.weights.moved
        and (looser.weights.moved == 0 or looser.previous in ((), tighter.previous))
        and tighter.people == looser.people
        and len(tighter.rooms) == len(looser.rooms)
        and all(map(_smaller, tighter.rooms, looser.rooms))
        and len(tighter.sessions) == len(looser.sessions)
        and all(map(_bound_closer, tighter.sessions, looser.sessions))
    )


def _smaller(tighter: MeetingRoom, looser: MeetingRoom) -> bool:
    alike = replace(tighter, capacity=looser.capacity, features=looser.features, closed=looser.closed) == looser
    return (
        alike
        and tighter.capacity <= looser.capacity
        and tighter.features <= looser.features
        and tighter.closed >= looser.closed
    )


def _bound_closer(tighter: Session, looser: Session) -> bool:
    alike = replace(tighter, slots=looser.slots, pin=looser.pin, needs=looser.needs) == looser
    slots = looser.slots is None or (tighter.slots is not None and tighter.slots <= looser.slots)
    pinned = looser.pin is None or tighter.pin == looser.pin
    return alike and slots and pinned and tighter.needs >= looser.needs

"""Ids marked by what they name while a problem is solved, so that the solver's reasons can be told in our words."""

import re
from dataclasses import replace
from typing import Any

import solver

_QUOTED = re.compile(r"""(['"])([strp](?:\d+|name:(?:\\.|(?!\1).)*))\1""")  # ids are quoted as repr() does
_UNKNOWN = {"s": "another pitch", "t": "another slot", "r": "another room", "p": "its host"}


def marked(problem: solver.Problem) -> solver.Problem:
    """The same problem, its ids marked by what they name (s session, t slot, r room, p person): reasons quote ids."""
    return replace(
        problem,
        slots=tuple(replace(slot, id=f"t{slot.id}") for slot in problem.slots),
        rooms=tuple(replace(room, id=f"r{room.id}", closed=_all("t", room.closed)) for room in problem.rooms),
        sessions=tuple(_marked_session(session) for session in problem.sessions),
        people=tuple(
            solver.Person(f"p{p.id}", {f"s{s}": strength for s, strength in p.wants.items()}, _all("t", p.absent))
            for p in problem.people
        ),
        previous=tuple(marked_placement(p.session, p.slot, p.room) for p in problem.previous),
    )


def unmarked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with the ids of its grid as they were; reasons keep their marks, for in_words()."""
    grid = [{key: ident[1:] for key, ident in placement.items()} for placement in answer["grid"]]
    unplaced = [{**entry, "session": entry["session"][1:]} for entry in answer["unplaced"]]
    return {**answer, "grid": grid, "unplaced": unplaced}


def in_words(reason: str, names: dict[str, str]) -> str:
    """A reason as people read it: marked ids become names (`s12` -> the pitch's title), unknown ones what they are."""
    told = _QUOTED.sub(lambda match: names.get(match[2], _UNKNOWN[match[2][0]]), reason)
    return re.sub(r"its host(?:, its host)+", "one of its hosts", told)


def _marked_session(session: solver.Session) -> solver.Session:
    pin = session.pin and solver.Pin(
        None if session.pin.slot is None else f"t{session.pin.slot}",
        None if session.pin.room is None else f"r{session.pin.room}",
    )
    return replace(
        session,
        id=f"s{session.id}",
        hosts=tuple(f"p{host}" for host in session.hosts),
        slots=None if session.slots is None else _all("t", session.slots),
        pin=pin,
    )


def marked_placement(session: str, slot: str, room: str) -> solver.Placement:
    """A placement of a grid found before, its ids marked likewise."""
    return solver.Placement(f"s{session}", f"t{slot}", f"r{room}")


def _all(mark: str, idents: frozenset[str]) -> frozenset[str]:
    return frozenset(mark + ident for ident in idents)

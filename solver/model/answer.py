"""The answer: incumbents, each a whole grid with its score, and why a session is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from solver.model.problem import Assignment, Problem
from solver.model.score import Usual, score

NOT_SAID = Usual()  # by an earlier release


class Why(StrEnum):
    """What keeps a session out of the grid: the kind of thing, and in `Unplaced` the ids and words that it is about."""

    NO_SLOT = "no-slot"
    NO_ROOM = "no-room"
    FROZEN = "frozen"  # it belongs into `slots`, which is frozen
    NEEDS = "needs"  # no room has its `needs`
    SLOTS = "slots"  # none of `slots`, those that it may take, is open
    HOST_ABSENT = "host-absent"  # its `hosts` are absent in `slots`, all that it may take
    CLOSED = "closed"  # every room with its `needs` is closed in its slots
    PIN = "pin"  # its pin contradicts the rule `against`; with `sessions`, their pins ask for the same cell
    TAKEN = "taken"  # others have every cell that it may take
    LENGTH = "length"  # no slot has as many after it without a break as it takes
    AFTER = "after"  # `sessions` must be over before, and are not placed or end too late
    HOST_TWICE = "host-twice"  # a cell is free in `slots`, but there its `hosts` hold another session
    UNKNOWN = "unknown"  # an answer of an earlier release


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """Why a session stands in no cell, as data: the binding kind, and what it is about.

    `against` is set for `Why.PIN` only, `pinned` says whether the cells in question are those that its pin allows.
    """

    session: str
    why: Why
    against: Why | None = None
    needs: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    pinned: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the reason as it stands in an answer's JSON; what it is not about is left out."""
        about = {"against": self.against, **{name: list(getattr(self, name)) for name in _LISTS}, "pinned": self.pinned}
        return {"session": self.session, "why": self.why, **{name: it for name, it in about.items() if it}}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Unplaced:
        """Read what `to_json` wrote, or an earlier release, whose reasons were prose and count as unknown."""
        return Unplaced(
            session=data["session"],
            why=Why(data.get("why", Why.UNKNOWN)),
            against=Why(data["against"]) if "against" in data else None,
            pinned=data.get("pinned", False),
            **{name: tuple(data.get(name, ())) for name in _LISTS},
        )


_LISTS = ("needs", "slots", "rooms", "hosts", "sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """The best grid so far; `elapsed` in seconds since the start, `bound` None until something is proven.

    `status` is None but on the last one (`done`), where it is `optimal` if bound and total meet, else `feasible`.
    `compiled` is false on the last one if the plain search had to stand in for the compiled one all the time.
    """

    elapsed: float
    total: float
    placed: int
    kept: int
    wishes: int
    attainable: int
    turned_away: float
    moved: float
    topic: int
    left_out: int
    bound: float | None
    grid: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    done: bool = False
    status: str | None = None
    compiled: bool = True
    usual: Usual = NOT_SAID
    lost: int = 0  # of what is attainable: what nobody can keep any more, since slots went by empty

    @property
    def possible(self) -> int:
        """How many wishes a grid could keep at most, from now on."""
        return self.attainable - self.lost

    def to_json(self) -> dict[str, Any]:
        """Return the incumbent as one line of the command's output."""
        data: dict[str, Any] = {
            "elapsed": round(self.elapsed, 3),
            "total": round(self.total, 9),
            "placed": self.placed,
            "kept": self.kept,
            "wishes": self.wishes,
            "attainable": self.attainable,
            "turned_away": round(self.turned_away, 9),
            "moved": self.moved,
            "topic": self.topic,
            "left_out": self.left_out,
            "usual": [self.usual.kept, self.usual.of],
            "bound": self.bound,
            "grid": [placement.to_json() for placement in self.grid],
            "unplaced": [entry.to_json() for entry in self.unplaced],
            "done": self.done,
        }
        data |= {"lost": self.lost} if self.lost else {}
        data |= {"status": self.status} if self.done else {}
        return data if self.compiled else {**data, "compiled": False}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Incumbent:
        """Read what `to_json` wrote; earlier releases did not say what is attainable, which is no more than wishes."""
        return Incumbent(
            elapsed=data["elapsed"],
            total=data["total"],
            placed=data["placed"],
            kept=data["kept"],
            wishes=data["wishes"],
            attainable=data.get("attainable", data["wishes"]),
            turned_away=data["turned_away"],
            moved=data["moved"],
            topic=data["topic"],
            left_out=data["left_out"],
            bound=data["bound"],
            grid=tuple(Assignment(**placement) for placement in data["grid"]),
            unplaced=tuple(Unplaced.from_json(entry) for entry in data["unplaced"]),
            done=data["done"],
            status=data.get("status"),
            compiled=data.get("compiled", True),
            usual=Usual(*data.get("usual", (0, 0))),
            lost=data.get("lost", 0),
        )


def incumbent(
    problem: Problem, grid: tuple[Assignment, ...], unplaced: tuple[Unplaced, ...], elapsed: float, bound: float | None
) -> Incumbent:
    """Score a grid afresh and wrap it."""
    s = score(problem, grid)
    return Incumbent(
        elapsed=elapsed,
        total=s.total,
        placed=s.placed,
        kept=s.kept,
        wishes=s.wishes,
        attainable=s.attainable,
        turned_away=s.turned_away,
        moved=s.moved,
        topic=s.topic,
        left_out=s.left_out,
        bound=bound,
        grid=grid,
        unplaced=unplaced,
        usual=s.usual,
        lost=s.attainable - s.possible,
    )

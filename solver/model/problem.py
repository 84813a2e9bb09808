"""What the solver is given: the problem as frozen dataclasses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from math import inf

FORMAT = "twofeet-problem/1"
HOSTING = 3  # the strength with which hosts want their own session
STRENGTHS = (1, 2, 3)
FAIRNESS = ("harmonic", "linear")


class ProblemError(ValueError):
    """A problem that breaks the format; the message names the place and the id at fault, in one line."""


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """A stretch of time in which sessions run side by side; what stands in a frozen one stays as it is.

    A longer session may run on from the slot `follows` into this one (None: a meal or a night lies between).
    """

    id: str
    start: str | None = None
    end: str | None = None
    frozen: bool = False
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingRoom:
    """A room, its seats (heads; `inf` where nobody counted), what it offers, and the slots in which it is closed."""

    id: str
    capacity: float = inf
    features: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pin:
    """Where the organiser wants a session for certain: a slot, a room, or both."""

    slot: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session to place: who hosts it, what it needs, where it may go (`slots` None: anywhere).

    It takes `length` slots, one after the other in one room; `slots` and `pin` are about the first. It starts when all
    of `after` are over.
    """

    id: str
    hosts: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    slots: frozenset[str] | None = None
    pin: Pin | None = None
    topic: str | None = None
    crowd: float | None = None
    length: int = 1
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendee:
    """What one person wants (session id to strength, 1 interested to 3 must go) and the slots they miss."""

    id: str
    wants: Mapping[str, int] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    """One session in one cell."""

    session: str
    slot: str
    room: str

    def to_json(self) -> dict[str, str]:
        """Return the placement as it stands in a grid's JSON."""
        return {"session": self.session, "slot": self.slot, "room": self.room}


@dataclass(frozen=True, slots=True)
class Weights:
    """What a head turned away, a session moved and a topic met twice in a slot cost, in harmony."""

    fairness: str = "harmonic"
    turned_away: float = 0.5
    moved: float = 5.0
    topic: float = 0.25


def moment(text: str) -> datetime:
    """Read a moment; one without an offset counts as UTC. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Problem:
    """A day to build: slots, rooms, sessions, people with their wishes, and the grid as it was before."""

    slots: tuple[TimeSlot, ...] = ()
    rooms: tuple[MeetingRoom, ...] = ()
    sessions: tuple[Session, ...] = ()
    people: tuple[Attendee, ...] = ()
    previous: tuple[Assignment, ...] = ()
    weights: Weights = Weights()

    @cached_property
    def hosting(self) -> dict[str, frozenset[str]]:
        """Host id to the ids of the sessions they host, hosts who are not among the people included."""
        held: dict[str, list[str]] = {}
        for session in self.sessions:
            for host in session.hosts:
                held.setdefault(host, []).append(session.id)
        return {host: frozenset(ids) for host, ids in held.items()}

    @cached_property
    def wishes(self) -> dict[str, dict[str, int]]:
        """Person id to session id to strength; hosting a session is a wish of strength 3."""
        wishes = {person.id: dict(person.wants) for person in self.people}
        for session in self.sessions:
            for host in session.hosts:
                wishes.setdefault(host, {})[session.id] = HOSTING
        return wishes

    @cached_property
    def wanted_by(self) -> Counter[str]:
        """Session id to the number of people who want it, hosts included and absences aside."""
        return Counter(session for wanted in self.wishes.values() for session in wanted)

    @cached_property
    def absences(self) -> dict[str, frozenset[str]]:
        """Person id to the slots in which they are not there; people who are always there are left out."""
        return {person.id: person.absent for person in self.people if person.absent}

    @cached_property
    def frozen_slots(self) -> frozenset[str]:
        """Ids of the slots that are past or under way."""
        return frozenset(slot.id for slot in self.slots if slot.frozen)

    @cached_property
    def plain(self) -> bool:
        """Whether every session takes one slot and none waits for another, so that only wishes tie slots."""
        return all(session.length == 1 and not session.after for session in self.sessions)

    @cached_property
    def by_id(self) -> dict[str, Session]:
        """Session id to session."""
        return {session.id: session for session in self.sessions}

    @cached_property
    def onward(self) -> dict[str, str]:
        """Slot id to the slot that a longer session runs on into."""
        return {slot.follows: slot.id for slot in self.slots if slot.follows is not None}

    def run(self, session: str, slot: str) -> tuple[str, ...]:
        """The slots that a session takes when it starts in one; fewer than its length where the day breaks off."""
        taken, length = [slot], self.by_id[session].length
        while len(taken) < length and taken[-1] in self.onward:
            taken.append(self.onward[taken[-1]])
        return tuple(taken)

    def over_before(self, first: str, second: str) -> bool:
        """Whether slot `first` has ended when `second` starts: by the clock, or without times by the slots' order."""
        return (first, second) in self._in_sequence

    @cached_property
    def _in_sequence(self) -> frozenset[tuple[str, str]]:
        pairs = set()
        for i, one in enumerate(self.slots):
            for k, other in enumerate(self.slots):
                if one.end is not None and other.start is not None:
                    before = moment(one.end) <= moment(other.start)
                else:
                    before = i < k
                if before and i != k:
                    pairs.add((one.id, other.id))
        return frozenset(pairs)

    @cached_property
    def closed_somewhere(self) -> frozenset[str]:
        """Ids of the slots in which some room is closed."""
        return frozenset().union(*(room.closed for room in self.rooms))

    @cached_property
    def before(self) -> dict[str, tuple[str, str]]:
        """Session id to its cell in `previous`."""
        return {p.session: (p.slot, p.room) for p in self.previous}

    @cached_property
    def fixed(self) -> tuple[Assignment, ...]:
        """What `previous` placed in frozen slots, of sessions that still exist: it stays, whatever other rules say."""
        known = {session.id for session in self.sessions}
        return tuple(p for p in self.previous if p.slot in self.frozen_slots and p.session in known)

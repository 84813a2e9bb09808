"""Results: what came of the day, in numbers that tell of nobody; once voting is closed, and of three people at least.

A number of people is exact from FEWEST_TOLD on, and None below that. Where people are told apart (by how many sessions
they keep, by when they came) neighbours are put together until they are so many, so that no difference tells of fewer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import solver
from eventkit.building import problems
from eventkit.errors import Forbidden
from eventkit.event import editions, events
from eventkit.event.people import FEWEST_TOLD
from eventkit.event.roles import Organiser, Viewer
from eventkit.grid import published
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.market import ballots, on_offer, stuffing
from eventkit.market.ballots import Count
from eventkit.storage import change_log
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Pitch, Room, Slot
from eventkit.text.language import gettext as _

LONGEST = timedelta(hours=12)  # how much of the time before the last pitch or voter a line shows
MOST_KEPT = 8  # events whose wishes a process keeps weighed


@dataclass(frozen=True)
class Share:
    """So many people keep between `least` and `most` of the sessions that they want."""

    least: int
    most: int
    people: int


@dataclass(frozen=True)
class WantedSession:
    """A pitch, the people who want it (None: fewer than FEWEST_TOLD), and its session where it has a place."""

    pitch: Pitch
    people: int | None
    placed: Placed | None = None


@dataclass(frozen=True)
class Step:
    """So many there were at a moment, which lies at `across` of a line's length (0 to 1)."""

    at: datetime
    so_far: int
    across: float


@dataclass(frozen=True)
class Kept:
    """What the published grid keeps of people's wishes."""

    voters: int
    kept: int  # wishes, with a seat
    attainable: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """What the page shows. `kept` is None where fewer than FEWEST_TOLD voted, or there is no grid."""

    pitches: int
    slots: tuple[Slot, ...]
    rooms: tuple[Room, ...]
    sessions: tuple[WantedSession, ...]  # in order of time and rooms
    unplaced: tuple[WantedSession, ...]  # that anybody wants, the most wanted first
    kept: Kept | None
    pitched: tuple[Step, ...]
    voted: tuple[Step, ...]

    @property
    def cells(self) -> Mapping[tuple[int, int], WantedSession]:
        """(slot id, room id) to what stands there, in each of its slots."""
        return {(slot.id, it.placed.room.id): it for it in self.sessions if it.placed for slot in it.placed.slots}

    @property
    def rooms_used(self) -> int:
        return len({it.placed.room.id for it in self.sessions if it.placed})

    @property
    def most_wanted(self) -> int:
        """The largest number that is told of a session; 0 where there is none."""
        return max((it.people or 0 for it in self.sessions), default=0)


_kept: ResultCache[Kept | None] = ResultCache(set(ChangeKind) - {ChangeKind.NOTE, ChangeKind.BUILD}, MOST_KEPT)


def read(tx: Transaction, event: Event, viewer: Viewer) -> Results | None:
    """The results; None while voting is open. Raises Forbidden for others than organisers until they are public."""
    if not (event.results_public or viewer.organiser):
        raise Forbidden(_("The organisers have not made the results public. Ask them, or look at the grid."))
    counts = ballots.shown_tally(tx, event)
    if counts is None:
        return None
    grid = published.read(tx, event)
    known = [it for it in on_offer.standing(tx, event.id) if it.repeat_of is None]
    sessions = tuple(it for it in grid.sessions if it.standing) if grid else ()
    placed = {it.pitch.id for it in sessions}
    homeless = (WantedSession(it, _told(counts, it)) for it in known if it.id not in placed)
    return Results(
        pitches=len(known),
        slots=tuple(slot for slot in events.slots(tx, event.id) if not slot.title),
        rooms=tuple(events.rooms(tx, event.id)),
        sessions=tuple(WantedSession(it.pitch, _told(counts, it.pitch), it) for it in sessions),
        unplaced=tuple(_most_wanted(it for it in homeless if it.people != 0)),
        kept=_kept.get(tx, event.id, lambda: _weigh(tx, event, grid)) if grid else None,
        pitched=steps(Counter(it.created_at.replace(second=0, microsecond=0) for it in known)),
        voted=steps(stuffing.by_minute(tx, event.id)),
    )


def set_shown(tx: Transaction, by: Organiser, public: bool, thanks: str, seen: str = "") -> None:
    """Say whether everybody sees the results, and the words of thanks on top of them. Raises Stale."""
    tx.refresh(by.event, with_for_update=True)
    editions.refuse_changed_row(seen, by.event, results_public=public, thanks=thanks)
    by.event.results_public, by.event.thanks = public, thanks
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def shares(kept: Iterable[int]) -> tuple[Share, ...]:
    """How many people keep how many sessions; neighbours together until they are FEWEST_TOLD; none of fewer people."""
    found: list[Share] = []
    low, people = None, 0
    for number, some in sorted(Counter(kept).items()):
        low, people = number if low is None else low, people + some
        if people >= FEWEST_TOLD:
            found.append(Share(low, number, people))
            low, people = None, 0
        last = number
    if people and found:
        found[-1] = Share(found[-1].least, last, found[-1].people + people)
    return tuple(found)


def steps(counted: Mapping[datetime, int]) -> tuple[Step, ...]:
    """How many there were so far, at moments between which at least FEWEST_TOLD came; none where there are fewer."""
    if not counted:
        return ()
    last = max(counted)
    first = max(min(counted), last - LONGEST)
    found: list[tuple[datetime, int]] = []
    so_far, told = 0, 0
    for at, some in sorted(counted.items()):
        so_far += some
        if so_far - told >= FEWEST_TOLD:
            found.append((max(at, first), so_far))
            told = so_far
    if found and so_far > told:
        found[-1] = (last, so_far)
    length = (last - first) / timedelta(minutes=1) or 1.0
    return tuple(Step(at, number, (at - first) / timedelta(minutes=1) / length) for at, number in found)


def _told(counts: Mapping[int, Count], pitch: Pitch) -> int | None:
    people = counts.get(pitch.id, Count()).people
    return people if people >= FEWEST_TOLD or not people else None


def _most_wanted(wanted: Iterable[WantedSession]) -> list[WantedSession]:
    """Those of few people stand after the others by title, so that their order tells nothing."""
    return sorted(wanted, key=lambda it: (-(it.people or 0), it.pitch.title.casefold()))


def _weigh(tx: Transaction, event: Event, grid: PublishedGrid) -> Kept | None:
    stands = {it.pitch.id: (it.slot.id, it.room.id) for it in grid.sessions if it.standing}
    problem = problems.problem(tx, event, [], places=stands)
    known = {slot.id for slot in problem.slots}
    places = [it for it in problems.placements(stands) if it.slot in known and it.session in problem.by_id]
    by_person = solver.kept_by_person(problem, places).values()
    if len(by_person) < FEWEST_TOLD:
        return None
    score = solver.score(problem, places)
    return Kept(
        voters=len(by_person),
        kept=max(0, score.kept - ceil(score.turned_away - 1e-6)),
        attainable=score.attainable,
        shares=shares(kept for kept, _ in by_person),
    )

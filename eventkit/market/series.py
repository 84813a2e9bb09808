"""Series: pitches of several parts, one after the other; which part each is, and what must be over before it."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import col, select, update

from eventkit.errors import Invalid
from eventkit.event import editions, notices, roles
from eventkit.event.roles import Viewer
from eventkit.market import hosting, pitches
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, NoticeKind, Person, Pitch
from eventkit.text import lengths
from eventkit.text.language import gettext as _

MOST_PARTS = 3  # that one form pitches


@dataclass(frozen=True)
class SeriesPart:
    """Which part of a series a pitch is; `before` is the id of the pitch that must be over, None for the first."""

    number: int
    of: int
    first: int  # the id of the series' first pitch
    before: int | None

    @property
    def words(self) -> str:
        """`Part 2 of 3`."""
        return _("Part %(number)s of %(all)s", number=self.number, all=self.of)


class Follower(Protocol):
    """What may come after another pitch: a pitch's row, or these columns of it."""

    @property
    def id(self) -> int: ...
    @property
    def after_id(self) -> int | None: ...
    @property
    def merged_into(self) -> int | None: ...
    @property
    def repeat_of(self) -> int | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def hidden_at(self) -> datetime | None: ...


COLUMNS = "id", "after_id", "merged_into", "repeat_of", "withdrawn_at", "hidden_at"
Order = Mapping[int, frozenset[int]]


def add_later_parts(tx: Transaction, event: Event, viewer: Viewer, person: Person, first: Pitch, parts: int) -> None:
    """Pitch the later parts of a series whose first was just made, all by its host. Raises as pitches.add() does."""
    content, before = pitches.content_of(first), first
    hosts = hosting.hosts_of(tx, first.id) if parts > 1 else []
    for number in range(2, parts + 1):
        mine = replace(content, title=title_of(content.title, number))
        if person.id in hosts:
            later = pitches.add(tx, event, viewer, person, mine)
        else:
            later = pitches.add_for_another(tx, roles.facilitator(event, viewer), person, mine, hosts)
        later.after_id, before = before.id, later


def title_of(title: str, number: int) -> str:
    """The title of a later part of a series: the first one's, and which part it is."""
    suffix = _(", part %(number)s", number=number)
    return title[: lengths.PITCH_TITLE - len(suffix)] + suffix


def follow(
    tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int, before_id: int | None, *, seen: str = ""
) -> Pitch:
    """Say after which pitch this one comes, None for none, as its host or a facilitator.

    No build places it before that one is over. Raises NotFound, Forbidden, Invalid, and Stale where it is not
    what was `seen`.
    """
    pitch = pitches.to_change(tx, event_id, viewer, pitch_id)
    before = rows(tx, event_id)
    was = of(before)
    stated = was.get(pitch.id)
    now_before = {"before": stated.before if stated else None}
    editions.refuse_changed(seen, now_before, {"before": before_id}, _(pitches.MEANWHILE))
    if stated and before_id == stated.before:
        return pitch  # what lies between the two and is gone for now may come back
    if before_id is not None:
        _refuse(pitch.id, pitches.get(tx, event_id, before_id).id, before)
    pitch.after_id = before_id
    tx.flush()
    now = of(rows(tx, event_id))
    for changed in sorted(it for it in {*was, *now} if was.get(it) != now.get(it)):
        notices.leave_of_pitch(tx, event_id, NoticeKind.EDITED, changed, viewer.person_id)
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id)
    return pitch


def _refuse(pitch_id: int, before_id: int, rows: Sequence[Follower]) -> None:
    """Raise Invalid where a series would go round in a circle, or two pitches would be the same part of it."""
    known = {row.id: row for row in rows}
    before, this = (known[it].merged_into or it for it in (before_id, pitch_id))
    seen: int | None = before_id
    for _step in range(len(known) + 1):
        if seen == pitch_id or before == this:
            raise Invalid(before=_("A pitch cannot come after itself. Choose another."))
        seen = known[seen].after_id if seen in known else None
    after = order(rows)
    if this in _earlier(after, before):
        raise Invalid(before=_("A pitch cannot come after itself. Choose another."))
    if any(before in after[it] and known[it].repeat_of is None for it in after if it != this):
        raise Invalid(before=_("Another pitch comes after that one already. Choose that one, or the last part."))


def close_gap(tx: Transaction, pitch: Pitch) -> None:
    """Let what comes after a pitch come after the one before it: the pitch is about to go, and the order stays."""
    tx.execute(update(Pitch).where(col(Pitch.after_id) == pitch.id).values(after_id=pitch.after_id))


def read(tx: Transaction, event_id: int) -> Mapping[int, SeriesPart]:
    """Pitch id -> its part, of the pitches that can be placed and are in a series. One query."""
    return of(rows(tx, event_id))


def read_order(tx: Transaction, event_id: int) -> Order:
    """Pitch id -> the pitches that must be over before it starts, as order() tells it. One query."""
    return order(rows(tx, event_id))


def rows(tx: Transaction, event_id: int) -> Sequence[Follower]:
    """What of() and order() read: a row of each pitch of the event. One query."""
    columns = (getattr(Pitch, name) for name in COLUMNS)
    found: Sequence[Any] = tx.execute(select(*columns).where(Pitch.event_id == event_id)).all()
    return found


def of(rows: Iterable[Follower]) -> Mapping[int, SeriesPart]:
    """Pitch id -> its part, from rows of all pitches of an event; what order() ties together is one series.

    Numbers are without gaps; where two come after the same pitch, both are the same part.
    """
    before = order(rows)
    numbers: dict[int, int] = {}
    for one in {it for pair in before.items() for it in (pair[0], *pair[1])}:
        _number(one, before, numbers)
    found: dict[int, SeriesPart] = {}
    for members in _together(before):
        first = min(members, key=lambda it: (numbers[it], it))
        last = max(numbers[it] for it in members)
        for it in members:
            previous = min((one for one in before.get(it, ()) if numbers[one] == numbers[it] - 1), default=None)
            found[it] = SeriesPart(numbers[it], last, first, previous)
    return found


def _number(one: int, before: Order, numbers: dict[int, int]) -> None:
    """Number a pitch and all before it: one more than the latest of those that must be over."""
    waiting = [one]
    while waiting:
        it = waiting[-1]
        left = [earlier for earlier in before.get(it, ()) if earlier not in numbers]
        if left:
            waiting += left
        else:
            numbers[waiting.pop()] = 1 + max((numbers[earlier] for earlier in before.get(it, ())), default=0)


def _together(before: Order) -> list[set[int]]:
    """The pitches that belong to one series, series by series."""
    beside: dict[int, set[int]] = {}
    for it, earlier in before.items():
        for one in earlier:
            beside.setdefault(it, set()).add(one)
            beside.setdefault(one, set()).add(it)
    found: list[set[int]] = []
    while beside:
        members = _reached(next(iter(beside)), beside)
        for it in members:
            del beside[it]
        found.append(members)
    return found


def order(rows: Iterable[Follower]) -> Order:
    """Pitch id -> the pitches that must be over before it starts, of the pitches that can be placed.

    What is withdrawn or hidden leaves no gap: who came after it comes after what was before it. Who stands for another
    too comes after what that one came after, and before what came after that one; a repeat comes after what the first
    comes after. Where merging has made a circle, those in it have no order among themselves, and stand as one towards
    all others.
    """
    known = {row.id: row for row in rows}
    stands = {it for it, row in known.items() if not (row.merged_into or row.withdrawn_at or row.hidden_at)}
    roots = {it: row.merged_into or it for it, row in known.items()}
    direct: dict[int, set[int]] = {}
    for it, row in known.items():
        if row.after_id is not None and roots[it] in stands:
            earlier = _resolved(row.after_id, known, roots, stands)
            if earlier is not None and earlier != roots[it]:
                direct.setdefault(roots[it], set()).add(earlier)
    for it in stands:
        again = known[it].repeat_of
        if again is not None and roots.get(again) in direct:
            direct[it] = direct.get(it, set()) | direct[roots[again]]
    earlier_than = {it: _earlier(direct, it) for it in direct}
    rings = {it: {it} | {one for one in far if it in earlier_than.get(one, ())} for it, far in earlier_than.items()}
    found = {}
    for it, ring in rings.items():
        earlier_ones = {one for member in ring for one in direct[member]} - ring
        found[it] = frozenset(all_of for one in earlier_ones for all_of in rings.get(one, {one}))
    return {it: earlier_ones for it, earlier_ones in found.items() if earlier_ones}


def _resolved(
    pitch_id: int | None, known: Mapping[int, Follower], roots: Mapping[int, int], stands: Container[int]
) -> int | None:
    """The nearest pitch that can be placed, from this one backwards; that which stands for it, where it is merged."""
    for _step in range(len(known) + 1):
        if pitch_id is None or pitch_id not in known:
            return None
        if roots[pitch_id] in stands:
            return roots[pitch_id]
        pitch_id = known[pitch_id].after_id
    return None


def _earlier(before: Mapping[int, Collection[int]], one: int) -> set[int]:
    """All that comes before a pitch, at any distance; the pitch itself where it is in a circle."""
    return set().union(*(_reached(it, before) for it in before.get(one, ())))


def _reached(one: int, beside: Mapping[int, Collection[int]]) -> set[int]:
    found, waiting = {one}, [one]
    while waiting:
        waiting += (fresh := set(beside.get(waiting.pop(), ())) - found)
        found |= fresh
    return found

"""Series: pitches of several parts, one after the other; which part each is, and what must be over before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from sqlmodel import col, select, update

from eventkit.errors import Invalid
from eventkit.event import roles
from eventkit.event.roles import Viewer
from eventkit.market import pitches
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch
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


def add_later_parts(tx: Transaction, event: Event, viewer: Viewer, person: Person, first: Pitch, parts: int) -> None:
    """Pitch the later parts of a series whose first was just made, all by its host. Raises as pitches.add() does."""
    content, before = pitches.content_of(first), first
    hosts = pitches.hosts_of(tx, first.id) if parts > 1 else []
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


def follow(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int, before_id: int | None) -> Pitch:
    """Say after which pitch this one comes, None for none, as its host or a facilitator.

    No build places it before that one is over. Raises NotFound, Forbidden, Invalid.
    """
    pitch = pitches.to_change(tx, event_id, viewer, pitch_id)
    if before_id is not None:
        _refuse(tx, event_id, pitch, before_id)
    pitch.after_id = before_id
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id)
    return pitch


def _refuse(tx: Transaction, event_id: int, pitch: Pitch, before_id: int) -> None:
    """Raise Invalid where a series would go round in a circle, or two pitches would be the same part of it."""
    before = pitches.get(tx, event_id, before_id)
    after = {
        row.id: row.after_id for row in tx.execute(select(Pitch.id, Pitch.after_id).where(Pitch.event_id == event_id))
    }
    seen: int | None = before.id
    for _step in range(len(after) + 1):
        if seen == pitch.id:
            raise Invalid(before=_("A pitch cannot come after itself. Choose another."))
        seen = after.get(seen) if seen is not None else None
    taken = select(Pitch.id).where(*pitches.live(event_id), Pitch.after_id == before.id, Pitch.id != pitch.id)
    if tx.scalar(taken.limit(1)) is not None:
        raise Invalid(before=_("Another pitch comes after that one already. Choose that one, or the last part."))


def close_gap(tx: Transaction, pitch: Pitch) -> None:
    """Let what comes after a pitch come after the one before it: the pitch is about to go, and the order stays."""
    tx.execute(update(Pitch).where(col(Pitch.after_id) == pitch.id).values(after_id=pitch.after_id))


def read(tx: Transaction, event_id: int) -> Mapping[int, SeriesPart]:
    """Pitch id -> its part, of the pitches that can be placed and are in a series. One query."""
    query = select(Pitch.id, Pitch.after_id).where(*pitches.live(event_id))
    return of(tx.execute(query).all())


def of(rows: Iterable[Follower]) -> Mapping[int, SeriesPart]:
    """The same from rows of pitches that can be placed. Who comes after one that is not there comes after nobody.

    Where merging has made a circle, nobody in it is part of a series.
    """
    known = {row.id: row.after_id for row in rows}
    before = {it: after for it, after in known.items() if after in known and after is not None}
    after = {one: it for it, one in before.items()}
    found: dict[int, SeriesPart] = {}
    for first in (it for it in after if it not in before):
        chain = [first]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        for number, it in enumerate(chain, 1):
            found[it] = SeriesPart(number, len(chain), first, before.get(it))
    return found

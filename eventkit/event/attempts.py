"""Attempts: the order in which one phone wrote one thing, so that what arrives late does not undo what came after.

A phone sends a series, drawn by lot for what it sets and kept for minutes, and which attempt of that series this is.
Only what was sent a second time, or changed soon after, leaves a row: neither a person nor what was set stands in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.errors import ArrivedLate
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Attempt

SHORTEST, LONGEST = 8, 24  # letters of a series
MOST_NUMBER = 1_000_000
MOST_ENDED = 60  # series that one post may end
KEPT = timedelta(days=1)  # and the day on which it came: nothing travels for longer
FIELD, ENDED = "attempt", "ended"  # in what is posted


@dataclass(frozen=True)
class Sent:
    """One attempt: a series, and the how manieth of it this is, from 1."""

    series: str
    number: int


def parse(posted: str) -> Sent | None:
    """`k3Jf9Qx2.3` as an attempt; None for anything else, which has no order."""
    series, _, number = posted.partition(".")
    plain = series.replace("-", "").replace("_", "")
    if not (SHORTEST <= len(series) <= LONGEST and plain.isascii() and plain.isalnum()):
        return None
    if not (number.isascii() and number.isdecimal() and len(number) <= len(str(MOST_NUMBER))):
        return None
    return Sent(series, int(number)) if 0 < int(number) <= MOST_NUMBER else None


def parse_all(posted: str) -> tuple[Sent, ...]:
    """Attempts with spaces between them."""
    return tuple(filter(None, map(parse, posted.split()[:MOST_ENDED])))


def newest(tx: Transaction, event_id: int, series: Iterable[str]) -> dict[str, int]:
    """Series -> the number of the newest attempt that arrived, where it was not the first."""
    asked = list(series)
    if not asked:
        return {}
    query = select(Attempt.series, Attempt.newest).where(Attempt.event_id == event_id, col(Attempt.series).in_(asked))
    return {row.series: row.newest for row in tx.execute(query)}


def take(tx: Transaction, event_id: int, sent: Sent | None) -> None:
    """Take what arrived as the newest of its series. Raises ArrivedLate where a later attempt arrived before."""
    if sent is None:
        return
    if sent.number < newest(tx, event_id, [sent.series]).get(sent.series, 0):
        raise ArrivedLate
    keep(tx, event_id, [sent])


def end(tx: Transaction, event_id: int, sent: Iterable[Sent]) -> None:
    """Let nothing more of these series count: whoever deletes what is theirs wants none of it to come in late."""
    keep(tx, event_id, [Sent(it.series, MOST_NUMBER + 1) for it in sent])


def keep(tx: Transaction, event_id: int, sent: Iterable[Sent]) -> None:
    """Keep that these arrived. A first attempt leaves nothing."""
    for it in sent:
        if it.number > 1:
            row = insert(tx, Attempt).values(event_id=event_id, series=it.series, newest=it.number, day=now().date())
            tx.execute(
                row.on_conflict_do_update(
                    index_elements=["event_id", "series"], set_={"newest": it.number, "day": now().date()}
                )
            )


def forget_old(tx: Transaction) -> None:
    """Delete what is too old for anything of it to be under way still."""
    tx.execute(delete(Attempt).where(col(Attempt.day) < now().date() - KEPT))


def forget_all(tx: Transaction, event_id: int) -> None:
    """Delete those of an event."""
    tx.execute(delete(Attempt).where(col(Attempt.event_id) == event_id))

"""Tables as CSV (RFC 4180, UTF-8) that no spreadsheet takes for formulas: the grid, the pitches, the votes."""

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from eventkit.errors import Closed
from eventkit.event import days
from eventkit.exports.source import Source
from eventkit.grid.published import FixedItem, Placed
from eventkit.market import ballots, merging
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Pitch
from eventkit.text.language import gettext as _

TYPE = "text/csv; charset=utf-8"
PITCHES = (
    *("id", "title", "description", "host", "topic", "needs", "interested", "must_go", "start", "room"),
    *("format", "slots", "after", "repeat_of"),
)
# With the wide forms, which some programs read as those.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What is behind an apostrophe already gets another, so that an import takes off what we put there and no more.
# Where the list separator is a semicolon, one inside our quotes begins a cell, and so does a line. A list's "- " stays.
_INNER = re.compile(r"([;\t\n\r][\s\"]{0,9})(?='*+(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d](?! )))")


_APOSTROPHED = re.compile(_INNER.pattern.replace("'*+", "'++"))


def unmistaken(text: str) -> str:
    """A text for a cell that is marked as text: an apostrophe that an import would take for ours gets another."""
    text = _APOSTROPHED.sub(r"\1'", text)
    return f"'{text}" if text.startswith("'") and _is_risky(text) else text


def guarded(value: object) -> str:
    """A value as a cell; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    if not isinstance(value, str):
        return text
    text = _INNER.sub(r"\1'", text)
    return f"'{text}" if _is_risky(text) else text


def _is_risky(text: str) -> bool:
    return text.lstrip(" \xa0\u3000\n\"'").startswith(RISKY)


def rows(header: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """Lines ended by CR LF, quoted where needed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(value) for value in row] for row in body)
    return text.getvalue()


def grid(source: Source) -> str:
    """The published grid, a session a line, in order of time and rooms, with what is so with it; then fixed items."""
    return rows(
        (
            "start",
            "end",
            "room",
            "capacity",
            "pitch",
            "title",
            "host",
            "topic",
            "state",
            "says",
            "part",
            "format",
            "day",
            "repeat_of",
        ),
        [_session_row(source, it) for it in source.sessions] + [_item_row(source, it) for it in source.items],
    )


def _session_row(source: Source, it: Placed) -> tuple[Any, ...]:
    times = source.times
    return (
        times.local(it.starts_at).isoformat(),
        times.local(it.ends_at).isoformat(),
        it.room.name,
        it.room.capacity,
        it.pitch.id,
        it.title,
        ", ".join(merging.hosts(it.pitch)),
        it.pitch.topic,
        it.state.value,
        source.said(it),
        f"{it.part.number} of {it.part.of}" if it.part else "",
        it.pitch.format,
        _day(source, it.starts_at),
        it.pitch.repeat_of,
    )


def _day(source: Source, moment: datetime) -> str:
    """The day of the programme, which goes on past midnight."""
    found = days.day_at(source.days, moment)
    return found.key if found else ""


def _item_row(source: Source, item: FixedItem) -> tuple[Any, ...]:
    times, rooms = source.times, "" if item.whole else ", ".join(room.name for room in item.rooms)
    starts, ends = times.local(item.starts_at).isoformat(), times.local(item.ends_at).isoformat()
    return (
        starts,
        ends,
        rooms,
        None,
        None,
        item.title,
        "",
        "",
        "fixed",
        "",
        "",
        "",
        _day(source, item.starts_at),
        None,
    )


def pitches(source: Source) -> str:
    """All pitches that stand, oldest first. The counts are empty while they are hidden."""
    return rows(PITCHES, (pitch_row(source, pitch) for pitch in source.pitches))


def pitch_row(source: Source, pitch: Pitch) -> tuple[Any, ...]:
    """A pitch by the columns of PITCHES."""
    tally = source.tally(pitch)
    placed = source.grid.by_pitch.get(pitch.id) if source.grid else None
    return (
        pitch.id,
        pitch.title,
        merging.text(pitch),
        ", ".join(merging.hosts(pitch)),
        pitch.topic,
        " ".join(pitch.needs),
        tally.interested if tally else None,
        tally.must_go if tally else None,
        source.times.local(placed.slot.starts_at).isoformat() if placed else None,
        placed.room.name if placed else None,
        pitch.format,
        pitch.length,
        part.before if (part := source.parts.get(pitch.id)) else None,
        pitch.repeat_of,
    )


def votes(tx: Transaction, event_id: int, secret: str) -> str:
    """All votes on pitches that stand, for the organiser: an opaque voter number, the pitch, the interest.

    Raises Closed while voting is open: until then nobody reads ballots, whoever asks.

    Voters are numbered in the order of a keyed hash of their id: the same votes give the same file, and no number
    says who came first, who pitched, or who is who in any other export.
    """
    if tx.get_one(Event, event_id).voting_open:
        raise Closed(_("Voting is open, so nobody reads votes, not even the organiser. Close voting first."))
    wishes = ballots.wishes(tx, event_id)
    numbers = opaque_numbers({wish.person_id for wish in wishes}, secret, f"votes.csv of {event_id}")
    return rows(
        ("voter", "pitch", "interest"),
        sorted((numbers[wish.person_id], wish.pitch_id, wish.interest) for wish in wishes),
    )


def opaque_numbers(ids: Iterable[int], secret: str, purpose: str) -> dict[int, int]:
    """1, 2, 3 ... for these ids, in an order that only the holder of the secret can retrace."""

    def key(number: int) -> bytes:
        return hmac.new(secret.encode(), f"{purpose}: {number}".encode(), hashlib.sha256).digest()

    return {person_id: number for number, person_id in enumerate(sorted(ids, key=key), 1)}

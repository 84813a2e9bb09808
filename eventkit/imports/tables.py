"""What a table is a list of, told by its header: pitches, votes, rooms, or slots; and where that header stands."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal

from eventkit.imports import columns
from eventkit.imports.columns import Known

Kind = Literal["pitches", "votes", "rooms", "slots", ""]
Cells = tuple[int, list[str]]  # a row: its number, and its cells

HEADER_WITHIN = 15  # rows; above it spreadsheets have a heading over merged cells, or a date
KNOWN: dict[Kind, Known] = {
    "pitches": columns.PITCHES,
    "votes": columns.VOTES,
    "rooms": columns.ROOMS,
    "slots": columns.SLOTS,
}


def kind_of(header: list[str]) -> Kind:
    """What a table with this header lists; empty where its cells name no columns that we know."""
    votes, rooms, slots = (_names(header, known) for known in (columns.VOTES, columns.ROOMS, columns.SLOTS))
    pitches, plain = _names(header, columns.PITCHES), {columns.key(cell) for cell in header}
    if {"voter", "pitch", "interest"} <= votes and not plain & {"title", "description"}:
        return "votes"
    hosts = pitches & {"host", "first name", "other host"}
    about = pitches & {"description", "other description"}
    timed = "start" in slots and (slots & {"end", "duration"} or len([cell for cell in header if cell.strip()]) <= 3)
    if "title" in pitches and (hosts or (about and not timed)):
        return "pitches"
    if timed and slots & {"title", "end"}:
        return "slots"
    if {"room", "seats"} <= rooms:
        return "rooms"
    if "title" not in pitches:
        return ""
    guessed = {it.ours for it in columns.columns_of(header, columns.PITCHES)[1] if not it.sure}
    return "" if guessed and len(pitches) == 1 else "pitches"


def begin(rows: Iterator[Cells]) -> tuple[Kind, Iterator[Cells], int]:
    """What a table lists, its rows from the header on, and how many are above; all of them where there is no header."""
    first = list(islice(rows, HEADER_WITHIN))
    for place, (_, cells) in enumerate(first):
        below = first[place + 1][1] if place + 1 < len(first) else []
        known, filled = columns.how_many_known(cells), sum(bool(cell.strip()) for cell in cells)
        if place and known < min(2, filled):  # one word in a line of data is no header
            continue
        groups = kind_of(below) and columns.how_many_known(below) > known
        if (kind := kind_of(cells)) and not groups:
            return kind, chain(first[place:], rows), place
    return "", chain(first, rows), 0


def _names(header: list[str], known: Known) -> set[str]:
    """Our names of the columns that the header names."""
    return {ours for ours in columns.columns_of(header, known)[0] if ours}

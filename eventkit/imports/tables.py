"""What a table is a list of, told by its header: pitches, votes, rooms, or slots; and where that header stands."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Literal

from eventkit.imports import csv_rows, sheets

Kind = Literal["pitches", "votes", "rooms", "slots", ""]
Cells = tuple[int, list[str]]  # a row: its number, and its cells

ROOM_COLUMNS = {
    "room": ("room name", "name", "raum", "salle", "sala", "ystafell", "place", "space"),
    "seats": ("capacity", "persons", "people", "plätze", "places", "plazas", "aforo", "size", "pax", "kapazität"),
    "features": ("equipment", "has", "ausstattung", "facilities", "équipement", "equipamiento"),
}
SLOT_COLUMNS = {
    "start": ("starts", "from", "begin", "start time", "beginn", "anfang", "von", "début", "debut", "inicio"),
    "end": ("ends", "until", "to", "end time", "ende", "bis", "fin"),
    "title": ("name", "what", "titel", "titre", "título", "fixed item"),
}
HEADER_WITHIN = 10  # rows; above it spreadsheets have a heading over merged cells, or a date


def kind_of(header: list[str]) -> Kind:
    """What a table with this header lists; empty where its cells name no columns that we know."""
    if _names(header, sheets.VOTE_COLUMNS, "voter", "pitch", "interest") and not _has(header, "title", "description"):
        return "votes"
    pitches = _names(header, sheets.PITCH_COLUMNS, "title")
    slots = _names(header, SLOT_COLUMNS, "start", "end")
    hosts = _names(header, sheets.PITCH_COLUMNS, "host")
    if pitches and (hosts or (_names(header, sheets.PITCH_COLUMNS, "description") and not slots)):
        return "pitches"
    if slots:
        return "slots"
    if _names(header, ROOM_COLUMNS, "room", "seats"):
        return "rooms"
    return "pitches" if pitches else ""


def begin(rows: Iterator[Cells]) -> tuple[Kind, Iterator[Cells]]:
    """What a table lists, and its rows from the header on; all of them where no header is found."""
    first = list(islice(rows, HEADER_WITHIN))
    for place, (_, cells) in enumerate(first):
        below = first[place + 1][1] if place + 1 < len(first) else []
        if (kind := kind_of(cells)) and not (kind_of(below) and _known(below) > _known(cells)):  # groups of columns
            return kind, chain(first[place:], rows)
    return "", chain(first, rows)


def _names(header: list[str], known: Mapping[str, tuple[str, ...]], *wanted: str) -> bool:
    """Whether the header names all that is wanted, each in a cell of its own."""
    columns = csv_rows.columns_of(header, known)
    return all(name in columns for name in wanted)


def _known(cells: list[str]) -> int:
    """How many cells are names of columns."""
    return sum(csv_rows.plain_name(cell) in _ALL for cell in cells)


_ALL = {
    name
    for known in (sheets.PITCH_COLUMNS, sheets.VOTE_COLUMNS, ROOM_COLUMNS, SLOT_COLUMNS)
    for ours, others in known.items()
    for name in (ours, *others)
}


def _has(header: list[str], *names: str) -> bool:
    return bool({csv_rows.plain_name(cell) for cell in header} & set(names))

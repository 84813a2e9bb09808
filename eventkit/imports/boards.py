"""Boards of sessions: a table with rooms across and times down, or the other way round, as open spaces keep them."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from eventkit.imports import times
from eventkit.imports.tables import HEADER_WITHIN, Cells
from eventkit.imports.times import ANY_DAY
from eventkit.text import clean
from eventkit.text.language import marked

ABOVE = marked("lines above the rooms of a board")
NO_TIME = marked("cells of a board on lines that do not say a time, or one that ends before it starts")
NO_ROOM = marked("cells of a board under no room")
SOME_ROOMS = marked("breaks that are in some rooms only")

FIXED = frozenset((
    "break", "coffee", "coffee break", "tea", "lunch", "lunch break", "breakfast", "dinner", "registration", "welcome",
    "opening", "closing", "plenary", "arrival", "wrap up", "social", "party", "keynote", "pause", "kaffee",
    "kaffeepause", "mittag", "mittagessen", "mittagspause", "frühstück", "abendessen", "anmeldung", "begrüßung",
    "ankunft", "eröffnung", "abschluss", "dejeuner", "pause déjeuner", "pause café", "café", "accueil", "clôture",
    "ouverture", "repas", "almuerzo", "comida", "descanso", "pausa", "desayuno", "cena", "registro", "bienvenida",
    "apertura", "clausura", "cinio", "egwyl", "egwyl goffi", "coffi", "brecwast", "cofrestru", "croeso", "agoriad",
))  # fmt: skip
"""What is no session wherever it stands on a board or in a list."""
_KEYS = {clean.searchable(it) for it in FIXED}
_SEATS = re.compile(r"(.*\S)\s*[(\[](?:\D*\s)?(\d{1,5})(?:\s\D*)?[)\]]")


@dataclass(frozen=True)
class BoardCell:
    """A session on a board: its title, and the line of the file it stands in."""

    line: int
    title: str


@dataclass(frozen=True)
class SessionBoard:
    """What a board has: (room, its seats or None), spans of (start, end, title of a fixed item or empty), sessions."""

    rooms: list[tuple[str, int | None]]
    spans: list[tuple[datetime, datetime, str]]
    sessions: list[BoardCell]
    left: Counter[str]  # cells that are neither, by why


def is_fixed(title: str) -> bool:
    """Whether a title is that of a break or of what all do together."""
    return clean.searchable(clean.clean_line(title)).rstrip(" .:!") in _KEYS


def find(rows: list[Cells]) -> SessionBoard | None:
    """The board that a table is, or None where it is none: two times and two rooms at least."""
    for place, (_, header) in enumerate(rows[:HEADER_WITHIN]):
        below, above = rows[place + 1 :], Counter({ABOVE: place})
        if _is_header(header, below):
            return _read(header, below, above)
        turned = _turned(rows[place:])
        if _is_header(turned[0][1], turned[1:]):
            return _read(turned[0][1], turned[1:], above)
    return None


def _is_header(header: list[str], below: list[Cells]) -> bool:
    rooms = [cell for cell in header[1:] if cell.strip()]
    timed = [row for _, row in below if row and _time(row[0])]
    return len(rooms) >= 2 and len(timed) >= 2 and 2 * len(timed) >= len(below) and not any(map(_time, header))


def _turned(rows: list[Cells]) -> list[Cells]:
    """The table turned over: columns as lines, under the number of the first line."""
    width = max((len(row) for _, row in rows), default=0)
    filled = [(number, row + [""] * (width - len(row))) for number, row in rows]
    return [(rows[0][0], [row[column] for _, row in filled]) for column in range(width)]


def _time(cell: str) -> tuple[time, time | None] | None:
    """The time or span that a cell says."""
    if both := times.span(cell):
        return both
    one = times.clock(cell)
    return (one, None) if one else None


def _read(header: list[str], below: list[Cells], left: Counter[str]) -> SessionBoard:
    places = [at for at, cell in enumerate(header) if at and cell.strip()]
    lines = [(number, row, said) for number, row in below if (said := _time(row[0] if row else ""))]
    left[NO_TIME] += sum(_filled(row[1:]) for _, row in below if not row or not _time(row[0]))
    sessions: list[BoardCell] = []
    spans: list[tuple[datetime, datetime, str]] = []
    for at, (number, row, (starts, ends)) in enumerate(lines):
        first = datetime.combine(ANY_DAY, starts)
        after = lines[at + 1][2][0] if at + 1 < len(lines) else None
        until = ends or (after if after and after > starts else None)
        last = datetime.combine(ANY_DAY, until) if until else first + timedelta(minutes=45)
        if last <= first:
            left[NO_TIME] += _filled(row[1:])
            continue
        found = [title for place in places if (title := clean.clean_line(row[place]) if place < len(row) else "")]
        fixed = found[0] if found and len(set(found)) == 1 and (len(found) == len(places) or is_fixed(found[0])) else ""
        fixed = fixed or (found[0] if found and all(map(is_fixed, found)) else "")
        spans.append((first, last, fixed))
        here = [] if fixed else [BoardCell(number, title) for title in found if not is_fixed(title)]
        sessions += here
        left[SOME_ROOMS] += 0 if fixed else len(found) - len(here)
        left[NO_ROOM] += _filled([cell for at, cell in enumerate(row) if at and at not in places])
    return SessionBoard([_room(header[place]) for place in places], spans, sessions, left)


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _room(cell: str) -> tuple[str, int | None]:
    """A room's name, and its seats where they stand in brackets behind it."""
    name = clean.clean_line(cell)
    said = _SEATS.fullmatch(name)
    return (said[1], int(said[2])) if said and int(said[2]) else (name, None)

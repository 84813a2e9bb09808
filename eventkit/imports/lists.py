"""Tables become parts of a programme: pitches, rooms, slots and fixed items, votes, boards, or titles one a line."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from eventkit.event import as_typed
from eventkit.imports import boards, columns, csv_rows, sheets, tables, times
from eventkit.imports.boards import SessionBoard
from eventkit.imports.csv_rows import Line, Rows
from eventkit.imports.decoding import Decoded
from eventkit.imports.faults import fault
from eventkit.imports.programmes import (
    ABOVE,
    ARCHIVED,
    BREAKS,
    EXPLAINS,
    GONE,
    ITEMS_ALIKE,
    LEFT_HOSTS,
    NAMED_AGAIN,
    NOT_TAKEN,
    ONLY_SUMS,
    OTHER_TEXTS,
    ROOMS_ALIKE,
    UNENDED,
    UNTIMED,
    Ballots,
    FoundItem,
    FoundRoom,
    Programme,
    Reader,
)
from eventkit.imports.tables import Cells
from eventkit.text import clean, lengths
from eventkit.text.language import marked

MOST_ROWS = 50_000
MOST_OF_A_BOARD = 2_000  # rows
NOT_ACTIVE = frozenset(("n", "no", "false", "0", "nein", "non", "nage", "na", "inactive"))
YES = frozenset(("y", "yes", "true", "1", "x", "ja", "oui", "sí", "si", "ydy", "ie", "archived"))
HIDDEN = marked("sessions that are not active or not accepted")


def take(
    programme: Programme, place: str, rows: Iterator[Cells], file: Decoded, cut: bool, *, board: bool = True
) -> bool:
    """Take what a table lists, or with `board` what stands on it, into the programme; whether there is any.

    Raises Faulty.
    """
    kind, rows, above = tables.begin(rows)
    first = list(islice(rows, 30))
    rows = chain(first, rows)
    if kind == "pitches" and _is_of_ballots(first):
        raise fault(BALLOTS, file=place, place=first[0][0])
    if kind == "votes":
        read = csv_rows.of_cells(place, rows, tables.KNOWN[kind], sheets.VOTES_NEED)
        programme.votes.append(Ballots(read, file))
    elif kind:
        needed = {"slots": ("start",), "rooms": ("room",), "pitches": ("title",)}[kind]
        read = csv_rows.of_cells(place, _bounded(place, rows), tables.KNOWN[kind], needed)
        {"slots": _slots, "rooms": _rooms, "pitches": _Pitches(cut, file).read}[kind](programme, read)
    if kind:
        _tell(programme, read)
        programme.unused[ABOVE] += above
        return True
    found = boards.find(list(islice(rows, MOST_OF_A_BOARD))) if board else None
    if found and next(rows, None):
        raise fault(marked("more than %(most)s lines, which is no board of a day."), file=place, most=MOST_OF_A_BOARD)
    if found:
        _board(programme, place, found, cut)
    return found is not None


BALLOTS = marked(
    "this looks like votes, a person a line and a pitch a column. Votes are read from three columns, voter, pitch and "
    "interest, next to a file of the pitches. If the lines are pitches, name their column title."
)
_MARKS = frozenset(sheets.INTERESTS) | {"✓", "✔", "✗", "✘", "☑", "☐", "ok", "(ok)"}


def _is_of_ballots(rows: list[Cells]) -> bool:
    """Whether a table has people down its side, and nothing but marks below the headings beside them."""
    header = [columns.key(cell) for cell in rows[0][1]]
    people = {
        columns.key(it) for names in (columns.VOTES["voter"], columns.PITCHES["other host"]) for it in names.names
    }
    if len(header) < 3 or header[0] not in people or len([it for it in header if columns.how_many_known([it])]) > 1:
        return False
    said = [cell.strip().casefold() for _, row in rows[1:] for cell in row[1:]]
    return any(said) and all(it in _MARKS for it in said)


_COUNTED = re.compile(r"\d{1,3}[.)]\s+|\[[ xX]?\]\s+")  # before an item of a list that somebody counts or ticks off


def of_titles(programme: Programme, text: str, cut: bool) -> bool:
    """Take a list of titles, one a line, as a text without columns has it; whether it is one. Raises Faulty."""
    lines = [(number, line.strip(" \t-*•")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if 2 * sum(bool(_COUNTED.match(line)) for _, line in lines) >= len(lines):
        lines = [(number, _COUNTED.sub("", line)) for number, line in lines]
    if len(lines) < 3 or 2 * sum(" " in line for _, line in lines) < len(lines):
        return False
    if any(not 3 <= len(line) <= lengths.PITCH_TITLE for _, line in lines):
        return False
    reader = Reader(programme, cut)
    for number, line in lines:
        reader.attempt(number, reader.pitch, "", line, "", [])
    reader.done()
    programme.made_ids = 0
    return True


def _bounded(place: str, rows: Iterator[Cells]) -> Iterator[Cells]:
    """The rows, up to as many as a list of pitches may have. Raises Faulty on the way."""
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise fault(marked("more than %(most)s lines, which is no list of pitches."), file=place, most=MOST_ROWS)
        yield row


def _tell(programme: Programme, rows: Rows) -> None:
    programme.is_table = True
    programme.unused_columns.update(rows.unused)
    programme.read_as += [it for it in rows.read_as if clean.name_key(it.heading) != it.ours]


class _Pitches:
    """A table of sessions: its pitches, the rooms it names, and its breaks as fixed items."""

    def __init__(self, cut: bool, file: Decoded):
        self._cut, self._file = cut, file

    def read(self, programme: Programme, rows: Rows) -> None:
        """Take it all. Raises Faulty."""
        if programme.pitches:
            raise fault(marked("there are pitches in another sheet already. Put them into one."), file=rows.name)
        self._reader, self._ours = Reader(programme, self._cut), sheets.is_ours(rows)
        found, remarks = sheets.pitches_of(rows, self._file, self._cut, self._is_elsewhere)
        left = remarks.totals or +programme.unused or programme.gone
        if not (found or programme.items or left):
            raise sheets.nothing(rows.name)
        programme.pitches += found
        programme.made_ids += remarks.made_ids
        programme.bare += remarks.bare
        programme.cut_titles += remarks.cut_titles
        programme.unused[LEFT_HOSTS] += remarks.cut_hosts
        programme.unused[ONLY_SUMS] += remarks.totals
        programme.unused[OTHER_TEXTS] += remarks.other_texts
        programme.further += remarks.further
        programme.same.update(remarks.same)

    def _is_elsewhere(self, line: Line) -> bool:
        """Whether a line is no pitch: one that was refused, or a break, which becomes a fixed item."""
        it, fields = self._reader.programme, line.fields
        if self._ours:
            return self._is_placed(line)
        if sheets.is_header(line):
            it.unused[NAMED_AGAIN] += 1
            return True
        if sheets.explains(line):
            it.unused[EXPLAINS] += 1
            return True
        state = clean.clean_line(fields.get("state", "")).casefold()
        if state in GONE:
            it.gone[state] += 1
            return True
        if fields.get("active", "").strip().casefold() in NOT_ACTIVE:
            it.unused[HIDDEN] += 1
            return True
        if fields.get("archived", "").strip().casefold() in YES:
            it.unused[ARCHIVED] += 1
            return True
        kind, title = (clean.clean_line(fields.get(name, "")) for name in ("kind", "title"))
        if kind.casefold() in BREAKS or (boards.is_fixed(title) and fields.get("start")):
            if not fields.get("start"):
                it.unused[UNTIMED] += 1
            else:
                said = times.of_line(line)
                self._reader.item(said.starts, said.ends, title, said.any_day, said.day)
            return True
        return self._is_placed(line)

    def _is_placed(self, line: Line) -> bool:
        """Never: the room of a pitch becomes one, and its place on a grid is not used."""
        room = clean.clean_line(line.fields.get("room", ""))
        if room and not sheets.NOBODY.fullmatch(room):
            self._reader.room(room)
        self._reader.programme.unused[NOT_TAKEN] += bool(room or line.fields.get("start"))
        return False


def _rooms(programme: Programme, rows: Rows) -> None:
    """Rooms, in place of those of which a list of pitches said no more than the name."""
    found: dict[str, FoundRoom] = {}

    def use(line: Line) -> None:
        name = line.text("room", lengths.ROOM_NAME, required=True)
        seats = line.text("seats", 20)
        if sheets.only_sums(line):
            programme.unused[ONLY_SUMS] += 1
            return
        if seats and not (seats.isascii() and seats.isdecimal() and 1 <= int(seats) <= 99_999):
            raise line.wrong(
                marked("%(column)s is %(value)s. It must be a whole number such as 40."),
                column="seats", value=repr(seats),
            )  # fmt: skip
        room = as_typed.room_line(name, int(seats or 0), line.text("features", 1_000))
        programme.unused[ROOMS_ALIKE] += clean.name_key(name) in found
        found.setdefault(clean.name_key(name), FoundRoom(name, int(seats) if seats else None, room.features))

    rows.each(use)
    known = {clean.name_key(it.name) for it in programme.rooms if it.capacity}
    programme.unused[ROOMS_ALIKE] += len(known & found.keys())
    programme.rooms[:] = [it for it in programme.rooms if it.capacity or clean.name_key(it.name) not in found]
    programme.rooms += [it for key, it in found.items() if key not in known]


def _slots(programme: Programme, rows: Rows) -> None:
    """Slots and fixed items; where only starts are said, each goes on until the next."""
    lines: list[Line] = []
    rows.each(lines.append)
    ends = "end" in rows.columns or "duration" in rows.columns
    known = set(programme.items)

    def use(line: Line) -> None:
        if sheets.only_sums(line):
            programme.unused[ONLY_SUMS] += 1
            return
        if not ends and not line.fields.get("end") and not times.span(line.fields.get("start", "")):
            programme.unused[UNENDED] += 1
            return
        it = times.of_line(line)
        item = FoundItem(it.starts, it.ends, line.text("title", lengths.SLOT_TITLE), it.any_day, it.day)
        if item in known:
            programme.unused[ITEMS_ALIKE] += 1
        else:
            known.add(item)
            programme.items.append(item)

    said = lines if ends else [_until_next(line, lines[at + 1 :]) for at, line in enumerate(lines)]
    Rows(rows.name, rows.columns, [], iter(said)).each(use)


def _until_next(line: Line, following: list[Line]) -> Line:
    """The line, ended where the next one starts if it does not say so itself."""
    start = line.fields.get("start", "")
    if times.span(start) or not following or times.clock(following[0].fields.get("start", "")) is None:
        return line
    return Line(line.file, line.number, {**line.fields, "end": following[0].fields["start"]})


def _board(programme: Programme, place: str, board: SessionBoard, cut: bool) -> None:
    reader = Reader(programme, cut)
    programme.boards += 1
    for name, seats in board.rooms:
        reader.attempt(place, reader.room, name, seats)
    for starts, ends, title in board.spans:
        programme.items.append(FoundItem(starts, ends, title[: lengths.SLOT_TITLE], any_day=True))
    for cell in board.sessions:
        reader.attempt(cell.line, reader.pitch, "", cell.title, "", [])
    programme.unused[NOT_TAKEN] += 1
    programme.unused.update(board.left)
    reader.done()

"""Pitches and votes from CSV files, as people's spreadsheets write them; what cannot be read is refused by its line."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eventkit.errors import Invalid
from eventkit.text import clean

LARGEST = 20 * 1024 * 1024  # bytes of a file
LONGEST = {"id": 100, "title": 200, "description": 10_000, "host": 80, "voter": 100, "pitch": 100}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")  # behind an apostrophe: see eventkit.exports.sheets


@dataclass(frozen=True)
class PitchLine:
    """A pitch as a file has it; `id` is the file's own name for it."""

    id: str
    title: str
    description: str
    host: str


@dataclass(frozen=True)
class VoteLine:
    """A vote as a file has it; `voter` is the file's own name for somebody."""

    voter: str
    pitch: str
    interest: int


@dataclass(frozen=True)
class Line:
    """A row of a file by column, and where it begins."""

    file: str
    number: int
    fields: dict[str, str]

    def text(self, name: str, required: bool = False, one_line: bool = True) -> str:
        """A field, cleaned. Raises Invalid where it is empty but required, or too long."""
        value = self.fields.get(name, "")
        if value.startswith("'") and value[1:].startswith(RISKY):
            value = value[1:]
        value = clean.clean_line(value) if one_line else clean.clean(value).strip()
        if required and not value:
            raise self.wrong(f"{name} is empty.")
        if len(value) > LONGEST[name]:
            raise self.wrong(f"{name} has {len(value):,} letters; up to {LONGEST[name]:,} can be kept.")
        return value

    def wrong(self, sentence: str) -> Invalid:
        """The error that says where it is."""
        return Invalid(f"{self.file}, line {self.number}: {sentence}")


def read_pitches(path: Path) -> list[PitchLine]:
    """The pitches of a file with the columns id and title, perhaps description and host. Raises Invalid, OSError."""
    found: dict[str, tuple[int, PitchLine]] = {}
    for line in read(path, ("id", "title")):
        pitch = PitchLine(
            id=line.text("id", required=True),
            title=line.text("title", required=True),
            description=line.text("description", one_line=False),
            host=line.text("host"),
        )
        if pitch.id in found:
            raise line.wrong(
                f"the id {pitch.id} is that of line {found[pitch.id][0]} already. Give each pitch its own."
            )
        found[pitch.id] = (line.number, pitch)
    if not found:
        raise Invalid(f"{path.name}: there is no pitch in this file, only its first line.")
    return [pitch for _, pitch in found.values()]


def read_votes(path: Path, pitches: list[PitchLine]) -> list[VoteLine]:
    """The votes of a file with the columns voter, pitch and interest. No interest (0) is no vote. Raises Invalid."""
    known = {pitch.id for pitch in pitches}
    found: dict[tuple[str, str], tuple[int, VoteLine]] = {}
    for line in read(path, ("voter", "pitch", "interest")):
        vote = VoteLine(line.text("voter", required=True), line.text("pitch", required=True), _interest(line))
        if vote.pitch not in known:
            raise line.wrong(f"no pitch has the id {vote.pitch}.")
        if before := found.get((vote.voter, vote.pitch)):
            raise line.wrong(f"{vote.voter} voted on pitch {vote.pitch} before, on line {before[0]}.")
        found[vote.voter, vote.pitch] = (line.number, vote)
    return [vote for _, vote in found.values() if vote.interest]


def _interest(line: Line) -> int:
    text = line.fields.get("interest", "").strip()
    if text not in ("0", "1", "2"):
        raise line.wrong(f"interest is {text[:20]!r}. It must be 0 (none), 1 (interested) or 2 (must go).")
    return int(text)


def read(path: Path, required: tuple[str, ...]) -> Iterator[Line]:
    """The rows of a CSV file whose first line names its columns, in any order and case. Raises Invalid, OSError."""
    text = decoded(path)
    rows = _rows(path.name, text, _delimiter(text))
    number, header = next(rows, (1, []))
    names = [clean.clean_line(name).casefold() for name in header]
    if missing := [name for name in required if name not in names]:
        raise Invalid(f"{path.name}, line {number}: there is no column {missing[0]}. The first line names the columns.")
    if twice := [name for name in required if names.count(name) > 1]:
        raise Invalid(f"{path.name}, line {number}: there are two columns {twice[0]}.")
    for number, cells in rows:
        if len(cells) != len(names):
            raise Invalid(
                f"{path.name}, line {number}: {len(cells)} fields where the first line names {len(names)}. "
                "Put quotes around text that has commas, and double the quotes in it."
            )
        yield Line(path.name, number, dict(zip(names, cells, strict=True)))


def decoded(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 (with its mark) or, as Excel writes it, Windows-1252. Raises Invalid."""
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path.name}: larger than {LARGEST // 2**20} MB, which is no list of pitches or votes.")
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(path, content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode(path, content, "cp1252")


def _decode(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(f"{path.name}, line {line}: this is no text. Save the file as UTF-8.") from error


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _rows(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not blank."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        row = _guarded(lambda: next(reader, None), name, number)
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield number, row


def _guarded(step: Callable[[], list[str] | None], name: str, number: int) -> list[str] | None:
    try:
        return step()
    except csv.Error as error:
        raise Invalid(
            f"{name}, line {number}: this row cannot be read ({error}). A quote that is opened must be closed; "
            "quotes inside quotes are doubled."
        ) from error

"""Rows of a CSV file by the columns that its first line names, whatever people's spreadsheets made of it."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from eventkit.errors import Invalid
from eventkit.imports.decoding import Decoded
from eventkit.text import clean

# behind an apostrophe: see eventkit.exports.sheets
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_GUARDED = re.compile(r"([;\t\n\r][\s\"]{0,9})'(?='*+(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d](?! )))")
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n?', re.IGNORECASE)
MOST_TOLD = 20  # lines at fault that one refusal names
LARGEST_CELL = 2**20  # characters
csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True)
class Line:
    """A row of a file by column, and where it begins."""

    file: str
    number: int
    fields: Mapping[str, str]

    def text(self, name: str, longest: int, required: bool = False, one_line: bool = True) -> str:
        """A field, cleaned. Raises Invalid where it is empty but required, or longer than `longest`."""
        value = self.fields.get(name, "")
        if value.startswith("'") and value[1:].lstrip(' \xa0\u3000\n"').startswith(RISKY):
            value = value[1:]
        value = _GUARDED.sub(r"\1", value)
        value = clean.clean_line(value) if one_line else clean.clean(value).strip()
        if required and not value:
            raise self.wrong(f"{name} is empty.")
        if len(value) > longest:
            raise self.wrong(f"{name} has {len(value):,} letters; up to {longest:,} can be kept.")
        return value

    def wrong(self, sentence: str) -> Invalid:
        """The error that says where it is."""
        return Invalid(f"{self.file}, line {self.number}: {sentence}")


@dataclass
class Rows:
    """The rows of a file, and what was found out about it on the way."""

    name: str
    columns: list[str]
    unused: list[str]
    lines: Iterator[Line]
    errors: list[Invalid] = field(default_factory=list)

    def each(self, use: Callable[[Line], None]) -> None:
        """Hand every line to `use`, and raise all that it refuses at once. Raises Invalid."""
        more = 0
        try:
            for line in self.lines:
                try:
                    use(line)
                except Invalid as error:
                    more += len(self.errors) >= MOST_TOLD
                    self.errors.append(error) if len(self.errors) < MOST_TOLD else None
        except Invalid as error:  # the file cannot be read on from here
            self.errors.append(error)
        if self.errors:
            told = "\n".join(map(str, self.errors))
            raise Invalid(f"{told}\nAnd {more:,} more lines like these." if more else told)


def read(name: str, file: Decoded, known: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> Rows:
    """The rows of a file; `known` maps our names of columns to others that people use. Raises Invalid.

    A row that is shorter than the first line is filled with empty cells, as Excel leaves those out.
    """
    return of_cells(name, cells(name, file), known, required)


def cells(name: str, file: Decoded) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not blank: (number of its first line, cells) each. Raises Invalid on the way."""
    text, separator = _separator(file.text)
    return _rows(name, text, separator, 2 if text is not file.text else 1)


def of_cells(
    name: str, rows: Iterator[tuple[int, list[str]]], known: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> Rows:
    """The same of rows that are cells already: (number, cells) each, the names of the columns first. Raises Invalid."""
    number, header = next(rows, (1, []))
    columns = columns_of(header, known)
    if missing := [column for column in required if column not in columns]:
        also = " or ".join(known[missing[0]][:3])
        raise Invalid(
            f"{name}, line {number}: there is no column {missing[0]}{f' ({also} would do)' if also else ''}. "
            f"The first line names the columns; here they are: {', '.join(filter(None, columns)) or 'none'}."
        )
    if twice := [column for column in known if columns.count(column) > 1]:
        raise Invalid(f"{name}, line {number}: there are two columns {twice[0]}.")
    unused = [clean.clean_line(cell) for cell, column in zip(header, columns, strict=True) if column not in known]
    return Rows(name, columns, [cell for cell in unused if cell], _lines(name, columns, rows))


def plain_name(cell: str) -> str:
    """What a column is called, however it is written: `Session_Id *` is `session id`, `🎤 Title` is `title`."""
    name = re.sub(r"[\s_-]+", " ", clean.clean_line(cell).casefold()).rstrip(" *:?").strip()
    return re.sub(r"^[^\w#]+", "", name) or name


def columns_of(header: list[str], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The columns by our names; a column has another's name only where none has ours."""
    columns = [plain_name(cell) for cell in header]
    for name, others in known.items():
        if name in columns:
            continue
        found = next((place for other in others for place, column in enumerate(columns) if column == other), None)
        if found is None:  # "description (short, plain, please)"; "describe your session in a few sentences"
            found = next((at for at, column in enumerate(columns) if re.match(rf"{name}\b", column)), None)
        if found is None:
            begins = tuple(other for other in others if other.count(" ") > 1)
            found = next((at for at, column in enumerate(columns) if column.startswith(begins)), None)
        if found is not None:
            columns[found] = name
    return columns


def _lines(name: str, columns: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    for number, cells in rows:
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(columns):
            raise Invalid(
                f"{name}, line {number}: {len(cells)} fields where the first line names {len(columns)}. "
                "Put quotes around text that has commas, and double the quotes in it."
            )
        yield Line(name, number, dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True)))


def _separator(text: str) -> tuple[str, str]:
    """The text behind Excel's `sep=` line, if there is one, and what separates its cells, judged outside quotes."""
    if said := _SEPARATOR_LINE.match(text):
        return text[said.end() :], said[1]
    first = re.split(r"[\r\n]", re.sub(r'"(?:[^"]|"")*"', "", text[:100_000]), maxsplit=1)[0]
    return text, max(",;\t|", key=first.count)


def _rows(name: str, text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + first
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Invalid(
                f"{name}, line {number}: this row cannot be read ({error}). A quote that is opened must be closed; "
                "quotes inside quotes are doubled."
            ) from error
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield number, row

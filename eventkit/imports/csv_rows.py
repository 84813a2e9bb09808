"""Rows of a CSV file by the columns that its header names, whatever people's spreadsheets made of it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from eventkit.errors import Invalid
from eventkit.imports import columns
from eventkit.imports.columns import Known, ReadAs
from eventkit.imports.decoding import Decoded
from eventkit.imports.faults import AnyOf, Collected, Faulty, fault
from eventkit.text import clean
from eventkit.text.language import marked

# behind an apostrophe: see eventkit.exports.sheets
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_GUARDED = re.compile(r"([;\t\n\r][\s\"]{0,9})'(?='*+(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d](?! )))")
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n?', re.IGNORECASE)
_RULE = re.compile(r"[\s:|-]*-{2}[\s:|-]*")  # below the header of a table in Markdown
_LINES_JUDGED = 30  # by which it is told what separates cells
LARGEST_CELL = 2**20  # characters
MOST_COLUMNS = 1_000  # of a row that has something in the last of them: survey tools write hundreds
csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True)
class Line:
    """A row of a file by column, and where it begins."""

    file: str
    number: int
    fields: Mapping[str, str]

    def text(self, name: str, longest: int, required: bool = False, one_line: bool = True) -> str:
        """A field, cleaned. Raises Faulty where it is empty but required, or longer than `longest`."""
        value = self.fields.get(name, "")
        if not value and not required:
            return ""
        if value.startswith("'") and value.lstrip(" \xa0\u3000\n\"'").startswith(RISKY):
            value = value[1:]
        value = _GUARDED.sub(r"\1", value)
        value = clean.clean_line(value) if one_line else clean.clean(value).strip()
        if required and not value:
            raise self.wrong(marked("%(column)s is empty."), column=name)
        if len(value) > longest:
            raise self.wrong(
                marked("%(column)s has %(letters)s letters; up to %(longest)s can be kept."),
                column=name,
                letters=len(value),
                longest=longest,
            )
        return value

    def wrong(self, sentence: str, /, **values: object) -> Faulty:
        """The error that says where it is; the sentence is marked."""
        return fault(sentence, file=self.file, place=self.number, **values)


@dataclass
class Rows:
    """The rows of a file, and what was found out about it on the way."""

    name: str
    columns: list[str]
    unused: list[str]
    lines: Iterator[Line]
    read_as: list[ReadAs] = field(default_factory=list)

    def each(self, use: Callable[[Line], None]) -> None:
        """Hand every line to `use`, and raise all that it refuses at once. Raises Faulty."""
        wrong = Collected()
        try:
            for line in self.lines:
                try:
                    use(line)
                except Invalid as error:
                    wrong.add(error, self.name, line.number)
        except Invalid as error:  # the file cannot be read on from here
            wrong.add(error)
        wrong.refuse()


def read(name: str, file: Decoded, known: Known, required: tuple[str, ...]) -> Rows:
    """The rows of a file; `known` maps our names of columns to others that people use. Raises Faulty.

    A row that is shorter than the header is filled with empty cells, as Excel leaves those out.
    """
    return of_cells(name, cells(name, file), known, required)


def cells(name: str, file: Decoded) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not blank: (number of its first line, cells) each. Raises Faulty on the way."""
    text, separator = _separator(file.text)
    return _rows(name, text, separator, 2 if text is not file.text else 1)


def of_cells(name: str, rows: Iterator[tuple[int, list[str]]], known: Known, required: tuple[str, ...]) -> Rows:
    """The same of rows that are cells already: (number, cells) each, the names of the columns first. Raises Faulty."""
    number, header = next(rows, (1, []))
    ours, read_as = columns.columns_of(header, known)
    headings = [clean.clean_line(cell) for cell in header]
    if missing := [column for column in required if column not in ours]:
        others = tuple(it for it in known[missing[0]].names if it != missing[0])[:3]
        raise fault(
            marked(
                "there is no column %(column)s (%(others)s would do). The first line names the columns; here they "
                "are: %(here)s."
            ),
            file=name, place=number, column=missing[0], others=AnyOf(others),
            here=AnyOf(tuple(filter(None, headings)), any=False) if any(headings) else "–",
        )  # fmt: skip
    keys = [columns.key(cell) for cell in header]
    if twice := [
        column
        for column, it in zip(ours, keys, strict=True)
        if column and keys.count(it) > 1 and not known[column].several
    ]:
        raise fault(marked("there are two columns %(column)s."), file=name, place=number, column=twice[0])
    unused = [heading for heading, column in zip(headings, ours, strict=True) if heading and not column]
    joined = {column: known[column].several for column in set(ours) if column and ours.count(column) > 1}
    return Rows(name, ours, unused, _lines(name, ours, joined, rows), read_as)


def _lines(
    name: str, ours: list[str], joined: Mapping[str, str], rows: Iterator[tuple[int, list[str]]]
) -> Iterator[Line]:
    for number, row in rows:
        while len(row) > len(ours) and not row[-1].strip():
            row.pop()
        if len(row) > len(ours):
            raise fault(
                marked(
                    "%(fields)s fields where the first line names %(columns)s. Put quotes around text that has commas, "
                    "and double the quotes in it."
                ),
                file=name, place=number, fields=len(row), columns=len(ours),
            )  # fmt: skip
        row += [""] * (len(ours) - len(row))
        fields = dict(zip(ours, row, strict=True))
        for column, between in joined.items():
            said = (cell.strip() for at, cell in zip(ours, row, strict=True) if at == column)
            fields[column] = between.join(dict.fromkeys(filter(None, said)))
        yield Line(name, number, fields)


def _separator(text: str) -> tuple[str, str]:
    """The text behind Excel's `sep=` line, if there is one, and what separates its cells.

    Judged outside quotes on the first lines: what makes most headings known, else the same number of cells a line.
    """
    if said := _SEPARATOR_LINE.match(text):
        return text[said.end() :], said[1]
    plain = re.sub(r'"(?:[^"]|"")*"', lambda quoted: re.sub(r"[,;\t|\r\n]", " ", quoted[0]), text[:100_000])
    lines = [line for line in re.split(r"[\r\n]+", plain) if line.strip(" ,;\t|")][:_LINES_JUDGED]

    def judged(separator: str) -> tuple[int, int, int]:
        counts = Counter(count for line in lines if (count := line.count(separator)))
        known = max((columns.how_many_known(line.replace('"', "").split(separator)) for line in lines), default=0)
        alike = max(counts.values(), default=0)
        return known if counts else 0, alike, lines[0].count(separator) if lines else 0

    return text, max(",;\t|", key=judged)


def _rows(name: str, text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not blank."""
    escape = "\\" if separator == "|" else None  # Markdown writes a bar in a cell so
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, escapechar=escape, strict=True)
    while True:
        number = reader.line_num + first
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise fault(
                marked(
                    "this row cannot be read (%(why)s). A quote that is opened must be closed; quotes inside quotes "
                    "are doubled."
                ),
                file=name, place=number, why=str(error),
            ) from error  # fmt: skip
        if row is None:
            return
        is_rule = separator == "|" and all(_RULE.fullmatch(cell) or not cell.strip() for cell in row)
        if any(cell.strip() for cell in row[MOST_COLUMNS:]):
            raise fault(
                marked("more than %(most)s columns, which is no list of pitches."),
                file=name, place=number, most=MOST_COLUMNS,
            )  # fmt: skip
        row = row[:MOST_COLUMNS]
        if any(cell.strip() for cell in row) and not is_rule:
            yield number, row

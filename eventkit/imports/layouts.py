"""What a workbook says of a sheet beside its cells: which lines and columns are hidden, and which cells are one."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import range_boundaries

from eventkit.imports.tables import Cells

MOST_COLUMNS = 200  # of a sheet that is read
MOST_FILLED = 200_000  # cells: a merge may say that it is a million lines high
# Linear: each ends at the next bracket.
_TAG = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^<>]*)>")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>")
_SAID = re.compile(r'\b(r|min|max|hidden|ref)="([^"]*)"')


class Continued(str):
    """The text of a cell that goes on from the one above: both are one in the sheet."""

    __slots__ = ()


@dataclass(frozen=True)
class SheetLayout:
    """Numbers of hidden lines and columns, and (column, first line, last line) of cells that are one."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    errors: set[tuple[int, int]] = field(default_factory=set)  # (line, column) of cells that show an error

    def filled(self, rows: list[Cells]) -> list[Cells]:
        """The rows, with what stands in the first of several lines that are one cell in all of them."""
        numbers, left = [number for number, _ in rows], MOST_FILLED
        for column, first, last in self.merged:
            at = bisect_left(numbers, first)
            if at == len(rows) or numbers[at] != first or not (text := _cell(rows[at][1], column)).strip():
                continue
            for _number_of, cells in _until(rows, at + 1, last):
                left -= 1
                if left < 0 or _cell(cells, column):
                    break
                if column <= len(cells):
                    cells[column - 1] = Continued(text)
                else:
                    cells += [""] * (column - 1 - len(cells)) + [Continued(text)]
        return rows


def read(xml: bytes) -> SheetLayout:
    """The layout that a sheet's part of a workbook says."""
    found, counted = SheetLayout(), 0
    for tag in _TAG.finditer(xml):
        said = dict(_SAID.findall(tag[2].decode("utf-8", "replace")))
        hidden = said.get("hidden") in ("1", "true")
        if tag[1] == b"row":
            counted = _number(said.get("r"), counted + 1)
            if hidden:
                found.hidden_rows.add(counted)
        elif tag[1] == b"col" and hidden:
            first, last = _number(said.get("min"), 0), min(_number(said.get("max"), 0), MOST_COLUMNS)
            found.hidden_columns.update(range(first, last + 1))
        elif tag[1] == b"mergeCell" and re.fullmatch(r"[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}", said.get("ref", "")):
            column, first, _last_column, last = range_boundaries(said["ref"])
            if last > first:
                found.merged.append((column, first, last))
    for cell in _ERROR.finditer(xml) if b't="e"' in xml else ():
        if b't="e"' in cell[1] and (ref := re.search(rb'\br="([A-Z]{1,3}\d{1,7})"', cell[1])):
            column, line, _last_column, _last = range_boundaries(ref[1].decode())
            found.errors.add((line, column))
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else otherwise


def _cell(cells: list[str], column: int) -> str:
    return cells[column - 1] if column <= len(cells) else ""


def _until(rows: list[Cells], at: int, last: int) -> Iterator[Cells]:
    """The rows from one on to the line with a number."""
    while at < len(rows) and rows[at][0] <= last:
        yield rows[at]
        at += 1

"""What all converters share: a problem's JSON while it is put together, and errors that name a file and a line."""

from __future__ import annotations

import csv
import io
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Document = dict[str, Any]
"""A problem as `twofeet-problem/1` JSON."""

FORMAT = "twofeet-problem/1"
LARGEST = 200 * 1024 * 1024  # bytes of a file
csv.field_size_limit(2**24)


class ConvertError(ValueError):
    """A file that is not of the format; the message names the file and the line, in one line."""


def text(path: Path) -> str:
    """The file's text, which is UTF-8 (or UTF-16 and says so). Raises ConvertError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ConvertError(f"{path.name}: {error.strerror}") from error
    if len(content) > LARGEST:
        raise ConvertError(f"{path.name}: larger than {LARGEST // 2**20} MB")
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        found = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConvertError(f"{path.name}, line {line}: no UTF-8 text; save the file as UTF-8") from error
    if "\0" in found:
        raise ConvertError(f"{path.name}: no text file")
    return found


def lines(path: Path) -> list[tuple[int, str]]:
    """(number, line) of all lines that are not blank, whatever ends them. Raises ConvertError."""
    split = re.split("\r\n|\r|\n", text(path))
    return [(number, line.strip()) for number, line in enumerate(split, 1) if line.strip()]


def cells(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the rows of a CSV file that are not blank. Raises ConvertError."""
    reader = csv.reader(io.StringIO(text(path), newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise ConvertError(f"{path.name}, line {reader.line_num}: {error}") from error


def table(
    path: Path, rows: Iterator[tuple[int, list[str]]], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of rows of which the first names the columns. Raises ConvertError."""
    line, head = next(rows, (1, []))
    names = [name.casefold() for name in head]
    for name in needed:
        if names.count(name) != 1:
            there = "no" if name not in names else "more than one"
            found = ", ".join(names) or "none"
            raise ConvertError(f"{path.name}, line {line}: there is {there} column {name}; there are: {found}")
    least = 1 + max(names.index(name) for name in needed)
    for line, row in rows:
        if len(row) < least or any(row[len(names) :]):
            raise ConvertError(f"{path.name}, line {line}: {len(row)} cells where there are {len(names)} columns")
        yield line, dict(zip(names, row, strict=False))


def whole(path: Path, line: int, value: str) -> int:
    """A whole number of a file. Raises ConvertError."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise ConvertError(f"{path.name}, line {line}: {value[:20]!r} is no whole number")
    return int(value)


def from_json(path: Path) -> Any:
    """What a JSON file says. Raises ConvertError."""
    try:
        return json.loads(text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConvertError):
            raise
        raise ConvertError(f"{path.name}: no JSON ({error})") from error

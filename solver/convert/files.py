"""What all converters share: a problem's JSON while it is put together, and errors that name a file and a line."""

from __future__ import annotations

import csv
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
    """The file's text. Raises ConvertError."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConvertError(f"{path.name}: larger than {LARGEST // 2**20} MB")
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ConvertError(f"{path.name}: {error.strerror}") from error


def rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, fields by column) of a CSV file whose first line names its columns. Raises ConvertError."""
    reader = csv.DictReader(text(path).splitlines())
    names = [name.strip().casefold() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    if missing := [name for name in needed if name not in names]:
        raise ConvertError(f"{path.name}: there is no column {missing[0]}; there are: {', '.join(names) or 'none'}")
    try:
        for row in reader:
            yield reader.line_num, {name: (row.get(name) or "").strip() for name in names if name}
    except csv.Error as error:
        raise ConvertError(f"{path.name}, line {reader.line_num}: {error}") from error


def whole(path: Path, line: int, value: str) -> int:
    """A whole number of a file. Raises ConvertError."""
    try:
        return int(value)
    except ValueError:
        raise ConvertError(f"{path.name}, line {line}: {value[:20]!r} is no whole number") from None

"""Converters: public files of ballots and timetables become problems; `python -m solver.convert FORMAT FILE`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from solver.convert import conference, itc2007, mdgplib, pabulib, polis, preflib
from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document
from solver.model.json_format import parse
from solver.model.problem import ProblemError

Converter = Callable[[list[Path], Cells], Document]

CONVERTERS: dict[str, Converter] = {
    "conference": conference.convert,
    "itc2007": itc2007.convert,
    "itc2007-hosts": itc2007.convert_hosting,
    "mdgplib": mdgplib.convert,
    "pabulib": pabulib.convert,
    "polis": polis.convert,
    "preflib": preflib.convert,
}


def convert(kind: str, paths: list[Path], cells: Cells) -> Document:
    """The problem of the files, which is one that the solver takes. Raises ConvertError."""
    if len(paths) > 1 and kind != "polis":
        raise ConvertError(f"{paths[1].name}: {kind} is one file, and this is another")
    document = CONVERTERS[kind](paths, cells)
    try:
        parse(document)
    except ProblemError as error:
        raise ConvertError(f"{paths[0].name}: {error}") from error
    return document


__all__ = ["CONVERTERS", "Cells", "ConvertError", "Converter", "Document", "convert"]

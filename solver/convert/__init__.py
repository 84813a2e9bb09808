"""Converters: public files of ballots and timetables become problems; `python -m solver.convert FORMAT FILE`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from solver.convert import itc2007, mdgplib, pabulib, polis, preflib
from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document

Converter = Callable[[list[Path], Cells], Document]

CONVERTERS: dict[str, Converter] = {
    "itc2007": itc2007.convert,
    "itc2007-hosts": itc2007.convert_hosting,
    "mdgplib": mdgplib.convert,
    "pabulib": pabulib.convert,
    "polis": polis.convert,
    "preflib": preflib.convert,
}

__all__ = ["CONVERTERS", "Cells", "ConvertError", "Converter", "Document"]

"""Pabulib: participatory budgeting (`.pb`); a project approved is wanted, whatever the money.

Format: https://pabulib.org/format. Of ordinal ballots the first choice is a must go; points of cumulative and scoring
ballots are strengths by the voter's own greatest number of points.
"""

from __future__ import annotations

import csv
from math import ceil
from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, text

SECTIONS = ("META", "PROJECTS", "VOTES")


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a .pb file. Raises ConvertError."""
    path = paths[0]
    sections = _sections(path)
    meta = {row[0].strip().casefold(): row[1].strip() for _, row in sections["META"] if len(row) > 1}
    kind = meta.get("vote_type", "approval").casefold()
    projects = _table(path, sections["PROJECTS"], "project_id")
    known = [row["project_id"] for _, row in projects]
    ballots = {}
    for line, row in _table(path, sections["VOTES"], "voter_id"):
        chosen = [project.strip() for project in row.get("vote", "").split(",") if project.strip()]
        if unknown := [project for project in chosen if project not in set(known)]:
            raise ConvertError(f"{path.name}, line {line}: there is no project {unknown[0]!r}")
        ballots[row["voter_id"]] = _strengths(kind, chosen, row.get("points", ""))
    return cells.problem(known, ballots)


def _strengths(kind: str, chosen: list[str], points: str) -> dict[str, int]:
    if kind == "ordinal":
        return {project: 3 if place == 0 else 1 for place, project in enumerate(chosen)}
    if kind in ("cumulative", "scoring") and points:
        given = [_number(point) for point in points.split(",")]
        most = max(given, default=0.0)
        if most > 0 and len(given) == len(chosen):
            return {it: max(1, ceil(3 * point / most)) for it, point in zip(chosen, given, strict=True) if point > 0}
    return dict.fromkeys(chosen, 1)


def _number(point: str) -> float:
    try:
        return float(point)
    except ValueError:
        return 0.0


def _sections(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """The rows of each section, the line of each first."""
    found: dict[str, list[tuple[int, list[str]]]] = {name: [] for name in SECTIONS}
    current = ""
    for number, row in enumerate(csv.reader(text(path).splitlines(), delimiter=";"), 1):
        if len(row) == 1 and row[0].strip().upper() in SECTIONS:
            current = row[0].strip().upper()
        elif current and row:
            found[current].append((number, row))
    if not found["PROJECTS"] or not found["VOTES"]:
        raise ConvertError(f"{path.name}: there is no section PROJECTS or VOTES")
    return found


def _table(path: Path, section: list[tuple[int, list[str]]], needed: str) -> list[tuple[int, dict[str, str]]]:
    names = [name.strip().casefold() for name in section[0][1]]
    if needed not in names:
        raise ConvertError(f"{path.name}, line {section[0][0]}: there is no column {needed}")
    return [(line, dict(zip(names, (cell.strip() for cell in row), strict=False))) for line, row in section[1:]]

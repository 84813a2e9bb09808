"""Pabulib: participatory budgeting (`.pb`); a project approved is wanted, whatever the money.

Format: https://pabulib.org/format. Of ordinal ballots the first choice is a must go; points of cumulative and scoring
ballots are strengths by the voter's own greatest number of points. What META counts must be what the file has.
"""

from __future__ import annotations

from math import ceil, isfinite
from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, table, whole
from solver.convert.files import cells as csv_cells

SECTIONS = ("META", "PROJECTS", "VOTES")
CHOSEN = ("approval", "choose-1")  # vote types: projects as they are, in order, or with points
SCORED = ("cumulative", "scoring")
Rows = list[tuple[int, list[str]]]


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a .pb file. Raises ConvertError."""
    path = paths[0]
    sections = _sections(path)
    meta = {row[0].casefold(): (line, row[1]) for line, row in sections["META"] if len(row) > 1}
    _, kind = meta.get("vote_type", (0, ""))
    kind = kind.casefold()
    if kind not in (*CHOSEN, *SCORED, "ordinal"):
        raise ConvertError(
            f"{path.name}: vote_type is {kind or 'missing'}, none of approval, ordinal, cumulative, scoring"
        )
    known: dict[str, None] = {}
    for line, row in table(path, iter(sections["PROJECTS"]), ("project_id",)):
        _once(path, line, "project", row["project_id"], known)
        known[row["project_id"]] = None
    ballots: dict[str, dict[str, int]] = {}
    needed = ("voter_id", "vote", "points") if kind in SCORED else ("voter_id", "vote")
    for line, row in table(path, iter(sections["VOTES"]), needed):
        _once(path, line, "voter", row["voter_id"], ballots)
        chosen = [project.strip() for project in row["vote"].split(",") if project.strip()]
        for place, project in enumerate(chosen):
            if project not in known:
                raise ConvertError(f"{path.name}, line {line}: there is no project {project!r}")
            if project in chosen[:place]:
                raise ConvertError(f"{path.name}, line {line}: project {project!r} stands twice in one vote")
        points = _points(path, line, row["points"], kind) if kind in SCORED else []
        if kind in SCORED and len(points) != len(chosen):
            raise ConvertError(f"{path.name}, line {line}: {len(points)} points for {len(chosen)} projects")
        ballots[row["voter_id"]] = _strengths(kind, chosen, points)
    for key, found in (("num_projects", len(known)), ("num_votes", len(ballots))):
        if key in meta and (said := whole(path, *meta[key])) != found:
            raise ConvertError(f"{path.name}: META says {key} {said:,}, and the file has {found:,}; is it whole?")
    return cells.problem(path, list(known), ballots)


def _once(path: Path, line: int, what: str, name: str, known: dict[str, None] | dict[str, dict[str, int]]) -> None:
    if not name:
        raise ConvertError(f"{path.name}, line {line}: there is no {what}_id")
    if name in known:
        raise ConvertError(f"{path.name}, line {line}: {what} {name!r} is there twice")


def _strengths(kind: str, chosen: list[str], points: list[float]) -> dict[str, int]:
    if kind == "ordinal":
        return {project: 3 if place == 0 else 1 for place, project in enumerate(chosen)}
    if kind in SCORED:
        most = max(points, default=0.0)
        return {it: max(1, ceil(3 * point / most)) for it, point in zip(chosen, points, strict=True) if point > 0}
    return dict.fromkeys(chosen, 1)


def _points(path: Path, line: int, points: str, kind: str) -> list[float]:
    """The points of one vote; below zero (not wanted) only where each is scored by itself. Raises ConvertError."""
    found = []
    for point in filter(None, (it.strip() for it in points.split(","))):
        try:
            number = float(point)
        except ValueError:
            number = float("nan")
        if not isfinite(number) or (number < 0 and kind == "cumulative"):
            raise ConvertError(f"{path.name}, line {line}: {point[:20]!r} is no number of points")
        found.append(number)
    return found


def _sections(path: Path) -> dict[str, Rows]:
    """The rows of each section, the line of each first."""
    found: dict[str, Rows] = {}
    current: Rows | None = None
    for line, row in csv_cells(path, ";"):
        name = row[0].upper()
        if name in SECTIONS and not any(row[1:]):
            if name in found:
                raise ConvertError(f"{path.name}, line {line}: a second section {name}")
            current = found[name] = []
        elif current is None:
            raise ConvertError(f"{path.name}, line {line}: not a Pabulib file, which begins with META")
        else:
            current.append((line, row))
    if missing := [name for name in SECTIONS if not found.get(name)]:
        raise ConvertError(f"{path.name}: there is no section {missing[0]}, or nothing in it")
    return found

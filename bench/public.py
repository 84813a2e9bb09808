"""The solver on public files that you have: kept of attainable, the bound, seconds, beside the published figure if any.

    python bench/public.py comp-2007-2-1.tim data/*.pb votes.csv --seconds 20
    python bench/public.py comp-2007-2-1.tim --as itc2007-hosts

The kind of a file is told by its ending (`--as` says otherwise): .tim ITC-2007 post-enrolment, .cat .soi .soc .toi .toc
PrefLib, .pb Pabulib, .csv Polis votes, .txt MDGPLIB, .json twofeet-problem/1. No such file is part of this project.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from solver import Assignment, Incumbent, Problem, parse, solve, violations  # noqa: E402
from solver.convert import CONVERTERS, Cells, ConvertError, convert  # noqa: E402
from solver.convert.files import from_json  # noqa: E402

KINDS = {".tim": "itc2007", ".pb": "pabulib", ".csv": "polis", ".txt": "mdgplib"}
KINDS |= dict.fromkeys((".cat", ".soi", ".soc", ".toi", ".toc"), "preflib")

PROBLEM, INVALID = "problem", "INVALID"
PUBLISHED = {"itc2007": "all placed, 0 missed", "itc2007-hosts": "all placed"}
"""What is known to be possible: each of the 24 files of ITC-2007's track 2 has a timetable without a clash."""


def main() -> int:
    """Run what was asked for and print a row a file; 1 where a file was refused or a grid breaks a rule."""
    options, failed = _options(), 0
    print("| file | people x sessions, cells | placed | kept of attainable | total | bound | seconds | published |")
    print("|---|---|--:|--:|--:|--:|--:|---|")
    for path in options.files:
        try:
            kind, document = _document(path, options)
            problem = parse(document)
        except ValueError as error:
            failed = 1
            print(f"| {path.name} | {' '.join(str(error).split()).replace('|', '/')} ||||||", flush=True)
            continue
        row = _row(path, kind, problem, options)
        failed |= INVALID in row
        print(row, flush=True)
    return failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--as", dest="kind", choices=[*CONVERTERS, PROBLEM], help="what the files are")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=6)
    parser.add_argument("--top", type=int, default=None)
    parser.add_argument("--seats", type=float, default=0.7)
    return parser.parse_args()


def _document(path: Path, options: argparse.Namespace) -> tuple[str, Any]:
    """What kind of file it is, and its problem; raises ValueError."""
    kind = options.kind or KINDS.get(path.suffix.lower(), "")
    if kind and kind != PROBLEM:
        return kind, convert(kind, [path], Cells(options.slots, None, options.top, options.seats))
    if not kind and path.suffix.lower() != ".json":
        raise ConvertError(f"nobody knows what a file {path.suffix or 'without an ending'} is; --as says it")
    document = from_json(path)
    if not kind and isinstance(document, dict) and "events" in document:
        return "conference", convert("conference", [path], Cells())
    return PROBLEM, document


def _row(path: Path, kind: str, problem: Problem, options: argparse.Namespace) -> str:
    began = time.monotonic()
    last: Incumbent | None = None
    best = 0.0
    for answer in solve(problem, options.seconds, 2, options.seed):
        if last is None or (answer.placed, answer.total) > (last.placed, last.total):
            best = time.monotonic() - began
        last = answer
    assert last is not None
    grid = [Assignment(it.session, it.slot, it.room) for it in last.grid]
    broken = violations(problem, grid)
    bound = "–" if last.bound is None else f"{last.bound:,.2f}"
    size = f"{len(problem.people):,} x {len(problem.sessions)}, {len(problem.slots)} x {len(problem.rooms)}"
    figures = f"{last.placed} | {last.kept:,} of {last.attainable:,} | {last.total:,.2f} | {bound} | {best:.1f}"
    return f"| {path.name} | {size} | {INVALID if broken else figures} | {PUBLISHED.get(kind, '–')} |"


if __name__ == "__main__":
    sys.exit(main())

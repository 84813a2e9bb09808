"""The solver on public files that you have: kept of attainable, the bound, seconds, beside the published figure if any.

    python bench/public.py comp-2007-2-1.tim data/*.pb votes.csv --seconds 20
    python bench/public.py comp-2007-2-1.tim --as itc2007-hosts

The kind of a file is told by its ending (`--as` says otherwise): .tim ITC-2007 post-enrolment, .cat .soi .soc .toi .toc
PrefLib, .pb Pabulib, .csv Polis votes, .txt MDGPLIB, .json twofeet-problem/1. No such file is part of this project.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from solver import Assignment, Incumbent, Problem, parse, solve, violations  # noqa: E402
from solver.convert import CONVERTERS, Cells, ConvertError  # noqa: E402

KINDS = {".tim": "itc2007", ".pb": "pabulib", ".csv": "polis", ".txt": "mdgplib"}
KINDS |= dict.fromkeys((".cat", ".soi", ".soc", ".toi", ".toc"), "preflib")

PUBLISHED = {"itc2007": "all placed, 0 missed", "itc2007-hosts": "all placed"}
"""What is known to be possible: each of the 24 files of ITC-2007's track 2 has a timetable without a clash."""


def main() -> None:
    """Run what was asked for and print a row a file."""
    options = _options()
    print("| file | people x sessions, cells | placed | kept of attainable | total | bound | seconds | published |")
    print("|---|---|--:|--:|--:|--:|--:|---|")
    for path in options.files:
        kind = options.kind or KINDS.get(path.suffix.lower(), "problem")
        try:
            problem = parse(_document(path, kind, options))
        except (ConvertError, ValueError) as error:
            print(f"| {path.name} | {error} ||||||", flush=True)
            continue
        print(_row(path, kind, problem, options), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--as", dest="kind", choices=[*CONVERTERS, "problem"], help="what the files are")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=6)
    parser.add_argument("--top", type=int, default=None)
    parser.add_argument("--seats", type=float, default=0.7)
    return parser.parse_args()


def _document(path: Path, kind: str, options: argparse.Namespace) -> Any:
    if kind == "problem":
        return json.loads(path.read_text(encoding="utf-8"))
    return CONVERTERS[kind]([path], Cells(options.slots, None, options.top, options.seats))


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
    kept = f"{last.kept:,} of {last.attainable:,}" if hasattr(last, "attainable") else f"{last.kept:,}"
    figures = f"{last.placed} | {kept} | {last.total:,.2f} | {bound} | {best:.1f}"
    return f"| {path.name} | {size} | {'INVALID' if broken else figures} | {PUBLISHED.get(kind, '–')} |"


if __name__ == "__main__":
    main()

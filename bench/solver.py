"""The solver beside its peers on every instance: totals after 1 to 30 s, the bound, how soon it is near the best.

    python bench/solver.py                 every instance in ../shared/instances, 3 seeds, 30 s each, all peers
    python bench/solver.py --quick         one seed, 5 s
    python bench/solver.py --instances DIR --seconds 60 --seeds 1 2 --peers greedy chance

Wall clock from process start. Totals are scored and checked afresh here; a grid that breaks a rule counts for nothing.
The best known totals are kept in bench/best_known.json, which grows. Peers from the package index are installed into an
environment of their own, var/peers, with --install.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from solver import (  # noqa: E402
    Assignment,
    Problem,
    parse,
    score,
    violations,
)

BEST_KNOWN = ROOT / "bench" / "best_known.json"
ENVIRONMENT = ROOT / "var" / "peers"
PACKAGES = ["conference-scheduler==3.0.1", "timefold==1.24.0b0"]
MARKS = (1, 2, 5, 10, 30)
OURS = "twofeet"
PEERS = {"plain_cpsat": False, "greedy": False, "chance": False, "conference": True, "timefold_model": True}
GRACE = 30  # seconds that a peer may take beyond its time (a Java machine starts slowly) before it is ended


@dataclass
class Run:
    """What one process printed: (seconds, placed, total) of each valid grid, best first to last, and the last bound."""

    name: str
    seed: int
    grids: list[tuple[float, int, float]] = field(default_factory=list)
    bound: float | None = None
    status: str = ""
    broken: int = 0

    def at(self, seconds: float) -> tuple[int, float] | None:
        """The best grid up to a moment, as (placed, total)."""
        found = [(placed, total) for when, placed, total in self.grids if when <= seconds]
        return max(found) if found else None

    def within(self, best: tuple[int, float], share: float) -> float | None:
        """When the total came within a share of the best known, as many placed."""
        for when, placed, total in self.grids:
            if placed == best[0] and total >= best[1] - share * abs(best[1]):
                return when
        return None


def main() -> None:
    """Run what was asked for and print the tables."""
    options = _options()
    if options.install:
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "-q", *PACKAGES], check=True)
    known = json.loads(BEST_KNOWN.read_text()) if BEST_KNOWN.exists() else {}
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    for path in sorted(options.instances.glob("*.json")):
        if options.only and path.stem not in options.only:
            continue
        _instance(path, options, known)
        BEST_KNOWN.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, default=ROOT.parent / "shared" / "instances")
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--quick", action="store_true", help="one seed, five seconds")
    parser.add_argument("--install", action="store_true", help="install the peers' packages first")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.seeds = 5, options.seeds[:1]
    return options


def _instance(path: Path, options: argparse.Namespace, known: dict[str, Any]) -> None:
    data = json.loads(path.read_text())
    problem = parse(data)
    runs = [_ours(path, problem, seed, options.seconds) for seed in options.seeds]
    for name in options.peers:
        if not PEERS[name] or (ENVIRONMENT / "bin" / "python").exists():
            runs.append(_peer(name, path, problem, options.seeds[0], options.seconds))
    key = f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
    before = known.get(key, {"placed": -1, "total": 0.0})
    best = max([(before["placed"], before["total"]), *(run.at(1e9) or (-1, 0.0) for run in runs)])
    known[key] = {"placed": best[0], "total": round(best[1], 6)}
    _print(path.stem, problem, runs, best, options.seconds)


def _ours(path: Path, problem: Problem, seed: int, seconds: float) -> Run:
    command = [
        sys.executable,
        "-m",
        "solver",
        str(path),
        "--seconds",
        str(seconds),
        "--workers",
        "2",
        "--seed",
        str(seed),
    ]
    return _run(OURS, command, problem, seed, seconds)


def _peer(name: str, path: Path, problem: Problem, seed: int, seconds: float) -> Run:
    python = str(ENVIRONMENT / "bin" / "python") if PEERS[name] else sys.executable
    command = [
        python,
        str(ROOT / "bench" / "peers" / f"{name}.py"),
        str(path),
        "--seconds",
        str(seconds),
        "--seed",
        str(seed),
    ]
    return _run(name, command, problem, seed, seconds)


def _run(name: str, command: list[str], problem: Problem, seed: int, seconds: float) -> Run:
    run, began = Run(name, seed), time.monotonic()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    late = threading.Timer(seconds + GRACE, child.kill)
    late.start()
    lines = [(time.monotonic() - began, line) for line in child.stdout or ()]
    child.wait()
    late.cancel()
    for when, line in lines:
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if not isinstance(data, dict) or "grid" not in data:
            continue
        grid = [Assignment(entry["session"], entry["slot"], entry["room"]) for entry in data["grid"]]
        run.bound = data.get("bound") if data.get("bound") is not None else run.bound
        run.status = data.get("status", run.status)
        if violations(problem, grid):
            run.broken += 1
        else:
            found = score(problem, grid)
            run.grids.append((when, found.placed, found.total))
    return run


def _print(title: str, problem: Problem, runs: list[Run], best: tuple[int, float], seconds: float) -> None:
    people, sessions, slots, rooms = map(len, (problem.people, problem.sessions, problem.slots, problem.rooms))
    size = f"{people} people, {sessions} sessions, {slots} x {rooms} cells"
    print(f"### {title} ({size}); best known {best[1]:.3f} with {best[0]} placed\n")
    marks = [mark for mark in MARKS if mark <= seconds]
    print(
        "| solver | seed | "
        + " | ".join(f"{mark} s" for mark in marks)
        + " | placed | of best | bound | to 1 % | to 0.5 % |"
    )
    print("|---|--:|" + "--:|" * (len(marks) + 5))
    for run in runs:
        last = run.at(1e9)
        totals = " | ".join(_total(run.at(mark), best) for mark in marks)
        share = f"{100 * last[1] / best[1]:.2f} %" if last and best[1] and last[0] == best[0] else "–"
        bound = "–" if run.bound is None else f"{run.bound:.2f} (+{100 * (run.bound / best[1] - 1):.2f} %)"
        near = " | ".join("–" if (t := run.within(best, x)) is None else f"{t:.2f} s" for x in (0.01, 0.005))
        placed = "none valid" if last is None else str(last[0])
        status = f" {run.status}" if run.status == "optimal" else ""
        print(f"| {run.name} | {run.seed} | {totals} | {placed} | {share}{status} | {bound} | {near} |")
    print(flush=True)


def _total(found: tuple[int, float] | None, best: tuple[int, float]) -> str:
    if found is None:
        return "–"
    return f"{found[1]:.2f}" + ("" if found[0] == best[0] else f" ({found[0]} placed)")


if __name__ == "__main__":
    main()

"""A second opinion on a grid, straight from the words of the design and sharing no code with the solver."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

Grid = dict[str, tuple[str, str]]  # session to (slot, room)


def allowed(problem: dict[str, Any], grid: Grid) -> bool:
    """Say whether a grid keeps the hard rules."""
    frozen = {slot["id"] for slot in problem["slots"] if slot["frozen"]}
    fixed = {p["session"]: (p["slot"], p["room"]) for p in problem["previous"] if p["slot"] in frozen}
    known = {session["id"] for session in problem["sessions"]}
    if len(set(grid.values())) < len(grid) or any(grid.get(s) != cell for s, cell in fixed.items() if s in known):
        return False
    away = {person["id"]: person["absent"] for person in problem["people"]}
    busy: set[tuple[str, str]] = set()
    for session in problem["sessions"]:
        slot, room = grid.get(session["id"], (None, None))
        if slot is None or fixed.get(session["id"]) == (slot, room):
            continue
        hosts = {(host, slot) for host in session["hosts"]}
        if slot in frozen or busy & hosts or any(slot in away.get(host, ()) for host in session["hosts"]):
            return False
        busy |= hosts
        place = next(r for r in problem["rooms"] if r["id"] == room)
        pin = session["pin"] or {}
        if slot in place["closed"] or not set(session["needs"]) <= set(place["features"]):
            return False
        if session["slots"] is not None and slot not in session["slots"]:
            return False
        if pin.get("slot", slot) != slot or pin.get("room", room) != room:
            return False
    return True


def total(problem: dict[str, Any], grid: Grid) -> Fraction:
    """Return the total of a valid grid, in exact fractions."""
    weights = {"turned_away": 0.5, "moved": 5, "topic": 0.25, "fairness": "harmonic"} | problem["weights"]
    wants = {person["id"]: dict(person["wants"]) for person in problem["people"]}
    away = {person["id"]: set(person["absent"]) for person in problem["people"]}
    hosted: dict[str, set[str]] = {}
    for session in problem["sessions"]:
        for host in session["hosts"]:
            wants.setdefault(host, {})[session["id"]] = 3
            hosted.setdefault(host, set()).add(session["id"])
    harmony, heads = Fraction(0), dict.fromkeys((s["id"] for s in problem["sessions"]), Fraction(0))
    for person, wanted in wants.items():
        strengths = []
        for slot in {cell[0] for cell in grid.values()} - away.get(person, set()):
            here = {s: k for s, k in wanted.items() if grid.get(s, (None,))[0] == slot}
            own = [s for s in here if s in hosted.get(person, ())]
            here = {own[0]: 3} if own else here
            if here:
                strengths.append(max(here.values()))
                going = [s for s, k in here.items() if k == strengths[-1]]
                for s in going:
                    heads[s] += Fraction(1, len(going))
        strengths.sort(reverse=True)
        for place, strength in enumerate(strengths, 1):
            harmony += Fraction(strength, place if weights["fairness"] == "harmonic" else 1)
    cost = Fraction(weights["turned_away"]) * _turned_away(problem, grid, heads, wants)
    cost += Fraction(weights["moved"]) * _moved(problem, grid)
    pairs = sum(
        a["topic"] == b["topic"] and bool(a["topic"]) and grid[a["id"]][0] == grid[b["id"]][0]
        for a, b in combinations([s for s in problem["sessions"] if s["id"] in grid], 2)
    )
    return Fraction(harmony - cost - Fraction(weights["topic"]) * pairs)


def _turned_away(
    problem: dict[str, Any], grid: Grid, heads: dict[str, Fraction], wants: dict[str, dict[str, int]]
) -> Fraction:
    seats = {room["id"]: room["capacity"] for room in problem["rooms"]}
    lacking = Fraction(0)
    for session in problem["sessions"]:
        if session["id"] not in grid:
            continue
        crowd, wanting = session["crowd"], sum(session["id"] in wanted for wanted in wants.values())
        demand = heads[session["id"]]
        if crowd is not None:
            demand = demand * Fraction(crowd) / wanting if wanting else Fraction(crowd)
        lacking += max(Fraction(0), demand - seats[grid[session["id"]][1]])
    return lacking


def _moved(problem: dict[str, Any], grid: Grid) -> Fraction:
    frozen = {slot["id"] for slot in problem["slots"] if slot["frozen"]}
    known = {session["id"] for session in problem["sessions"]}
    moved = Fraction(0)
    for before in problem["previous"]:
        if before["session"] in known and before["slot"] not in frozen:
            slot, room = grid.get(before["session"], (None, None))
            moved += 1 if slot != before["slot"] else Fraction(1, 4) * (room != before["room"])
    return moved


def best(problem: dict[str, Any]) -> tuple[int, Fraction]:
    """Return the most sessions that can be placed, and the greatest total with as many, by trying every grid."""
    cells = [(slot["id"], room["id"]) for slot in problem["slots"] for room in problem["rooms"]]
    names = [session["id"] for session in problem["sessions"]]
    found = (-1, Fraction(0))
    for choice in product([None, *cells], repeat=len(names)):
        grid = {s: cell for s, cell in zip(names, choice, strict=True) if cell is not None}
        if len(set(grid.values())) == len(grid) >= found[0] and allowed(problem, grid):
            found = max(found, (len(grid), total(problem, grid)))
    return found

"""What the peers share: reading a problem, who wants what, and printing grids in the solver's manner."""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

STARTED = time.monotonic()
Cell = tuple[str, str]


def arguments() -> argparse.Namespace:
    """Read the command line: a problem, --seconds, --seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def tell(place: dict[str, Cell]) -> None:
    """Print a grid as one line."""
    grid = [{"session": session, "slot": slot, "room": room} for session, (slot, room) in place.items()]
    print(json.dumps({"elapsed": time.monotonic() - STARTED, "grid": grid}), flush=True)


class Day:
    """A problem as plain lists and dictionaries: `wants` (hosts included), `fans`, `cells` allowed to a session."""

    def __init__(self, path: Path) -> None:
        """Read the problem."""
        self.problem: dict[str, Any] = json.loads(path.read_text())
        self.slots = [slot["id"] for slot in self.problem["slots"]]
        self.rooms = {room["id"]: room for room in self.problem["rooms"]}
        self.sessions = {session["id"]: session for session in self.problem["sessions"]}
        self.wants = {p["id"]: dict(p.get("wants") or {}) for p in self.problem["people"]}
        self.absent = {p["id"]: set(p.get("absent") or []) for p in self.problem["people"]}
        for session in self.sessions.values():
            for host in session.get("hosts") or []:
                self.wants.setdefault(host, {})[session["id"]] = 3
        self.fans: dict[str, dict[str, int]] = defaultdict(dict)
        for person, wanted in self.wants.items():
            for session, strength in wanted.items():
                self.fans[session][person] = strength
        self.cells = {session: self._cells(session) for session in self.sessions}

    def _cells(self, name: str) -> list[Cell]:
        session = self.sessions[name]
        pin, hosts = session.get("pin") or {}, session.get("hosts") or []
        return [
            (slot, room)
            for slot in self.slots
            for room, data in self.rooms.items()
            if slot not in (data.get("closed") or [])
            and set(session.get("needs") or []) <= set(data.get("features") or [])
            and (session.get("slots") is None or slot in session["slots"])
            and pin.get("slot", slot) == slot
            and pin.get("room", room) == room
            and not any(slot in self.absent.get(host, ()) for host in hosts)
        ]

    def demand(self, name: str) -> float:
        """Heads that want a session, or its crowd."""
        crowd = self.sessions[name].get("crowd")
        return float(len(self.fans[name])) if crowd is None else float(crowd)

    def shared(self) -> dict[tuple[str, str], int]:
        """How many people want both of two sessions."""
        pairs: dict[tuple[str, str], int] = defaultdict(int)
        for wanted in self.wants.values():
            names = sorted(wanted)
            for i, one in enumerate(names):
                for other in names[i + 1 :]:
                    pairs[one, other] += 1
        return pairs

    def busy(self, name: str, slot: str, place: dict[str, Cell]) -> bool:
        """Whether a host of this session holds another one in this slot."""
        hosts = set(self.sessions[name].get("hosts") or [])
        return any(
            there[0] == slot and hosts & set(self.sessions[other].get("hosts") or []) for other, there in place.items()
        )

"""What goes down the streams of one event: each frame made once, for everybody who needs the same.

A feed is an event as one kind of page sees it. A page is told which kinds of thing changed since the number it has
seen, and fetches what it shows; a block that all see alike (the published grid) comes rendered in the frame. Since
frames say "this is not what it was", one frame replaces any number of older ones: who falls behind misses nothing.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from eventkit.storage.tables import Change, ChangeKind

KEPT = (
    2000  # changes of one event that are remembered; who comes back from longer ago is told that all may have changed
)
MOST_FRAMES = 64  # frames kept for phones that have seen the same; strangers may claim to have seen any number
LONGEST_REFS = 160  # bytes of ids in a frame; beyond, a page is told the kind only

EVERYTHING = tuple(ChangeKind)
HEARTBEAT = b"event: beat\ndata:\n\n"  # an event, not a comment, so that a page can notice its absence


@dataclass(frozen=True)
class View:
    """What one kind of page hears of: which kinds of change, how often, and which of them as a rendered block."""

    kinds: frozenset[ChangeKind]
    interval: float  # seconds between frames, at least
    blocks: tuple[tuple[ChangeKind, str], ...] = ()  # kind of change -> name of the block it renders anew


FOR_SCREENS = frozenset(set(EVERYTHING) - {ChangeKind.MODERATION})
FOR_PHONES = FOR_SCREENS - {ChangeKind.VOTE, ChangeKind.BUILD, ChangeKind.GRID}

VIEWS = {
    "phone": View(FOR_PHONES, interval=1.0),
    "grid": View(FOR_PHONES, interval=1.0, blocks=((ChangeKind.NOTICE, "grid"),)),
    "wall": View(FOR_SCREENS, interval=0.25),
    "organise": View(frozenset(EVERYTHING), interval=0.25),
}


class Ring:
    """The newest changes of one event: for each (kind, ids) the number of its last change, in order of numbers."""

    def __init__(self, recent: Sequence[Change]):
        self._lock = Lock()
        self._kept: dict[tuple[ChangeKind, str], tuple[int, dict[str, Any]]] = {}
        self._from = recent[0].id - 1 if len(recent) >= KEPT else 0  # all after this number are remembered
        self.extend(recent)

    def extend(self, batch: Iterable[Change]) -> None:
        """Remember more changes; the same thing changed again counts once, and the oldest are forgotten."""
        with self._lock:
            for change in batch:
                ref = {} if change.kind is ChangeKind.VOTE else change.ref  # who follows votes must not count them
                key = (change.kind, json.dumps(ref, sort_keys=True))
                self._kept.pop(key, None)
                self._kept[key] = (change.id, ref)
                if len(self._kept) > KEPT:
                    oldest = next(iter(self._kept))
                    self._from = self._kept.pop(oldest)[0]

    def since(self, cursor: int) -> Sequence[tuple[ChangeKind, dict[str, Any]]] | None:
        """What changed after number `cursor`; None where that is no longer all remembered."""
        with self._lock:
            if cursor < self._from:
                return None
            return [(kind, ref) for (kind, _), (number, ref) in self._kept.items() if number > cursor]


class Feed:
    """One event's frames for one view."""

    def __init__(self, ring: Ring, view: View, newest: int, render: Callable[[str], str], audience: Callable[[], int]):
        self.view = view
        self.newest = newest
        self.asked = time.monotonic()  # when somebody last came for it
        self.due = 0.0  # when the next frame may go out, on the monotonic clock
        self._ring = ring
        self._render = render
        self._audience = audience
        self._frames: dict[int, bytes] = {}
        self._blocks: dict[str, bytes] = {}

    def advance(self, newest: int, kinds: Iterable[ChangeKind]) -> None:
        """Changes up to number `newest` have arrived: frames made before are out of date."""
        changed = self.view.kinds.intersection(kinds)
        if not changed:
            return
        self.newest = newest
        self._frames = {}
        outdated = {name for kind, name in self.view.blocks if kind in changed}
        self._blocks = {name: block for name, block in self._blocks.items() if name not in outdated}
        self.due = max(self.due, time.monotonic())

    def sent(self) -> None:
        """A frame went out; the next one waits for the view's interval."""
        self.due = time.monotonic() + self.view.interval

    def since(self, cursor: int) -> bytes:
        """One frame for everything after `cursor` up to the `newest` there was when this was called; empty for nothing.

        Changes may arrive while a block is rendered, so what was made is kept with what was known when it was begun.
        """
        frame = self._frames.get(cursor)
        if frame is None:
            if len(self._frames) >= MOST_FRAMES:
                self._frames = {}
            frames = self._frames
            frame = frames[cursor] = self._make(cursor)
        return frame

    def delta(self, cursor: int) -> dict[str, Any] | None:
        """What changed after `cursor`, as the frame says it; None where nothing did."""
        if cursor >= self.newest:
            return None
        since = self._ring.since(cursor)
        told = [(kind, {}) for kind in EVERYTHING] if since is None else since
        changed = [(kind, ref) for kind, ref in told if kind in self.view.kinds]
        if not changed:
            return None
        delta: dict[str, Any] = {"kinds": sorted({kind.value for kind, _ in changed}), "spread": self._spread()}
        refs = _refs(changed)
        if since is not None and len(json.dumps(refs)) <= LONGEST_REFS:
            delta["refs"] = refs
        return delta

    def _make(self, cursor: int) -> bytes:
        newest, delta = self.newest, self.delta(cursor)
        if delta is None:
            return b""
        blocks = {name: self._block(name) for kind, name in self.view.blocks if kind.value in delta["kinds"]}
        text = json.dumps(delta, separators=(",", ":"))
        return b"".join(blocks.values()) + f"id: {newest}\nevent: change\ndata: {text}\n\n".encode()

    def _block(self, name: str) -> bytes:
        blocks = self._blocks
        if name not in blocks:
            lines = self._render(name).strip().splitlines()
            body = "".join(f"data: {line}\n" for line in lines)
            blocks[name] = f"event: block\n{body}\n".encode() if lines else b""
        return blocks[name]

    def _spread(self) -> int:
        """Seconds over which pages should fetch what changed, so that 5,000 do not come at once."""
        return self._audience() // 100


def _refs(changed: Iterable[tuple[ChangeKind, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The ids of what changed, by kind."""
    refs: dict[str, list[dict[str, Any]]] = {}
    for kind, ref in changed:
        refs.setdefault(kind.value, []).append(ref)
    return refs

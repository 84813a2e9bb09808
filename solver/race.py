"""The race: first grid, then better and better ones until time is up, the proof is complete or somebody says stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from math import inf
from threading import Event, Thread
from typing import TYPE_CHECKING

from solver.bound.process import MODEST, POLITE, BoundProcess
from solver.bound.trivial import quick
from solver.compiled import cache
from solver.explain.unplaced import unplaced
from solver.model.answer import Incumbent, incumbent
from solver.model.index import Cells, Index, index
from solver.model.json_format import check
from solver.model.problem import Assignment, Problem
from solver.model.tolerance import least_step, meets
from solver.search.assign_rooms import assign_rooms
from solver.search.board import Board
from solver.search.construct import start
from solver.search.plain import PlainSearch

if TYPE_CHECKING:
    from solver.search.anneal import AnnealingThread, SharedSearch

log = logging.getLogger(__name__)

PATIENCE = 0.6  # seconds to wait for the compiled search before the plain one sets in
SLICE = 0.05  # seconds between two looks at what the searches have found
LOADING = 0.1  # seconds that the plain search leaves to the loading after each slice of its own
QUIET = 0.4  # seconds without a better grid, at least, before the proof may have a core
EARLY, LATE = 5.0, 10.0  # between these seconds, at half of the time, the proof starts beside a search that goes on
PLAIN_HEAT = 0.2  # temperature of the plain search while the compiled one loads
HOTTEST, COLDEST = 1.0, 0.03  # temperatures of the plain search where it is the only one
COOLINGS = 40  # steps of temperature where moves are counted
CP_SAT_SHARE = 0.3  # part of the time that CP-SAT may take to place more sessions where the plain search follows


def solve(
    problem: Problem,
    seconds: float = 10.0,
    workers: int = 2,
    seed: int = 1,
    stop: Event | None = None,
    *,
    iterations: int | None = None,
    known: Iterable[Assignment] = (),
    known_bound: tuple[int, float] | None = None,
) -> Iterator[Incumbent]:
    """Yield better and better grids; the last one has `done` set and a status.

    `seconds` is wall time from the call, `workers` the threads to search with, `iterations` a budget of moves for
    each in place of the clock (with one worker and the same seed it gives the same grid). Setting `stop` ends the
    search within half a second. `known` is a grid to start from, as far as it still stands, `known_bound` what no grid
    with so many sessions placed can exceed, proven before (see `restricts`). Raises ProblemError for a problem that
    breaks the format; never yields an invalid grid.
    """
    check(problem)
    options = RunOptions(
        seconds=seconds,
        workers=max(1, workers),
        seed=seed,
        stop=stop or Event(),
        iterations=iterations,
        known=known,
        known_bound=known_bound,
    )
    yield from SolverRun(problem, options).run()


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What `solve` was asked for, besides the problem."""

    seconds: float
    workers: int
    seed: int
    stop: Event
    iterations: int | None
    known: Iterable[Assignment]
    known_bound: tuple[int, float] | None


class SolverRun:
    """One run of `solve`: what has been found, what is proven, and who is at work."""

    def __init__(self, problem: Problem, options: RunOptions) -> None:
        """Note what to solve; nothing runs yet."""
        self.began = time.monotonic()
        self.ends = self.began + options.seconds
        self.problem, self.options = problem, options
        self.workers, self.seed = options.workers, options.seed
        self.stop, self.iterations = options.stop, options.iterations
        self.best: Incumbent | None = None
        self.found_at = self.began
        self.proof: BoundProcess | None = None
        self._quick: dict[int, float] = {}  # by the number of sessions placed
        self.step = 0.0
        self.compiled = True

    def run(self) -> Iterator[Incumbent]:
        """Yield what `solve` yields."""
        view = index(self.problem)
        self.step = least_step(self.problem)
        board = start(view, self.options.known, self.stop.is_set)
        try:
            first = list(board.where)
            yield from self._offer(view, first if self.stop.is_set() else assign_rooms(view, first))
            if any(any(row) for row in view.mask) and not self._over():
                yield from self._improve(view, board)
        finally:
            if self.proof is not None:
                self.proof.end()
        assert self.best is not None
        proven = self._proven()
        yield replace(
            self.best,
            done=True,
            status="optimal" if proven else "feasible",
            bound=self.best.total if proven else self.best.bound,
            elapsed=time.monotonic() - self.began,
            compiled=self.compiled,
        )

    def _improve(self, view: Index, board: Board) -> Iterator[Incumbent]:
        """Race in compiled code once it is loaded; in plain Python until then, and where it cannot be."""
        if self.iterations is not None and not self.problem.plain:
            yield from self._place_more(view, board)
        loaded, plain = Loader(view), None
        loaded.join(PATIENCE if self.iterations is None else None, self._over)
        self.compiled = loaded.ready or self._over()
        while self.iterations is None and not self._over() and loaded.at_work:
            plain = plain or PlainSearch(board, self.seed)
            plain.run(10**9, PLAIN_HEAT, self._until(min(self.ends, time.monotonic() + SLICE)))
            yield from self._offer(view, assign_rooms(view, plain.best))
            loaded.join(LOADING, self._over)
        self.compiled = self.compiled or loaded.ready
        if self._over():
            return
        if loaded.ready:
            yield from self._race(view, plain.best if plain else list(board.where))
        else:
            yield from self._place_more(view, board)
            yield from self._search_plainly(view, board)

    def _place_more(self, view: Index, board: Board) -> Iterator[Incumbent]:
        """Let CP-SAT look for a grid with more sessions where some wait that may be placed."""
        from solver.search.cp_sat import ceiling, most_placed

        placed = sum(cell is not None for cell in board.where)
        if placed >= ceiling(view):
            return
        seconds = CP_SAT_SHARE * (self.ends - time.monotonic()) if self.iterations is None else 60.0
        found = most_placed(view, list(board.where), seconds, self.stop)
        if sum(cell is not None for cell in found) > placed:
            for s, cell in enumerate(board.where):
                if cell is not None and view.fixed[s] is None:
                    board.lift(s)
            for s, cell in enumerate(found):
                if cell is not None and view.fixed[s] is None:
                    board.drop(s, *cell)
            yield from self._offer(view, assign_rooms(view, found))

    def _search_plainly(self, view: Index, board: Board) -> Iterator[Incumbent]:
        """Anneal in plain Python, from hot to cold over the time or the budget of moves that is left."""
        search, began = PlainSearch(board, self.seed), time.monotonic()
        moves = max(1, (self.iterations or 0) // COOLINGS) if self.iterations is not None else 10**9
        part, step = 0.0, 0
        while part < 1.0 and not self._over():
            search.run(moves, HOTTEST * (COLDEST / HOTTEST) ** part, self._until(time.monotonic() + SLICE))
            yield from self._offer(view, assign_rooms(view, search.best))
            step += 1
            passed = (time.monotonic() - began) / max(1e-6, self.ends - began)
            part = step / COOLINGS if self.iterations is not None else passed

    def _race(self, view: Index, cells: Cells) -> Iterator[Incumbent]:
        from solver.search.anneal import start_threads

        shared, threads = start_threads(
            view, cells, self.workers, self.seed, self.ends, self.stop, moves=self.iterations
        )
        self._fill(view, shared, cells)
        version, rest = 0, 0.0
        while any(thread.is_alive() for thread in threads) and not self._over() and not self._proven():
            with shared.best.changed:
                if shared.best.version == version:
                    shared.best.changed.wait(SLICE)
            if shared.best.version != version and time.monotonic() >= rest:
                asked = time.monotonic()
                version, found = shared.best.cells()
                yield from self._offer(view, self._seated(view, found))
                rest = time.monotonic() + 4 * (time.monotonic() - asked)  # a fifth of one core is enough for telling
            yield from self._prove(shared, threads)
        shared.ends = 0.0
        for thread in threads:
            thread.join(0.3)
        yield from self._offer(view, self._seated(view, shared.best.cells()[1]))

    def _seated(self, view: Index, cells: Cells) -> Cells:
        """The grid with the best rooms: among longer sessions the search finds them by chance."""
        return cells if self.problem.plain else assign_rooms(view, cells)

    def _fill(self, view: Index, shared: SharedSearch, cells: Cells) -> None:
        """Let CP-SAT look, in the background, for a grid with more sessions where cells are left but some wait."""
        from solver.search.anneal import as_arrays
        from solver.search.cp_sat import ceiling, most_placed

        if self.iterations is not None or sum(cell is not None for cell in cells) >= ceiling(view):
            return

        def fill() -> None:
            found = most_placed(view, cells, self.ends - time.monotonic(), self.stop)
            shared.adopt(*as_arrays(view, found))

        Thread(target=fill, name="filler", daemon=True).start()

    def _offer(self, view: Index, cells: Cells) -> Iterator[Incumbent]:
        """Yield a grid if it is better than the best so far."""
        placed = sum(cell is not None for cell in cells)
        if placed not in self._quick:
            self._quick[placed] = quick(view, placed)
        bound = self._bound(placed)
        elapsed = time.monotonic() - self.began
        found = incumbent(self.problem, view.grid(cells), unplaced(view, cells), elapsed, bound)
        best = self.best
        if best is None or (found.placed, found.total) > (best.placed, best.total + 1e-9):
            self.best, self.found_at = found, time.monotonic()
            if self.proof is not None and self.proof.placed == found.placed:
                self.proof.tell(found.total)
            yield found

    def _prove(self, shared: SharedSearch, threads: list[AnnealingThread]) -> Iterator[Incumbent]:
        """Start the proof, hand it a core once the search is quiet; yield the best grid with each tighter bound."""
        assert self.best is not None
        now = time.monotonic()
        quiet = now - self.found_at >= max(QUIET, (self.found_at - self.began) / 2) and threads[0].many
        if self.proof is None or self.proof.placed != self.best.placed:
            late = now - self.began >= min(LATE, max(EARLY, (self.ends - self.began) / 2))
            if not (quiet or late) or self.iterations is not None or find_spec("solver.bound.bounds") is None:
                return
            if self.proof is not None:
                self.proof.end()
            nice = POLITE if self.workers == 1 else 0 if quiet else MODEST
            cores = self.workers if quiet else 1
            self.proof = BoundProcess(self.problem, self.best.placed, self.ends - now, nice, cores)
            self.proof.tell(self.best.total)
        if quiet:
            shared.most = max(1, self.workers - 1)
        bound = self._bound(self.best.placed)
        if bound is not None and (self.best.bound is None or bound < self.best.bound - 1e-9):
            self.best = replace(self.best, bound=bound, elapsed=now - self.began)
            yield self.best

    def _bound(self, placed: int) -> float | None:
        """The least that is known no grid with so many sessions placed can exceed."""
        bounds = [self._quick.get(placed)]
        if self.options.known_bound is not None and self.options.known_bound[0] == placed:
            bounds.append(self.options.known_bound[1])
        if self.proof is not None and self.proof.placed == placed:
            bounds.append(self.proof.bound)
        return min((bound for bound in bounds if bound is not None), default=None)

    def _proven(self) -> bool:
        best = self.best
        return best is not None and best.bound is not None and meets(best.bound, best.total, self.step)

    def _over(self) -> bool:
        return self.stop.is_set() or (self.iterations is None and time.monotonic() >= self.ends)

    def _until(self, ends: float) -> UntilThen:
        return UntilThen(self.stop, ends if self.iterations is None else inf)


class UntilThen:
    """Says whether a moment has passed or somebody said stop."""

    def __init__(self, stop: Event, ends: float) -> None:
        """Take the event and the moment (`time.monotonic()`)."""
        self.stop, self.ends = stop, ends

    def __call__(self) -> bool:
        """Say whether it is over."""
        return self.stop.is_set() or time.monotonic() >= self.ends


class Loader:
    """Loads the compiled search in the background, for compiling it takes long where nobody did it at set-up."""

    def __init__(self, view: Index) -> None:
        """Start loading."""
        self.view, self.ready = view, False
        self._thread = Thread(target=self._load, name="loader", daemon=True)
        self._thread.start()

    @property
    def at_work(self) -> bool:
        """Whether a compiled search is still to come."""
        return self._thread.is_alive() and not self.ready

    def _load(self) -> None:
        try:
            from solver.search import anneal, arrays

            if self.view.problem.plain and not arrays.can_hold(self.view):
                log.warning("the problem is too large for the compiled search; the plain one goes on, far slower")
                return
            if not cache.has(cache.SEARCH):
                log.warning("the search is not compiled yet; that takes some seconds now (`python -m solver --warm`)")
            anneal.warm_up()
            self.ready = True
            anneal.complete()
        except (ImportError, MemoryError, OSError) as error:
            log.warning("there is no compiled search, so the plain one goes on, far slower: %s", error)
        except Exception:
            log.exception("the compiled search fails; the plain one goes on, far slower")

    def join(self, seconds: float | None, over: UntilThen | object) -> None:
        """Wait until a search can begin, `seconds` have passed, or `over()`; without seconds, until all is loaded."""
        ends = time.monotonic() + (seconds if seconds is not None else 1e9)
        while self._thread.is_alive() and time.monotonic() < ends and not (callable(over) and over()):
            if self.ready and seconds is not None:
                return
            self._thread.join(SLICE)

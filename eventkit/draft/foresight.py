"""What a build can do nothing about, told before it starts: too few cells, busy hosts, needs of no room, hours gone."""

from collections.abc import Iterable
from dataclasses import dataclass

import solver
from eventkit.building import problems
from eventkit.draft.warnings import Names
from eventkit.event import room_facts
from eventkit.event.roles import Organiser
from eventkit.grid import versions
from eventkit.storage.db import Transaction
from eventkit.text.language import gettext as _
from eventkit.text.language import listed, ngettext

MOST_LISTED = 5  # hosts or pitches that are told of


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """Pitches and the cells for them, both without what stands in slots that have begun; ids are the problem's."""

    pitches: int
    cells: int
    lost: int  # pitches that can find no place at least, since there are so few cells
    begun: int  # slots that have begun
    slots: int
    busy: tuple[tuple[tuple[str, ...], int], ...]  # sessions of one host, more than the slots that the host is there
    unmet: tuple[tuple[str, tuple[str, ...]], ...]  # a session, and what it needs that no room has all of


def foresee(problem: solver.Problem) -> Foresight:
    """What can be told from the problem alone, before anything is solved."""
    open_slots = [slot.id for slot in problem.slots if not slot.frozen]
    frozen = {slot.id for slot in problem.slots if slot.frozen}
    kept = {it.session for it in problem.previous if it.slot in frozen}
    waiting = [session for session in problem.sessions if session.id not in kept]
    cells = sum(slot not in room.closed for room in problem.rooms for slot in open_slots)
    return Foresight(
        pitches=len(waiting),
        cells=cells,
        lost=_lost(sorted(session.length for session in waiting), cells),
        begun=len(frozen),
        slots=len(problem.slots),
        busy=tuple(_busy(problem, waiting, open_slots)),
        unmet=tuple(
            (session.id, tuple(sorted(session.needs)))
            for session in waiting
            if problem.rooms and not any(session.needs <= room.features for room in problem.rooms)
        ),
    )


def _lost(lengths: Iterable[int], cells: int) -> int:
    """How many find no place even where the shortest go first."""
    lost = 0
    for length in lengths:
        cells -= length
        lost += cells < 0
    return lost


def _busy(
    problem: solver.Problem, waiting: list[solver.Session], slots: list[str]
) -> Iterable[tuple[tuple[str, ...], int]]:
    told = set()
    for host, held in problem.hosting.items():
        own = [session for session in waiting if session.id in held]
        there = [slot for slot in slots if slot not in problem.absences.get(host, ())]
        ids = tuple(session.id for session in own)
        if sum(session.length for session in own) > len(there) and len(own) > 1 and ids not in told:
            told.add(ids)
            yield ids, len(there)


def sentences(tx: Transaction, by: Organiser, names: Names) -> list[str]:
    """The same in words, the gravest first; nothing where a build has all it needs, or there is nothing to build."""
    event = by.event
    problem = problems.problem(tx, event, versions.draft(tx, event), blind=True)
    seen = foresee(problem)
    if not seen.pitches or not problem.rooms:
        return []
    told = [_cells(seen)] if seen.lost and seen.cells else []
    if seen.begun:
        told.append(
            ngettext(
                "%(num)s of %(slots)s slots has begun: what stands there stays, and nothing else can go there.",
                "%(num)s of %(slots)s slots have begun: what stands there stays, and nothing else can go there.",
                seen.begun,
                slots=seen.slots,
            )
        )
    told += [_host(names, ids, there) for ids, there in seen.busy[:MOST_LISTED]]
    for it, needs in seen.unmet[:MOST_LISTED]:
        said = {"session": _titles(names, [it]), "needs": room_facts.features(needs)}
        told.append(_("%(session)s needs %(needs)s, and no room has that.", **said))
    return told


def _cells(seen: Foresight) -> str:
    pitches = ngettext("%(num)s pitch", "%(num)s pitches", seen.pitches)
    cells = ngettext("%(num)s cell", "%(num)s cells", seen.cells)
    return ngettext(
        "%(pitches)s for %(cells)s: %(num)s will find no place.",
        "%(pitches)s for %(cells)s: %(num)s will find no place.",
        seen.lost,
        pitches=pitches,
        cells=cells,
    )


def _host(names: Names, ids: tuple[str, ...], there: int) -> str:
    return ngettext(
        "%(sessions)s have the same host, for whom there is %(num)s slot: not all of them will find a place.",
        "%(sessions)s have the same host, for whom there are %(num)s slots: not all of them will find a place.",
        there,
        sessions=_titles(names, ids),
    )


def _titles(names: Names, ids: Iterable[str]) -> str:
    return listed([versions.quoted(names.pitches[int(it)]) for it in ids if int(it) in names.pitches])

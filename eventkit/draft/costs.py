"""What each move of a session would cost, told before it is made: exact, cell by cell, in a few words."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

import solver
from eventkit.building import problems
from eventkit.draft.rule_words import WORDS
from eventkit.event import room_facts
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid import versions
from eventkit.grid.versions import Grid, Spot
from eventkit.storage.tables import Pitch
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, marked_for, ngettext
from solver import Term

MOST_WEIGHED = 4_000_000  # people times cells, up to which weighing all of them stays within a second or two

MORE_KEPT = marked_for("%(num)s more wish kept", "%(num)s more wishes kept")
FEWER_KEPT = marked_for("%(num)s fewer wish kept", "%(num)s fewer wishes kept")
MORE_AWAY = marked_for("%(num)s more without a seat", "%(num)s more without a seat")
FEWER_AWAY = marked_for("%(num)s fewer without a seat", "%(num)s fewer without a seat")
MORE_OUT = marked_for("%(num)s more left out", "%(num)s more left out")
FEWER_OUT = marked_for("%(num)s fewer left out", "%(num)s fewer left out")

WORSE_BY = {
    Term.HARMONY: marked("those that are lost matter more"),
    Term.TURNED_AWAY: marked("seats are lost"),
    Term.MOVED: marked("people have seen it elsewhere"),
    Term.TOPIC: marked("another session on its topic is on"),
}
BETTER_BY = {
    Term.HARMONY: marked("those that are gained matter more"),
    Term.TURNED_AWAY: marked("seats are gained"),
    Term.MOVED: marked("it is back where people saw it"),
    Term.TOPIC: marked("sessions on one topic come apart"),
}


@dataclass(frozen=True)
class Cost:
    """What a move into a cell would do, in words, and `better`, `worse` or `same`: no more than may be told.

    What is about fewer than FEWEST_TOLD people is not told, nor does the verdict hang on it: who asks for move
    after move could work out from it how somebody voted.
    """

    total: float  # of the grid, exact: for us, not to be told
    hard: bool  # a rule speaks against it
    verdict: str
    text: str

    @property
    def told(self) -> str:
        """The words with the verdict before them, so that nobody has to know a colour."""
        if self.verdict == "better":
            return _("Better: %(effect)s", effect=self.text)
        return _("Worse: %(effect)s", effect=self.text) if self.verdict == "worse" else self.text


def explainer(problem: solver.Problem, grid: Grid) -> solver.Explainer:
    """The solver's view of a grid; what stands in a slot that has become a fixed item is left out."""
    places = problems.placements({pitch: spot[:2] for pitch, spot in grid.items()})
    known = {slot.id for slot in problem.slots}
    return solver.Explainer(problem, [place for place in places if place.slot in known])


@dataclass(frozen=True)
class WeighedMoves:
    """A pitch weighed in every cell but its own, and what speaks against every slot but its own."""

    cells: dict[tuple[int, int], Cost] = field(default_factory=dict)  # by (slot id, room id)
    slots: list[tuple[int, str]] = field(default_factory=list)  # (slot id, a few words)


def of_moves(
    weigher: solver.Explainer, grid: Grid, pitch_id: int, pitches: Mapping[int, Pitch] | None = None
) -> WeighedMoves:
    """What moving the pitch into each cell costs, whoever stands there changing places with it.

    `weigher` is what explainer() makes of the grid, `pitches` are those that may be named. Empty where the event is so
    big that weighing every cell would take long.
    """
    problem = weigher.problem
    if len(problem.people) * len(problem.slots) * len(problem.rooms) > MOST_WEIGHED:
        return WeighedMoves()
    effects = dict(_effects(weigher, grid, pitch_id))
    slots = solver.alternatives(weigher, str(pitch_id), effects.values())
    return WeighedMoves(
        {cell: _cost(effect) for cell, effect in effects.items()},
        [(int(it.slot), _against(it, pitches or {})) for it in slots],
    )


def _against(it: solver.Alternative, pitches: Mapping[int, Pitch]) -> str:
    """What speaks against another slot, in a few words, no more than a Cost may tell.

    Whom it would stand beside is said where the wishes lost are told as well.
    """
    cost, beside = _cost(it.effect), pitches.get(int(it.beside)) if it.beside else None
    if beside and not cost.hard and min(it.both, -it.effect.kept) >= FEWEST_TOLD:
        return ngettext(
            "%(num)s person wants both it and %(title)s",
            "%(num)s people want both it and %(title)s",
            it.both,
            title=versions.quoted(beside),
        )
    lost = [term for term in (Term.TOPIC, Term.MOVED) if it.effect.terms.get(term, 0.0) < 0]  # about nobody's wishes
    if cost.verdict == "same" and lost:
        words = _(WORSE_BY[lost[0]])
        return words[:1].upper() + words[1:]
    return cost.told


def _effects(weigher: solver.Explainer, grid: Grid, pitch_id: int) -> Iterator[tuple[tuple[int, int], solver.Effect]]:
    problem = weigher.problem
    for slot in problem.slots:
        for room in problem.rooms:
            cell = int(slot.id), int(room.id)
            moves = _moves(grid, problem, weigher.slot_no.keys(), pitch_id, cell)
            if len(moves) > 1 or grid.get(pitch_id, Spot(0, 0))[:2] != cell:
                yield cell, weigher.change(moves)


def _moves(
    grid: Grid, problem: solver.Problem, slots: Set[str], pitch_id: int, cell: tuple[int, int]
) -> dict[str, solver.Assignment | None]:
    """The pitch into the cell, and whoever stands there to where it came from, as versions.move() does it.

    Where it came from a slot that has become a fixed item, that is nowhere for those who count.
    """
    moves: dict[str, solver.Assignment | None] = {str(pitch_id): _placement(pitch_id, cell)}
    came_from = grid.get(pitch_id)
    back = came_from[:2] if came_from and str(came_from.slot_id) in slots else None

    def run(pitch: int, slot: int) -> list[int]:
        return [int(it) for it in problem.run(str(pitch), str(slot))]

    for other, spot in versions.displaced(grid, pitch_id, cell, back, run).items():
        moves[str(other)] = spot and _placement(other, spot)
    return moves


def _placement(pitch_id: int, cell: tuple[int, int]) -> solver.Assignment:
    return solver.Assignment(str(pitch_id), str(cell[0]), str(cell[1]))


def _cost(effect: solver.Effect) -> Cost:
    hard = [_rule(warning) for warning in effect.warnings if warning.hard]
    hard = [words for words in dict.fromkeys(hard) if words]
    counts = [
        (effect.kept > 0, counted(effect.kept, MORE_KEPT, FEWER_KEPT)),
        (effect.turned_away < 0, counted(round(effect.turned_away), MORE_AWAY, FEWER_AWAY)),
        (effect.left_out < 0, counted(effect.left_out, MORE_OUT, FEWER_OUT)),
    ]
    told = [(good, words) for good, words in counts if words]
    better = effect.total > 0
    verdict = "worse" if hard else "same" if not told else "better" if better else "worse"
    words = ", ".join([*hard, *(words for _good, words in told)]) or _("little difference")
    if told and not hard and all(good is not better for good, _words in told):
        words = _("%(effect)s, but %(reason)s", effect=words, reason=_deciding(effect))
    return Cost(effect.total, bool(hard), verdict, words[:1].upper() + words[1:])


def _deciding(effect: solver.Effect) -> str:
    """Why a move is better or worse although all that is counted says the opposite: the term that decides."""
    gains = effect.total > 0
    term = (max if gains else min)(effect.terms, key=lambda term: effect.terms[term], default=Term.HARMONY)
    return _((BETTER_BY if gains else WORSE_BY)[term])


def _rule(broken: solver.Violation) -> str:
    words = WORDS[broken.rule].cost if broken.rule in WORDS else ""
    return words and _(words, need=room_facts.feature(broken.need or ""))


def counted(number: int, more: tuple[str, str], fewer: tuple[str, str]) -> str:
    """A difference in words; empty where it is about fewer than FEWEST_TOLD people or wishes."""
    if abs(number) < FEWEST_TOLD:
        return ""
    return ngettext(*(more if number > 0 else fewer), abs(number))

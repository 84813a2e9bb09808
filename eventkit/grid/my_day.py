"""One person's day: what they chose, go to and host, by slot, where that clashes, what else is on, and what changed."""

import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, func, select

from eventkit.grid import going, telling
from eventkit.grid.going import Seats
from eventkit.grid.published import REMEMBERED, FixedItem, Placed, PublishedGrid
from eventkit.grid.telling import NewsLine
from eventkit.grid.times import Times, now_and_next
from eventkit.market import ballots, hosting, on_offer
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Pitch, Slot, Vote
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, ngettext

HOSTING = 3  # holding a session comes before every other choice
WORDS = {HOSTING: marked("You host this"), 2: marked("Must go"), 1: marked("Interested"), 0: marked("You go")}
FILLED = 0.9  # of a room, by those who could be at a session's repeat as well
MOST_OFFERS = 60  # on one page; with more sessions than that only those of now and next are on it


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A pitch that somebody wants to attend or hosts. `strength`: 3 hosting, 2 must go, 1 interested, 0 only going."""

    pitch: Pitch
    strength: int
    placed: Placed | None
    said: str = ""  # what is so with it, where it is not just on
    mark: str = ""  # where or when it was
    again: str = ""  # where else and when it is held, for who cannot come
    other: Placed | None = None  # the same: its repeat, or what it is the repeat of
    other_seats: Seats = Seats.FREE
    going: bool = False  # they said that they will go there
    others: int | None = None  # how many go to what they host, where that is told
    seats: Seats = Seats.FREE  # for those who go to what others host

    @property
    def power(self) -> tuple[bool, bool, int]:
        """What comes first of what is on at once: holding a session, then where they said that they go."""
        return self.strength == HOSTING, self.going, self.strength

    @property
    def word(self) -> str:
        return _(WORDS[self.strength])


class Choices(NamedTuple):
    """Whose day it is. Where ballots are sealed, what the phone `kept` itself is all that is known of its choices."""

    person_id: int | None
    kept: Mapping[int, int] | None = None


@dataclass(frozen=True)
class Offer:
    """A session that somebody could go to, and whether its room has seats by what others said."""

    placed: Placed
    seats: Seats
    running: bool = False  # for longer than this slot: it began before, or goes on after it


@dataclass(frozen=True)
class Stretch:
    """A slot of one's day, its choices from strong to weak, and what else is on, the rooms with seats first."""

    slot: Slot
    choices: tuple[Wanted, ...]
    items: tuple[FixedItem, ...] = ()  # that take some rooms only
    offers: tuple[Offer, ...] = ()

    def goes_on(self, choice: Wanted) -> bool:
        """Whether a choice started in an earlier slot."""
        return choice.placed is not None and choice.placed.slot.id != self.slot.id

    @property
    def clash(self) -> str:
        """What choosing means here, said plainly; empty where there is nothing to choose."""
        choices = [it for it in self.choices if it.placed is None or it.placed.standing]
        if len(choices) < 2:
            return ""
        if choices[0].strength != HOSTING and sum(it.going for it in choices) == 1:
            return ""  # it is settled
        if choices[0].strength == HOSTING:
            hosted = [choice for choice in choices if choice.strength == HOSTING]
            if len(hosted) > 1:
                return _("You host two sessions at once here. Tell the organiser.")
            return _("You host one of these, so you miss the others.")
        tied = [choice for choice in choices if choice.strength == choices[0].strength]
        if len(tied) == 1:
            return _("These are on at once. The first is your stronger choice: %(title)s.", title=tied[0].pitch.title)
        return ngettext(
            "%(num)s session that you want equally is on at once. You can change rooms half way.",
            "%(num)s sessions that you want equally are on at once. You can change rooms half way.",
            len(tied),
        )


@dataclass(frozen=True)
class PersonalDay:
    """All of one person's choices: the placed ones by slot, and the rest."""

    stretches: tuple[Stretch, ...]
    unplaced: tuple[Wanted, ...]
    changed: tuple[NewsLine, ...] = ()  # what they should hear, of what they host first

    def concerned(self, room_id: int | None, slot_id: int | None) -> bool:
        """Whether they have something in this room or slot; with neither everybody is concerned."""
        places = [it.placed for stretch in self.stretches for it in stretch.choices if it.placed]
        return (room_id is None and slot_id is None) or any(
            room_id in (None, place.room.id) and slot_id in (None, *(it.id for it in place.slots)) for place in places
        )

    @property
    def kept(self) -> int:
        """How many sessions the person gets who goes to the strongest of each slot."""
        strongest = (next(filter(_stands, stretch.choices), None) for stretch in self.stretches)
        return len({it.pitch.id for it in strongest if it and it.strength})

    @property
    def wishes(self) -> int:
        """How many sessions the person chose or hosts, without those that were withdrawn."""
        placed = [it for stretch in self.stretches for it in stretch.choices if it.strength]
        standing = {it.pitch.id for it in placed if _stands(it)}
        return len(self.unplaced) + len(standing)

    @property
    def told(self) -> str:
        """How many of the wishes the grid keeps, and what comes of the others; empty where there is nothing to say."""
        kept, wishes, outside = self.kept, self.wishes, len(self.unplaced)
        if not self.stretches or not wishes:
            return ""
        if kept == wishes:
            return ngettext("You get your one wish.", "You get all your %(num)s wishes.", wishes)
        if outside == wishes and all(it.strength == HOSTING for it in self.unplaced):
            return _("Your session has no room yet. Tell the organiser; a free corner works too.")
        beside = wishes - outside - kept
        clashing = ngettext(
            "%(num)s is on at the same time as another", "%(num)s are on at the same time as another", beside
        )
        missing = ngettext("%(num)s is not on the grid", "%(num)s are not on the grid", outside)
        others = [text for number, text in ((beside, clashing), (outside, missing)) if number]
        return ngettext(
            "You get %(kept)s of your %(num)s wish: %(others)s.",
            "You get %(kept)s of your %(num)s wishes: %(others)s.",
            wishes,
            kept=language.numeral(kept),
            others=", ".join(others),
        )

    @property
    def offering(self) -> bool:
        """Whether there is anything to go to still."""
        return any(stretch.offers for stretch in self.stretches)

    @property
    def empty(self) -> bool:
        return not self.unplaced and not any(stretch.choices for stretch in self.stretches)


def day(
    tx: Transaction,
    event_id: int,
    who: Choices,
    grid: PublishedGrid | None,
    times: Times,
    moment: datetime,
) -> PersonalDay:
    """The person's day on this grid. A withdrawn pitch is left out unless the grid still shows it. Five queries."""
    people = going.counts(tx, event_id) if grid else {}
    choices = _choices(tx, event_id, who, grid, times, people) if who.person_id or who.kept else []
    if grid is None:
        return PersonalDay((), tuple(choices))
    chosen = {it.pitch.id for it in choices}
    chosen |= {grid.repeats[it].pitch.id for it in chosen if it in grid.repeats}
    offers = _offers(grid, chosen, people, moment)
    stretches = [
        Stretch(
            slot,
            tuple(it for it in choices if it.placed and slot.id in {at.id for at in it.placed.slots}),
            tuple(it for it in grid.fixed if it.slot.id == slot.id and not it.whole),
            offers.get(slot.id, ()),
        )
        for slot in grid.slots
    ]
    outside = tuple(choice for choice in choices if choice.placed is None)
    return PersonalDay(tuple(stretches), outside, _changed(choices, grid, times, moment))


def _changed(choices: list[Wanted], grid: PublishedGrid, times: Times, moment: datetime) -> tuple[NewsLine, ...]:
    """The lines that concern somebody: the newest first, but those of what they host before all others."""
    strength = {choice.pitch.id: max(choice.strength, int(choice.going)) for choice in choices}
    lines = telling.lines(grid, times, moment, span=REMEMBERED)
    told = [(max((strength.get(it, 0) for it in line.pitches), default=0), line) for line in lines]
    return tuple(line for power, line in sorted(told, key=lambda pair: pair[0] < HOSTING) if power)


def _offers(
    grid: PublishedGrid, chosen: Collection[int], people: Mapping[int, int], moment: datetime
) -> dict[int, tuple[Offer, ...]]:
    """What else one can go to in each slot that is not over, by the slot's id: the rooms with seats first.

    A session of several slots is offered once, also while it runs.
    """
    under_way, coming = now_and_next(grid.slots, moment)
    if len(grid.sessions) > MOST_OFFERS:
        slots = [*under_way, *coming]
    else:
        slots = [slot for slot in grid.slots if slot.ends_at > moment]
    order = list(Seats)
    found = {}
    for slot in slots:
        free = [
            Offer(it, _seats(it, people), bool(it.later) and it.starts_at <= moment)
            for it in grid.at(slot)
            if it.standing and it.pitch.id not in chosen and slot.id == _offered_in(it, moment).id
        ]
        found[slot.id] = tuple(sorted(free, key=lambda offer: order.index(offer.seats)))
    return found


def _offered_in(placed: Placed, moment: datetime) -> Slot:
    """The slot in which a session is offered: its first; once that is over the next of its slots that is not."""
    return next((slot for slot in placed.slots if slot.ends_at > moment), placed.slots[-1])


def _seats(placed: Placed, people: Mapping[int, int]) -> Seats:
    return going.seats(placed.room.capacity, people.get(placed.pitch.id, 0))


def _choices(
    tx: Transaction,
    event_id: int,
    who: Choices,
    grid: PublishedGrid | None,
    times: Times,
    people: Mapping[int, int],
) -> list[Wanted]:
    hosted = hosting.hosted(tx, event_id, who.person_id)
    goes_to = going.of(tx, event_id, who.person_id)
    strengths = {**dict.fromkeys(goes_to, 0), **_wanted(tx, event_id, who), **dict.fromkeys(hosted, HOSTING)}
    wanted = tx.scalars(select(Pitch).where(Pitch.event_id == event_id, col(Pitch.id).in_(strengths)))
    found = [
        replace(
            _choice(pitch, strengths[pitch.id], grid, times),
            going=pitch.id in goes_to,
            others=going.told(people.get(pitch.id, 0)) if strengths[pitch.id] == HOSTING else None,
        )
        for pitch in wanted
    ]
    found = [
        replace(it, seats=_seats(it.placed, people)) if it.placed and it.strength < HOSTING else it for it in found
    ]
    if grid:
        found = _one_of_both(found, grid, times, lambda first: _spreads(tx, event_id, who, grid, first))
        found = [_with_other(it, grid, people) for it in found]
    standing = [it for it in found if it.placed or (it.strength and on_offer.stands(it.pitch))]
    by_title = sorted(standing, key=lambda it: (it.pitch.title.casefold(), it.pitch.id))
    return sorted(by_title, key=lambda it: it.power, reverse=True)


def _one_of_both(
    found: list[Wanted], grid: PublishedGrid, times: Times, spreads: Callable[[Placed], bool]
) -> list[Wanted]:
    """Of a session and its repeat the one that somebody can be at; the one where they said that they go. Hosts do both.

    Whoever wants the first, which something else of theirs meets, is shown the repeat; of those who could be at both
    those whom it `spreads`.
    """
    kept = {it.pitch.id: it for it in found}
    for pitch_id in list(kept):
        choice, other = kept.get(pitch_id), grid.repeats.get(pitch_id)
        if choice is None or other is None or choice.strength == HOSTING:
            continue
        twin = kept.pop(other.pitch.id, None)
        strength = max(choice.strength, twin.strength if twin else 0)
        here = choice.placed
        elsewhere = bool(twin and twin.going and not choice.going)
        if not choice.going and not elsewhere and here:
            rest = [it for it in kept.values() if it.pitch.id != pitch_id]
            met, met_there = _meets(here, strength, rest), _meets(other, strength, rest)
            elsewhere = not met_there and (met or (choice.pitch.repeat_of is None and spreads(here)))
        if elsewhere:
            del kept[pitch_id]
            moved = twin or _choice(other.pitch, strength, grid, times)
            kept[other.pitch.id] = replace(moved, strength=strength)
        else:
            kept[pitch_id] = replace(choice, strength=strength)
    return list(kept.values())


def _spreads(tx: Transaction, event_id: int, who: Choices, grid: PublishedGrid, first: Placed) -> bool:
    """Whether somebody who could be at both is sent to the repeat of a session that more want than have seats there.

    As many are as do not fit into the first's room, or so that both are as crowded where they have not seats for all;
    always the same people. Nobody is before voting is closed: it would tell how many want it.
    """
    tally = ballots.shown_tally(tx, tx.get_one(Event, event_id)) or {}
    seats, more = first.room.capacity, grid.repeats[first.pitch.id].room.capacity
    wanted = tally[first.pitch.id].people if first.pitch.id in tally else 0
    if wanted <= seats:
        return False
    share = min(1 - FILLED * seats / wanted, more / (seats + more))
    return _rank(tx, who, first.pitch.id, wanted) >= wanted * (1 - share)


def _rank(tx: Transaction, who: Choices, pitch_id: int, wanted: int) -> int:
    """How many of those who want a pitch came before somebody; of sealed ballots, which are nobody's, a lot."""
    if who.kept is not None:
        return zlib.crc32(f"{pitch_id}:{sorted(who.kept.items())}".encode()) % wanted
    query = select(func.count(func.distinct(col(Vote.person_id)))).join(Pitch, col(Vote.pitch_id) == Pitch.id)
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    before = Vote.interest > 0, Vote.person_id < (who.person_id or 0), ballots.counting()
    return tx.scalar(query.where(root == pitch_id, *before)) or 0


def _with_other(choice: Wanted, grid: PublishedGrid, people: Mapping[int, int]) -> Wanted:
    other = grid.repeats.get(choice.pitch.id) if choice.strength < HOSTING else None
    return replace(choice, other=other, other_seats=_seats(other, people)) if other else choice


def _meets(placed: Placed, strength: int, rest: list[Wanted]) -> bool:
    """Whether something that somebody wants as much, or goes to, is on at the same time."""
    taken = {slot.id for slot in placed.slots}
    return any(
        it.placed is not None
        and it.placed.standing
        and (it.strength >= strength or it.going)
        and not taken.isdisjoint(slot.id for slot in it.placed.slots)
        for it in rest
    )


def _choice(pitch: Pitch, strength: int, grid: PublishedGrid | None, times: Times) -> Wanted:
    placed = grid.by_pitch.get(pitch.id) if grid else None
    if grid is None or placed is None:
        return Wanted(pitch=pitch, strength=strength, placed=None)
    mark = telling.mark(grid, placed, times) if placed.standing else ""
    return Wanted(
        pitch=pitch,
        strength=strength,
        placed=placed,
        said=telling.of_placed(grid, placed, times),
        mark=mark,
        again=telling.again(grid, pitch.id, times),
    )


def _wanted(tx: Transaction, event_id: int, who: Choices) -> dict[int, int]:
    """Pitch id to interest; what was wanted of a merged pitch is wanted of the one it is now."""
    if who.kept is not None:
        return ballots.united(tx, event_id, who.kept)
    return _votes(tx, event_id, who.person_id) if who.person_id else {}


def _votes(tx: Transaction, event_id: int, person_id: int) -> dict[int, int]:
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(root, func.max(Vote.interest)).join(Pitch, col(Vote.pitch_id) == Pitch.id)
    mine = Pitch.event_id == event_id, Vote.person_id == person_id, ballots.counting()
    rows = tx.execute(query.where(*mine).group_by(root))
    return {row[0]: row[1] for row in rows}


def _stands(choice: Wanted) -> bool:
    return choice.placed is not None and choice.placed.standing

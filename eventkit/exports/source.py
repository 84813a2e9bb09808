"""What every export is made from: the whole event, read once in a constant number of queries, in a fixed order."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID, uuid5

from sqlmodel import col, select

from eventkit.event import about, events
from eventkit.event.about import Facts
from eventkit.event.days import ProgrammeDay
from eventkit.grid import published, telling
from eventkit.grid.published import FixedItem, News, Placed, PublishedGrid
from eventkit.grid.times import Times
from eventkit.market import actions, ballots, notes, on_offer, pictures, reflections, series, summaries
from eventkit.market.ballots import Count
from eventkit.market.series import SeriesPart
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Note, Picture, Pitch, Reflection, Room, Slot
from eventkit.text import language
from eventkit.text.clean import normal_form

NAMESPACE = UUID("6a2f7c0e-5f0b-5a0b-9c43-1f6f5d8f2e11")  # of all our UUIDs; never to change


@dataclass(frozen=True, kw_only=True)
class Source:
    """An event as its exports see it. `tallies` is None while the counts are hidden."""

    event: Event
    slots: tuple[Slot, ...]
    rooms: tuple[Room, ...]
    pitches: tuple[Pitch, ...]  # that stand, oldest first
    grid: PublishedGrid | None
    # By pitch (a merged one's go to what it is now), oldest first; none that is struck or kept out of the book.
    notes: Mapping[int, tuple[Note, ...]]
    tallies: Mapping[int, Count] | None
    base_url: str
    parts: Mapping[int, SeriesPart] = field(default_factory=dict)  # by pitch, of those that are in a series
    merged: Mapping[int, tuple[Pitch, ...]] = field(default_factory=dict)  # by the pitch that they were merged into
    summaries: Mapping[int, str] = field(default_factory=dict)  # by pitch, merged ones too
    helpers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # by action
    pictures: Mapping[int, Picture] = field(default_factory=dict)  # by note, where they were asked for
    about: Facts = field(default_factory=Facts)  # only what outlives the day
    reflections: tuple[Reflection, ...] = ()  # that are not hidden, oldest first
    gone: tuple[News, ...] = ()  # what people have seen on the grid and is no session any more

    @cached_property
    def times(self) -> Times:
        return Times.of(self.event.timezone, self.slots)

    @property
    def days(self) -> Sequence[ProgrammeDay]:
        """The days of the programme."""
        return self.times.days

    @cached_property
    def sessions(self) -> tuple[Placed, ...]:
        """The sessions of the published grid that happen, be it in a place still to be found, in its order."""
        return tuple(it for it in self.grid.sessions if it.standing) if self.grid else ()

    @cached_property
    def items(self) -> list[FixedItem]:
        """The fixed items of the published grid in order of time."""
        return self.grid.fixed if self.grid else []

    def said(self, placed: Placed) -> str:
        """What is so with a session, in the sentence that every screen says; empty where it is on."""
        return telling.of_placed(self.grid, placed, self.times) if self.grid else ""

    def tally(self, pitch: Pitch) -> Count | None:
        """How many want it, once that may be known; None of a repeat, which is counted with the first."""
        if self.tallies is None or pitch.repeat_of is not None:
            return None
        return self.tallies.get(pitch.id, Count())

    def again(self, pitch_id: int) -> str:
        """When and where else a session is held; empty where it is held once."""
        return telling.again(self.grid, pitch_id, self.times) if self.grid else ""

    @cached_property
    def unplaced(self) -> tuple[Pitch, ...]:
        """The pitches that have no place on the published grid, oldest first."""
        placed = {it.pitch.id for it in self.sessions}
        return tuple(pitch for pitch in self.pitches if pitch.id not in placed)

    def address_by(self, of: Callable[[str, str], str]) -> str:
        """The full address of the event, or of a page of it, by what `event.addresses` says of that one."""
        return of(self.base_url, self.event.code)

    def uuid(self, kind: str, number: int | str = "") -> UUID:
        """The same UUID for the same thing of this event, on whatever address it is served."""
        return uuid5(NAMESPACE, f"{self.event.lasting_code}/{kind}/{number}")


def read(tx: Transaction, event: Event, base_url: str, pictured: bool = False) -> Source:
    """Read an event, `pictured` with its pictures. Counts are included once voting has closed."""
    pitched = tx.scalars(select(Pitch).where(Pitch.event_id == event.id).order_by(col(Pitch.id))).all()
    roots = {pitch.id: pitch.merged_into or pitch.id for pitch in pitched}
    kept: dict[int, list[Note]] = defaultdict(list)
    for note in notes.of_event(tx, event.id):
        if not note.out_of_book:
            kept[roots[note.pitch_id]].append(note)
    merged: dict[int, list[Pitch]] = defaultdict(list)
    for pitch in pitched:
        if pitch.merged_into is not None and pitch.hidden_at is None:
            merged[pitch.merged_into].append(pitch)
    grid = published.read(tx, event)
    return Source(
        event=event,
        slots=tuple(events.slots(tx, event.id)),
        rooms=tuple(events.rooms(tx, event.id)),
        pitches=tuple(filter(on_offer.stands, pitched)),
        parts=series.of(pitched),
        grid=grid,
        gone=tuple(published.gone(tx, event, grid)) if grid else (),
        notes={pitch_id: tuple(entries) for pitch_id, entries in kept.items()},
        merged={pitch_id: tuple(them) for pitch_id, them in merged.items()},
        summaries=summaries.of_event(tx, event.id),
        reflections=tuple(reflections.of_event(tx, event.id)) if reflections.public(event) else (),
        helpers=actions.names(tx, event.id),
        tallies=ballots.shown_tally(tx, event),
        base_url=base_url,
        about=about.read(tx, event.id).lasting,
        pictures=pictures.of_event(tx, event.id) if pictured else {},
    )


def spoken() -> str:
    """The language spoken now as files name it."""
    return {"en": "en-GB"}.get(language.current(), language.current())


def slug(text: str, longest: int = 50) -> str:
    """Lower-case letters, digits and hyphens; empty where the text has none of them."""
    plain = normal_form("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].rstrip("-")


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text: str) -> str:
    """The text without characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)

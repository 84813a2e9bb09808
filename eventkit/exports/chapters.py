"""The book of proceedings as plain data, from which each of its forms is written: Markdown, HTML, Word, ZIP."""

from collections.abc import Iterable
from dataclasses import dataclass

from eventkit.exports.source import LICENCE, LICENCE_URL, Source, slug
from eventkit.grid.published import Placed
from eventkit.market.ballots import Count
from eventkit.storage.tables import Note, NoteKind, Pitch, Slot


@dataclass(frozen=True)
class Chapter:
    """A session, or a pitch without a place that people wrote notes for. `number` counts from 1."""

    number: int
    pitch: Pitch
    place: str  # `10:00–10:45, Library`; empty where it had none
    notes: tuple[Note, ...]
    tally: Count | None

    @property
    def file_name(self) -> str:
        """A safe name that no other chapter has."""
        return f"{self.number:03}-{slug(self.pitch.title) or 'session'}.md"

    def of_kind(self, kind: NoteKind | str) -> tuple[Note, ...]:
        """The entries of one kind, oldest first."""
        return tuple(note for note in self.notes if note.kind == kind)

    @property
    def facts(self) -> list[str]:
        """What stands under the title, a sentence or so each."""
        found = [self.place or "Not on the grid"]
        if self.pitch.host_name:
            found.append(f"With {self.pitch.host_name}")
        if self.pitch.topic:
            found.append(f"Topic: {self.pitch.topic}")
        if self.tally is not None:
            found.append(f"{self.tally.interested} interested, {self.tally.must_go} must go")
        return found


@dataclass(frozen=True)
class Book:
    """The whole book: when and where, the schedule by slot, a chapter a session, what found no place."""

    title: str
    day: str
    address: str
    licence: str
    schedule: tuple[tuple[Slot, str, tuple[Placed, ...]], ...]  # slot, its time in words, its sessions
    chapters: tuple[Chapter, ...]
    unplaced: tuple[Pitch, ...]  # without notes: listed, not told

    @property
    def actions(self) -> list[tuple[Chapter, Note]]:
        """Every action of every session, in order."""
        return [(chapter, note) for chapter in self.chapters for note in chapter.of_kind(NoteKind.ACTION)]

    def chapter_of(self, pitch_id: int) -> Chapter:
        """The chapter of a pitch that has one."""
        return next(chapter for chapter in self.chapters if chapter.pitch.id == pitch_id)


def book(source: Source) -> Book:
    """Put the book together, always in the same order: by time and room, then what had no place, by age."""
    times = source.times
    placed = [(it.pitch, f"{times.span(it)}, {it.room.name}") for it in source.sessions]
    noted = [(pitch, "") for pitch in source.unplaced if source.notes.get(pitch.id)]
    chapters = tuple(_chapters(source, [*placed, *noted]))
    told = {chapter.pitch.id for chapter in chapters}
    slots = source.grid.slots if source.grid else ()
    return Book(
        title=source.event.name,
        day=f"{source.event.day:%A} {source.event.day.day} {source.event.day:%B %Y}",
        address=source.address(),
        licence=f"Text and figures may be used by anyone under {LICENCE}: {LICENCE_URL}",
        schedule=tuple(
            (slot, times.span(slot), tuple(it for it in source.sessions if it.slot.id == slot.id)) for slot in slots
        ),
        chapters=chapters,
        unplaced=tuple(pitch for pitch in source.pitches if pitch.id not in told),
    )


def _chapters(source: Source, pitches: Iterable[tuple[Pitch, str]]) -> Iterable[Chapter]:
    for number, (pitch, place) in enumerate(pitches, 1):
        tally = source.tallies.get(pitch.id, Count()) if source.tallies is not None else None
        yield Chapter(number, pitch, place, source.notes.get(pitch.id, ()), tally)

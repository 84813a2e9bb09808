"""The book of proceedings as plain data, from which each of its forms is written: Markdown, HTML, Word, ZIP."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from eventkit.event import about, addresses
from eventkit.event.about import LICENCE, LICENCE_URL
from eventkit.exports.source import Source, slug
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.market import repeats
from eventkit.market.ballots import Count
from eventkit.market.reflections import questions
from eventkit.storage.tables import Note, NoteKind, Picture, Pitch, Room, Slot
from eventkit.text import language, markdown, names
from eventkit.text.clean import name_key
from eventkit.text.language import gettext as _

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BookEntry:
    """An entry of the notes as the book has it; `behind` says in a few words whose it is and how it stands."""

    kind: NoteKind
    text: str
    url: str
    owner: str
    behind: str
    done: bool
    picture: Picture | None = None

    @property
    def href(self) -> str:
        """The address of a link as a URI, which is all that some readers take."""
        return markdown.uri(self.url)


@dataclass(frozen=True)
class PartSummary:
    """The summary of a session, or of a pitch that was merged into it; `title` is that one's, else empty."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A session, with its repeat where it has one, or a pitch without a place that people wrote notes for."""

    number: int  # from 1
    pitch: Pitch
    place: str  # `10:00–10:45, Library`, of a session that was held twice both; empty where it had none
    notes: tuple[BookEntry, ...]
    tally: Count | None
    summaries: tuple[PartSummary, ...] = ()
    parts: tuple[Pitch, ...] = ()  # that were merged into it
    repeats: tuple[Pitch, ...] = ()

    @property
    def pitches(self) -> tuple[Pitch, ...]:
        """The session and its repeat."""
        return self.pitch, *self.repeats

    @property
    def file_name(self) -> str:
        """A safe name that no other chapter has."""
        return f"{self.number:03}-{slug(self.pitch.title) or 'session'}.md"

    def of_kind(self, kind: NoteKind | str) -> tuple[BookEntry, ...]:
        """The entries of one kind, oldest first."""
        return tuple(note for note in self.notes if note.kind == kind)

    @property
    def facts(self) -> list[str]:
        """What stands under the title, a sentence or so each."""
        found = [self.place or _("Not on the grid")]
        if hosts := ", ".join(names.all_of(it.host_name for it in (self.pitch, *self.parts))):
            found.append(_("With %(hosts)s", hosts=hosts))
        if self.pitch.topic:
            found.append(_("Topic: %(topic)s", topic=self.pitch.topic))
        if self.tally is not None:
            found.append(
                _("%(some)s interested, %(many)s must go", some=self.tally.interested, many=self.tally.must_go)
            )
        return found


@dataclass(frozen=True)
class Answered:
    """A question to all, and what people said, oldest first; `behind` is a name, empty where it is anonymous."""

    question: str
    answers: tuple[BookEntry, ...]


@dataclass(frozen=True)
class BookIndex:
    """An index: its name in addresses, its title, and chapters under names, which are in order."""

    name: str
    title: str
    entries: list[tuple[str, list[Chapter]]]


@dataclass(frozen=True)
class BookCell:
    """A room in a slot: the session there, `said` where it began before; or the title of a fixed item; or nothing."""

    room: Room
    placed: Placed | None = None
    title: str = ""
    said: str = ""


@dataclass(frozen=True)
class GridRow:
    """A slot and what is in its rooms; a fixed item of all rooms has a title and no cells."""

    span: str
    title: str
    cells: tuple[BookCell, ...]

    @property
    def taken(self) -> tuple[BookCell, ...]:
        """The cells in which something is."""
        return tuple(cell for cell in self.cells if cell.placed or cell.title)


@dataclass(frozen=True)
class GridOfDay:
    """A day of the grid as a table: its date in words, its rooms, its slots."""

    day: str
    rooms: tuple[Room, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    """The whole book: when and where, the schedule by slot, a chapter a session, what found no place."""

    title: str
    day: str
    address: str
    licence: str
    schedule: tuple[GridRow, ...]  # all slots, with all rooms; of several days each span names its day
    chapters: tuple[Chapter, ...]
    unplaced: tuple[Pitch, ...]  # without notes: listed, not told
    days: tuple[GridOfDay, ...] = ()
    about: tuple[tuple[str, str], ...] = ()  # headings and texts, of what organisers said of the event
    reflections: tuple[Answered, ...] = ()  # questions that nobody answered are left out

    @property
    def pictured(self) -> list[BookEntry]:
        """Every entry that has a picture."""
        return [entry for chapter in self.chapters for entry in chapter.notes if entry.picture]

    @property
    def actions(self) -> list[tuple[Chapter, BookEntry]]:
        """Every action of every session, in order."""
        return [(chapter, note) for chapter in self.chapters for note in chapter.of_kind(NoteKind.ACTION)]

    @property
    def actions_by_owner(self) -> list[tuple[str, list[tuple[Chapter, BookEntry]]]]:
        """Every action under the name of each who does it, by name; those that nobody does yet at the end."""
        found = _by_name((name, it) for it in self.actions for name in names.people_in(it[1].owner) or ("",))
        named = [(owner, them) for owner, them in found if owner]
        return named + [(_("Nobody yet"), them) for owner, them in found if not owner]

    @property
    def indexes(self) -> list[BookIndex]:
        """Those that have entries: by topic, and by person, which is who hosts and who does an action."""
        topics = _by_name((chapter.pitch.topic, chapter) for chapter in self.chapters if chapter.pitch.topic)
        people = _by_name((name, chapter) for chapter in self.chapters for name in _names(chapter))
        made = BookIndex("topics", _("By topic"), topics), BookIndex("people", _("By person"), people)
        return [index for index in made if index.entries]

    def chapter_of(self, pitch_id: int) -> Chapter:
        """The chapter of a pitch that has one."""
        return next(it for it in self.chapters if pitch_id in (pitch.id for pitch in it.pitches))


def book(source: Source) -> Book:
    """Put the book together, always in the same order: by time and room, then what had no place, by age."""
    times = source.times
    chapters = tuple(_chapters(source))
    told = {pitch.id for chapter in chapters for pitch in chapter.pitches}
    slots = source.grid.slots if source.grid else ()
    licence = {"licence": LICENCE, "address": LICENCE_URL}
    return Book(
        title=source.event.name,
        day=times.dates or language.day(source.event.day),
        address=source.address_by(addresses.event),
        licence=_("Text and figures may be used by anyone under %(licence)s: %(address)s", **licence),
        schedule=tuple(GridRow(times.when(slot), slot.title, _cells(source, slot, source.rooms)) for slot in slots),
        chapters=chapters,
        unplaced=tuple(pitch for pitch in source.pitches if pitch.id not in told),
        days=tuple(_days(source)),
        about=tuple(about.stays(source.about)),
        reflections=tuple(_reflections(source)),
    )


def _reflections(source: Source) -> Iterable[Answered]:
    for column, question in questions(source.event).items():
        said = ((getattr(it, column), it.author_name) for it in source.reflections)
        answers = tuple(
            BookEntry(kind=NoteKind.NOTE, text=text, url="", owner="", behind=name, done=False)
            for text, name in said
            if text
        )
        if answers:
            yield Answered(question, answers)


def _chapters(source: Source) -> Iterable[Chapter]:
    firsts = _firsts(source)
    places: dict[int, list[str]] = {}
    for it in source.sessions:
        places.setdefault(firsts.get(it.pitch.id, it.pitch.id), []).append(f"{source.times.when(it)}, {it.room.name}")
    for pitch in source.unplaced:
        if source.notes.get(pitch.id) or source.summaries.get(pitch.id):
            places.setdefault(firsts.get(pitch.id, pitch.id), [])
    known = {it.id: it for it in (*source.pitches, *(placed.pitch for placed in source.sessions))}
    for number, (pitch_id, where) in enumerate(places.items(), 1):
        pitch, parts = known[pitch_id], source.merged.get(pitch_id, ())
        again = tuple(known[it] for it, first in firsts.items() if first == pitch_id)
        written = {pitch_id: "", **{it.id: it.title for it in (*parts, *again)}}
        yield Chapter(
            number=number,
            pitch=pitch,
            repeats=again,
            place="; ".join(where),
            notes=(
                *(entry_of(note, source) for note in source.notes.get(pitch_id, ())),
                *(_of_repeat(entry_of(note, source)) for it in again for note in source.notes.get(it.id, ())),
            ),
            tally=source.tally(pitch),
            summaries=tuple(
                PartSummary(title, source.summaries[it]) for it, title in written.items() if it in source.summaries
            ),
            parts=parts,
        )


def _firsts(source: Source) -> dict[int, int]:
    """The id of each repeat -> that of the session which it repeats, or of what that is part of by now."""
    roots = {part.id: pitch_id for pitch_id, parts in source.merged.items() for part in parts}
    return repeats.firsts(source.pitches, roots)


def entry_of(note: Note, source: Source) -> BookEntry:
    """An entry as the book has it, of the notes of a source."""
    behind = [note.owner if note.kind is NoteKind.ACTION else "" if note.not_quoted else note.author_name]
    if note.kind is NoteKind.ACTION:
        behind += [
            _("by %(day)s", day=language.date_without_weekday(note.due)) if note.due else "",
            *_with(source.helpers.get(note.id, ())),
        ]
        behind.append(_("done") if note.done_at else "")
    behind.append(_("not to be quoted") if note.not_quoted else "")
    owner = note.owner if note.kind is NoteKind.ACTION else ""
    return BookEntry(
        kind=note.kind,
        text=note.text,
        url=note.url,
        owner=owner,
        behind=", ".join(filter(None, behind)),
        done=note.done_at is not None,
        picture=source.pictures.get(note.id),
    )


def _of_repeat(entry: BookEntry) -> BookEntry:
    """The entry, saying that it is of the second time that the session was held."""
    return replace(entry, behind=", ".join(filter(None, (entry.behind, _("at the repeat")))))


def _with(names: tuple[str, ...]) -> list[str]:
    return [_("with %(names)s", names=", ".join(filter(None, names)))] if any(names) else []


def _days(source: Source) -> Iterable[GridOfDay]:
    """The grid day by day; rooms in which nothing is on a day are left out of that day's table."""
    for day in source.days if source.grid else ():
        of_day = [_cells(source, slot, source.rooms) for slot in day.slots]
        used = {cell.room.id for cells in of_day for cell in cells if cell.placed or cell.title}
        rooms = tuple(room for room in source.rooms if room.id in used)
        rows = (GridRow(source.times.span(slot), slot.title, _cells(source, slot, rooms)) for slot in day.slots)
        yield GridOfDay(language.day(day.date), rooms, tuple(rows))


def _cells(source: Source, slot: Slot, rooms: Iterable[Room]) -> tuple[BookCell, ...]:
    """What is in these rooms in a slot: none where it is a fixed item of all of them."""
    grid = source.grid
    if grid is None or slot.title:
        return ()
    return tuple(_cell(source, grid, slot, room) for room in rooms)


def _cell(source: Source, grid: PublishedGrid, slot: Slot, room: Room) -> BookCell:
    placed = grid.cells.get((slot.id, room.id))
    if placed is None or not placed.standing:
        return BookCell(room, title=grid.items.get((slot.id, room.id), ""))
    goes_on = placed.slot.id != slot.id
    until = _("goes on until %(time)s", time=source.times.clock(placed.ends_at)) if goes_on else ""
    return BookCell(room, placed, said=until or grid.items.get((slot.id, room.id), ""))


def _names(chapter: Chapter) -> Iterable[str]:
    """The people of a chapter, each once: its hosts and who does its actions."""
    hosts = (name for pitch in (chapter.pitch, *chapter.parts) for name in names.people_in(pitch.host_name))
    owners = (name for entry in chapter.of_kind(NoteKind.ACTION) for name in names.people_in(entry.owner))
    return {name_key(name): name.strip() for name in (*hosts, *owners) if name.strip()}.values()


def _by_name(pairs: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    """Things under their names, by name; two spellings that differ in capitals only are one."""
    spelt: dict[str, str] = {}
    found: dict[str, list[T]] = defaultdict(list)
    for name, thing in pairs:
        spelt.setdefault(name_key(name), name)
        found[name_key(name)].append(thing)
    return [(spelt[key], found[key]) for key in sorted(found)]

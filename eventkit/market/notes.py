"""The notes of a session: entries added by many at once, edited or struck out by their author, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import col, func, or_, select

from eventkit.clock import now
from eventkit.errors import Closed, Forbidden, Invalid, NotFound, TooMany
from eventkit.event import editions, moderation_log, people
from eventkit.event.roles import Viewer
from eventkit.market import hiding, hosting
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    ModerationAct,
    ModerationKind,
    Note,
    NoteKind,
    Person,
    Pitch,
)
from eventkit.text import language
from eventkit.text.language import gettext as _

MOST_ENTRIES = 1000  # in the notes of one session
ON_A_PAGE = 50  # of them


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as written: what kind, its text in Markdown, a link's address, an action's owner and day, who wrote it.

    And its marks: whether it is not to be quoted, and whether it is kept out of the book.
    """

    kind: NoteKind
    text: str
    url: str = ""
    owner: str = ""
    author_name: str = ""
    due: date | None = None
    not_quoted: bool = False
    out_of_book: bool = False


def add(tx: Transaction, event_id: int, pitch_id: int, person: Person, entry: Entry, helps: bool = False) -> Note:
    """Add an entry to the notes of a pitch; `helps`: as a facilitator. Raises Closed, Invalid, TooMany."""
    event = open_to(tx, event_id, helps)
    entry = _named(_nameless(tx, event_id, checked(entry)), person)
    if _number_of(tx, pitch_id) >= MOST_ENTRIES:
        raise TooMany(
            _(
                "These notes are full: %(most_entries)s entries. Ask the organiser where to go on.",
                most_entries=language.numeral(MOST_ENTRIES),
            )
        )
    note = Note(event_id=event_id, pitch_id=pitch_id, person_id=person.id, made_at=now(), **vars(entry))
    tx.add(note)
    tx.flush()
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id, note=note.id)
    if hiding.waits(event, helps):
        hiding.hide_note(tx, note, waiting=True)
    return note


def edit(
    tx: Transaction, event_id: int, pitch_id: int, note_id: int, viewer: Viewer, entry: Entry, *, seen: str = ""
) -> Note:
    """Change an own entry; facilitators may change any.

    `seen` is the edition() that they changed; without one whatever is there is replaced. Raises NotFound, Forbidden,
    Closed, Invalid, Stale.
    """
    event = open_to(tx, event_id, viewer.facilitator)
    note = _own(tx, event_id, pitch_id, note_id, viewer)
    entry = _nameless(tx, event_id, checked(entry))
    told = _("Somebody changed this entry while you were typing.")
    editions.refuse_changed(seen, vars(entry_of(note)), vars(entry), told)
    if wrote(note, viewer):
        entry = _named(entry, tx.get_one(Person, viewer.person_id))
    else:
        moderation_log.record_of(tx, event_id, viewer, ModerationAct.EDIT, ModerationKind.NOTE, note.id)
    for name, value in vars(entry).items():
        setattr(note, name, value)
    note.edited_at = now()
    if hiding.waits(event, viewer.facilitator):
        hiding.hide_note(tx, note, waiting=True)
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id, note=note.id)
    return note


def entry_of(note: Note) -> Entry:
    """What an entry says."""
    return Entry(**{field.name: getattr(note, field.name) for field in fields(Entry)})


def edition(note: Note) -> str:
    """A fingerprint of what an entry says now."""
    return editions.edition(vars(entry_of(note)))


def strike(tx: Transaction, event_id: int, pitch_id: int, note_id: int, viewer: Viewer, struck: bool) -> Note:
    """Strike an own entry out, or put it back; the session's hosts and facilitators may do so with any.

    What a host struck out its author cannot put back. Raises NotFound, Forbidden.
    """
    note = get(tx, event_id, pitch_id, note_id, to_change=True)
    hosted = hosting.hosts_some(tx, pitch_id, viewer)
    if not may_strike(note, viewer, hosted):
        refuse_to_change(note, viewer)
        raise Forbidden(_("A host of this session struck this entry out. Ask them about it."))
    if (note.struck_at is not None) != struck:
        if not wrote(note, viewer):
            act = ModerationAct.STRIKE if struck else ModerationAct.PUT_BACK
            moderation_log.record_of(tx, event_id, viewer, act, ModerationKind.NOTE, note.id)
        note.struck_at, note.struck_by_host = (now(), not wrote(note, viewer)) if struck else (None, False)
        change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id, note=note.id)
    return note


def may_strike(note: Note, viewer: Viewer, hosted: bool) -> bool:
    """Whether the viewer may strike the entry out or put it back; `hosted`: whether they host its session."""
    if hosted and note.hidden_at is None:
        return True
    return may_change(note, viewer) and (viewer.facilitator or not note.struck_by_host)


@dataclass(frozen=True)
class Pageful:
    """Some entries, oldest first. `before` is what leads to earlier ones, None where there are none."""

    entries: Sequence[Note]
    before: int | None


def pageful(tx: Transaction, event_id: int, pitch_id: int, viewer: Viewer, before: int | None = None) -> Pageful:
    """The newest entries of one session's notes, or the newest of those before the entry with this id.

    Those of pitches that were merged into it are among them.
    Hidden ones are among them for their author and for facilitators only.
    """
    query = select(Note).where(Note.event_id == event_id, col(Note.pitch_id).in_(_whole(pitch_id)))
    if not viewer.facilitator:
        own = col(Note.person_id) == (viewer.person_id or 0)
        query = query.where(or_(col(Note.hidden_at).is_(None), own))
    if before is not None:
        query = query.where(Note.id < before)
    found = tx.scalars(query.order_by(col(Note.id).desc()).limit(ON_A_PAGE + 1)).all()
    shown = found[:ON_A_PAGE][::-1]
    return Pageful(shown, shown[0].id if len(found) > ON_A_PAGE else None)


def of_event(tx: Transaction, event_id: int) -> Sequence[Note]:
    """The entries of all sessions, neither struck nor hidden, by pitch and age; with those kept out of the book."""
    query = select(Note).join(Pitch, col(Pitch.id) == col(Note.pitch_id)).where(Note.event_id == event_id)
    query = query.where(*(col(gone).is_(None) for gone in (Note.struck_at, Note.hidden_at, Pitch.hidden_at)))
    return tx.scalars(query.order_by(col(Note.pitch_id), col(Note.id))).all()


def get(tx: Transaction, event_id: int, pitch_id: int, note_id: int, to_change: bool = False) -> Note:
    """One entry, through the event and the pitch that it belongs to or that this was merged into. Raises NotFound."""
    query = select(Note).where(Note.id == note_id, Note.event_id == event_id)
    query = query.where(col(Note.pitch_id).in_(_whole(pitch_id)))
    note = tx.scalar(query.with_for_update() if to_change else query)
    if note is None:
        raise NotFound(_("There is no such entry in these notes."))
    return note


def seen(tx: Transaction, event_id: int, pitch_id: int, note_id: int, viewer: Viewer) -> Note:
    """The same for whoever looks at it: hidden, it is seen by its author and facilitators only. Raises NotFound."""
    note = get(tx, event_id, pitch_id, note_id)
    if note.hidden_at is not None and not (viewer.facilitator or wrote(note, viewer)):
        raise NotFound(_("There is no such entry in these notes."))
    return note


def may_change(note: Note, viewer: Viewer) -> bool:
    """Whether the viewer wrote the entry, and it is not hidden, or is a facilitator."""
    return viewer.facilitator or (wrote(note, viewer) and (note.hidden_at is None or note.waits))


def wrote(note: Note, viewer: Viewer) -> bool:
    """Whether the viewer wrote the entry."""
    return note.person_id is not None and note.person_id == viewer.person_id


def refuse_to_change(note: Note, viewer: Viewer) -> None:
    """Raise Forbidden where may_change() says no, with the reason."""
    if not may_change(note, viewer):
        if wrote(note, viewer):
            raise Forbidden(_(hiding.TAKEN_OFF))
        raise Forbidden(_("Only the person who wrote this entry, or a facilitator, can change it."))


def _nameless(tx: Transaction, event_id: int, entry: Entry) -> Entry:
    """The entry with the names that the event keeps: none where it asks nobody for names."""
    owner, author = (people.name_kept(tx, event_id, name) for name in (entry.owner, entry.author_name))
    return replace(entry, owner=owner, author_name=author)


def checked(entry: Entry) -> Entry:
    """The entry with only the fields of its kind. Raises Invalid for an empty one or a link that is none."""
    is_link, is_action = entry.kind is NoteKind.LINK, entry.kind is NoteKind.ACTION
    url = checked_url(entry.url) if is_link else ""
    if not entry.text and not is_link:
        raise Invalid(text=_("The note is empty. Write something here."))
    owner, due = (entry.owner, entry.due) if is_action else ("", None)
    return replace(entry, url=url, owner=owner, due=due)


def checked_url(text: str) -> str:
    """A link's address: http or https, with a host, without a password. Raises Invalid."""
    if not text:
        raise Invalid(url=_("The link is empty. Paste an address that starts with https://"))
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        __ = parts.port  # raises for a port that is no number
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or ord(character) < 32 for character in text):
        raise Invalid(url=_("This is not an address that can be opened. It should look like https://example.org/page"))
    return text


def _whole(pitch_id: int) -> Any:
    """The ids of a pitch and of those that were merged into it."""
    return select(Pitch.id).where(or_(Pitch.id == pitch_id, Pitch.merged_into == pitch_id))


def _own(tx: Transaction, event_id: int, pitch_id: int, note_id: int, viewer: Viewer) -> Note:
    note = get(tx, event_id, pitch_id, note_id, to_change=True)
    refuse_to_change(note, viewer)
    return note


def open_to(tx: Transaction, event_id: int, helps: bool) -> Event:
    """The event whose notes somebody writes. Raises Closed."""
    event = tx.get_one(Event, event_id)
    if not event.notes_open and not helps:
        raise Closed(_("Notes are closed, so this was not kept. Ask the organiser if it should still get in."))
    return event


def _named(entry: Entry, author: Person) -> Entry:
    """The entry without its author's name where that is hidden."""
    return entry if author.hidden_names is None else replace(entry, author_name="")


def _number_of(tx: Transaction, pitch_id: int) -> int:
    """How many there are; hidden ones do not count, so that nobody fills the notes with what is not shown."""
    shown = Note.pitch_id == pitch_id, or_(col(Note.hidden_at).is_(None), col(Note.waits))
    return tx.scalar(select(func.count()).select_from(Note).where(*shown)) or 0

"""The notes of a session: its part of the pitch's page, its own page, and the posts that add, edit and strike out."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from flask import Blueprint, Response, request, url_for
from pydantic import BeforeValidator, Field

from eventkit.errors import Closed, NotJoined, Stale
from eventkit.event import idempotency, limits
from eventkit.grid.times import Times
from eventkit.market import actions, hiding, hosting, note_takers, notes, pictures, pitches, summaries
from eventkit.storage.tables import Note, NoteKind, Pitch
from eventkit.text import lengths, markdown
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.text.merging import Contested
from eventkit.web.base.forms import FilledForm, Form, Line, Text, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, in_turns, page, wants_block
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, looking

pages = Blueprint("notes", __name__)

SOMEBODY = "somebody"  # where an event asks for no names
KINDS = (
    (NoteKind.NOTE.value, marked("Note")),
    (NoteKind.ACTION.value, marked("Action")),
    (NoteKind.LINK.value, marked("Link")),
)


class Mark(StrEnum):
    """How an entry may be used, by the name of its column."""

    NOT_QUOTED = "not_quoted"
    OUT_OF_BOOK = "out_of_book"


MARKS = (
    (Mark.NOT_QUOTED.value, marked("Not to be quoted")),
    (Mark.OUT_OF_BOOK.value, marked("Keep it out of the book")),
)
TypedDate = Annotated[date | None, BeforeValidator(lambda typed: typed or None)]


class NoteForm(Form):
    """An entry as typed."""

    kind: NoteKind = Field(default=NoteKind.NOTE, title="The kind")
    text: Text = Field(default="", max_length=lengths.NOTE, title=marked("The note"))
    url: Line = Field(default="", max_length=lengths.LINK, title=marked("The link"))
    owner: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Who does it"))
    due: TypedDate = Field(default=None, title=marked("The day"))
    marks: list[Mark] = Field(default=[], max_length=2, title="How it is used")
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))
    nonce: Line = Field(default="", max_length=30, title="The form")
    seen: Line = Field(default="", max_length=12, title="The form")

    def entry(self) -> notes.Entry:
        """What the domain keeps of it."""
        marks = {mark.value: mark in self.marks for mark in Mark}
        return notes.Entry(
            kind=self.kind,
            text=self.text,
            url=self.url,
            owner=self.owner,
            author_name=self.author_name,
            due=self.due,
            **marks,
        )


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes")
def show(code: str, pitch_id: int) -> Response:
    """The notes on a page of their own; for htmx the list of entries, which refreshes while somebody types."""
    with looking(code) as visit:
        pitch = pitch_of(visit, pitch_id)
        template = "notes_entries.html" if wants_block() else "notes_page.html"
        return page(template, event=visit.event, viewer=visit.viewer, pitch=pitch, notes=shown(visit, pitch))


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes")
def add(code: str, pitch_id: int) -> Response:
    """Add an entry: once for each nonce, so that a retry on bad wifi is harmless."""

    def keep() -> None:
        form, rates = parse(NoteForm, request.form), services().rates
        acting(code, lambda visit: _add(visit, pitch_id, form, rates))

    return post(keep, lambda _: after(code, pitch_id, added=True), lambda refused: _again(code, pitch_id, refused))


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>")
def edit_form(code: str, pitch_id: int, note_id: int) -> Response:
    """The form for an own entry. Raises NotFound, Forbidden."""
    return _edit_form(code, pitch_id, note_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>")
def edit(code: str, pitch_id: int, note_id: int) -> Response:
    """Change an own entry; with `strike` = 1 strike it out, with 0 put it back. Raises NotFound, Forbidden."""
    if (strike := request.form.get("strike")) in ("0", "1"):
        acting(
            code,
            lambda v: notes.strike(
                v.tx, v.event.id, pitch_to_write_at(v, pitch_id).id, note_id, v.viewer, strike == "1"
            ),
        )
        return after(code, pitch_id)

    def change() -> None:
        form = parse(NoteForm, request.form)
        acting(code, lambda visit: _edit(visit, pitch_id, note_id, form))

    def again(refused: Refused) -> Response:
        if isinstance(refused.why, NotJoined):  # nobody knows that it is theirs: its words go into a new one
            return _again(code, pitch_id, refused)
        return _edit_form(code, pitch_id, note_id, refused)

    return post(change, lambda _: done(_address(code, pitch_id)), again)


@dataclass(frozen=True, kw_only=True)
class ShownNote:
    """An entry as its viewer sees it."""

    note: Note
    html: str
    at: str  # the time at which it was written
    own: bool  # may be changed by the viewer
    strikes: bool  # may be struck out by the viewer, or put back
    helpers: tuple[str, ...]  # with an action
    helps: bool  # with it, the viewer
    finishes: bool  # may say that it is done
    nonce: str  # with which the viewer added it
    picture: tuple[int, int] | None = None  # its width and height

    @property
    def readable(self) -> bool:
        """Whether the viewer still reads it when it is struck out."""
        return self.own or self.strikes

    @property
    def struck(self) -> bool:
        """Whether it was struck out."""
        return self.note.struck_at is not None

    @property
    def hidden(self) -> bool:
        """Whether it was taken off the screens."""
        return self.note.hidden_at is not None

    @property
    def waits(self) -> bool:
        """Whether it is hidden only until somebody has looked at it."""
        return self.note.waits


@dataclass(frozen=True)
class NoteFields(FilledForm):
    """The fields of an entry; after adding one the next is typed."""

    kinds: tuple[tuple[str, str], ...] = KINDS
    marks: tuple[tuple[str, str], ...] = MARKS
    added: bool = False


@dataclass(frozen=True)
class ShownSummary(FilledForm):
    """The summary as it is now, those of what was merged into it, and a form that begins from it."""

    html: str = ""
    version: int = 0
    parts: Sequence[tuple[str, str]] = ()  # title and HTML
    contested: Sequence[Contested] = ()  # what the writer of the form and somebody else both changed


@dataclass(frozen=True, kw_only=True)
class ShownNotes:
    """What the block of notes shows, on its own page and on the pitch's: a page of entries, and a form."""

    pitch: Pitch  # whose they are
    entries: list[ShownNote]
    before: int | None  # the entry before which this page ends, None on the newest page
    earlier: int | None  # the same for the page before this one, None where there is none
    form: NoteFields
    summary: ShownSummary
    takers: list[str]  # who takes notes
    takes: bool  # the viewer does
    refused: Mapping[str, str] = field(default_factory=dict)  # why something small was not done
    taken_off: str = hiding.TAKEN_OFF  # what stands in the place of what was hidden
    waits: str = hiding.WAITS  # beside what waits to be shown


def shown(
    visit: Visit,
    pitch: Pitch,
    form: NoteFields | None = None,
    refused: Refused | None = None,
) -> ShownNotes:
    """The block of notes, with this form or an empty one."""
    before = request.args.get("before", None, int)
    before = before if before and 0 < before < 2**31 else None
    found = notes.pageful(visit.tx, visit.event.id, pitch.id, visit.viewer, before)
    takers = note_takers.of_event(visit.tx, visit.event.id, pitch.id).get(pitch.id, ())
    return ShownNotes(
        pitch=pitch,
        entries=list(_entries(visit, pitch, found.entries)),
        before=before,
        earlier=found.before,
        form=form or NoteFields(_blank(visit)),
        summary=summary(visit, pitch),
        takers=[it.name or SOMEBODY for it in takers],
        takes=any(it.person_id == visit.viewer.person_id for it in takers),
        refused=refused.errors("notes") if refused else {},
    )


def _entries(visit: Visit, pitch: Pitch, found: Sequence[Note]) -> Iterator[ShownNote]:
    hosted = hosting.hosts_some(visit.tx, pitch.id, visit.viewer)
    tasks = [note.id for note in found if note.kind is NoteKind.ACTION]
    helping = actions.helpers(visit.tx, tasks) if tasks else {}
    pictured = pictures.sizes(visit.tx, [note.id for note in found])
    times = Times(visit.event.timezone)
    written = [note.id for note in found if notes.wrote(note, visit.viewer)]
    nonces = idempotency.nonces(visit.tx, visit.viewer.person_id, "note", written)
    for note in in_turns(found):
        own, helpers = notes.may_change(note, visit.viewer), helping.get(note.id, ())
        helps = any(it.person_id == visit.viewer.person_id for it in helpers)
        yield ShownNote(
            note=note,
            html=markdown.to_html(note.text),
            at=times.clock(note.made_at),
            own=own,
            strikes=notes.may_strike(note, visit.viewer, hosted),
            helpers=tuple(it.name or SOMEBODY for it in helpers),
            helps=helps,
            finishes=own or hosted or helps,
            nonce=nonces.get(note.id, ""),
            picture=pictured.get(note.id),
        )


def summary(visit: Visit, pitch: Pitch) -> ShownSummary:
    """The summary, with a form that begins from it."""
    found = summaries.of_session(visit.tx, pitch.id)
    there = next((it for it, title in found if title.id == pitch.id), None)
    text, version = (there.text, there.version) if there else ("", 0)
    parts = [(title.title, markdown.to_html(it.text)) for it, title in found if title.id != pitch.id and it.text]
    typed = {"summary": text, "seen": version, "author_name": visit.viewer.name}
    return ShownSummary(typed, {}, markdown.to_html(text) if text else "", version, parts)


def _blank(visit: Visit) -> dict[str, Any]:
    nonce = secrets.token_urlsafe(12)
    typed = {"kind": "note", "text": "", "url": "", "owner": "", "due": "", "marks": []}
    return {**typed, "author_name": visit.viewer.name, "nonce": nonce}


def _add(visit: Visit, pitch_id: int, form: NoteForm, rates: limits.Rates) -> int:
    pitch, person = pitch_to_write_at(visit, pitch_id), visit.person()

    def add_one() -> int:
        note = notes.add(visit.tx, visit.event.id, pitch.id, person, form.entry(), visit.viewer.facilitator)
        rates.spend(limits.NOTES, (visit.event.id, visit.viewer.token), visit.event.limits)  # refused, nothing is kept
        return note.id

    return idempotency.once(visit.tx, person.id, "note", form.nonce, add_one, content=(pitch.id, form.entry()))


def _edit(visit: Visit, pitch_id: int, note_id: int, form: NoteForm) -> None:
    pitch = pitch_to_write_at(visit, pitch_id)
    notes.edit(visit.tx, visit.event.id, pitch.id, note_id, visit.viewer, form.entry(), seen=form.seen)


def _again(code: str, pitch_id: int, refused: Refused) -> Response:
    """The form with what was typed."""
    with looking(code) as visit:
        pitch = pitch_of(visit, pitch_id)
        form = NoteFields(refused.typed(NoteForm), refused.errors("text"))
        return _page(visit, pitch, form, refused.status)


def _page(visit: Visit, pitch: Pitch, form: NoteFields, status: int = 200) -> Response:
    return page_of(visit, pitch, shown(visit, pitch, form), status)


def page_of(visit: Visit, pitch: Pitch, block: ShownNotes, status: int = 200) -> Response:
    """The page of its own with this block; for htmx the block."""
    return page("notes_page.html", "notes", status, event=visit.event, viewer=visit.viewer, pitch=pitch, notes=block)


def refused(code: str, pitch_id: int, why: Refused) -> Response:
    """The notes again, and why something small in them was not done."""
    with looking(code) as visit:
        pitch = pitch_of(visit, pitch_id)
        return page_of(visit, pitch, shown(visit, pitch, refused=why), why.status)


def after(code: str, pitch_id: int, added: bool = False) -> Response:
    """The notes, after something was done in them."""
    if not wants_block():
        return done(_address(code, pitch_id))
    with looking(code) as visit:
        return _page(visit, pitch_of(visit, pitch_id), NoteFields(_blank(visit), added=added))


def _edit_form(code: str, pitch_id: int, note_id: int, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        pitch = pitch_of(visit, pitch_id)
        note = notes.get(visit.tx, visit.event.id, pitch.id, note_id)
        notes.refuse_to_change(note, visit.viewer)
        kept = {name: getattr(note, name) for name in ("text", "url", "owner", "author_name")}
        kept |= {"due": note.due or "", "marks": [mark.value for mark in Mark if getattr(note, mark.value)]}
        typed = refused.typed(NoteForm) if refused else {**kept, "kind": note.kind.value, "nonce": ""}
        return page(
            "note_edit.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            pitch=pitch,
            note=note,
            form=NoteFields(typed, refused.errors("text") if refused else {}),
            seen=notes.edition(note),
            meanwhile=refused is not None and isinstance(refused.why, Stale),
        )


def pitch_of(visit: Visit, pitch_id: int) -> Pitch:
    """The pitch whose notes these are; of a merged one, what it is now. A withdrawn one keeps its notes."""
    pitch = pitches.get(visit.tx, visit.event.id, pitch_id)
    return pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch.merged_into or pitch.id)


def pitch_to_write_at(visit: Visit, pitch_id: int) -> Pitch:
    """The same for who writes there. Raises Closed where it was hidden, for its hosts, too."""
    pitch = pitch_of(visit, pitch_id)
    if pitch.hidden_at is not None and not (pitch.waits or visit.viewer.facilitator):
        raise Closed(_(hiding.TAKEN_OFF))
    return pitch


def _address(code: str, pitch_id: int) -> str:
    return url_for("pitch.show", code=code, pitch_id=pitch_id, _anchor="notes")

"""The notes of a session: its part of the pitch's page, its own page, and the posts that add, edit and strike out."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import NotJoined, Stale
from eventkit.event import idempotency, limits
from eventkit.market import hiding, notes, pitches
from eventkit.storage.tables import Note, NoteKind, Pitch
from eventkit.text import lengths, markdown
from eventkit.web.base.forms import FilledForm, Form, Line, Text, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, in_turns, page, wants_block
from eventkit.web.base.visits import Visit, acting, looking, services

pages = Blueprint("notes", __name__)

KINDS = ((NoteKind.NOTE.value, "Note"), (NoteKind.ACTION.value, "Action"), (NoteKind.LINK.value, "Link"))


class NoteForm(Form):
    """An entry as typed."""

    kind: NoteKind = Field(default=NoteKind.NOTE, title="The kind")
    text: Text = Field(default="", max_length=lengths.NOTE, title="The note")
    url: Line = Field(default="", max_length=lengths.LINK, title="The link")
    owner: Line = Field(default="", max_length=lengths.PERSON_NAME, title="Who does it")
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title="Your name")
    nonce: Line = Field(default="", max_length=30, title="The form")
    seen: Line = Field(default="", max_length=12, title="The form")

    def entry(self) -> notes.Entry:
        """What the domain keeps of it."""
        return notes.Entry(self.kind, self.text, self.url, self.owner, self.author_name)


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes")
def show(code: str, pitch_id: int) -> Response:
    """The notes on a page of their own; for htmx the list of entries, which refreshes while somebody types."""
    with looking(code) as visit:
        pitch = _pitch(visit, pitch_id)
        template = "notes_entries.html" if wants_block() else "notes_page.html"
        return page(template, event=visit.event, viewer=visit.viewer, pitch=pitch, notes=shown(visit, pitch))


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes")
def add(code: str, pitch_id: int) -> Response:
    """Add an entry: once for each nonce, so that a retry on bad wifi is harmless."""

    def keep() -> None:
        form, rates = parse(NoteForm, request.form), services().rates
        acting(code, lambda visit: _add(visit, pitch_id, form, rates))

    return post(keep, lambda _: _shown(code, pitch_id, added=True), lambda refused: _again(code, pitch_id, refused))


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>")
def edit_form(code: str, pitch_id: int, note_id: int) -> Response:
    """The form for an own entry. Raises NotFound, Forbidden."""
    return _edit_form(code, pitch_id, note_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>")
def edit(code: str, pitch_id: int, note_id: int) -> Response:
    """Change an own entry; with `strike` = 1 strike it out, with 0 put it back. Raises NotFound, Forbidden."""
    if (strike := request.form.get("strike")) in ("0", "1"):
        acting(code, lambda v: notes.strike(v.tx, v.event.id, _pitch(v, pitch_id).id, note_id, v.viewer, strike == "1"))
        return _shown(code, pitch_id)

    def change() -> None:
        form = parse(NoteForm, request.form)
        acting(code, lambda visit: _edit(visit, pitch_id, note_id, form))

    def again(refused: Refused) -> Response:
        if isinstance(refused.why, NotJoined):  # nobody knows that it is theirs: its words go into a new one
            return _again(code, pitch_id, refused)
        return _edit_form(code, pitch_id, note_id, refused)

    return post(change, lambda _: done(_address(code, pitch_id)), again)


@dataclass(frozen=True)
class ShownNote:
    """An entry as its viewer sees it."""

    note: Note
    html: str
    own: bool  # may be changed by the viewer

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
    added: bool = False


@dataclass(frozen=True)
class ShownNotes:
    """What the block of notes shows, on its own page and on the pitch's: a page of entries, and a form."""

    pitch: Pitch  # whose they are
    entries: list[ShownNote]
    before: int | None  # the entry before which this page ends, None on the newest page
    earlier: int | None  # the same for the page before this one, None where there is none
    form: NoteFields
    taken_off: str = hiding.TAKEN_OFF  # what stands in the place of what was hidden
    waits: str = hiding.WAITS  # beside what waits to be shown


def shown(visit: Visit, pitch: Pitch, form: NoteFields | None = None) -> ShownNotes:
    """The block of notes, with this form or an empty one."""
    before = request.args.get("before", None, int)
    before = before if before and 0 < before < 2**31 else None
    found = notes.pageful(visit.tx, visit.event.id, pitch.id, visit.viewer, before)
    entries = [
        ShownNote(note, markdown.to_html(note.text), notes.may_change(note, visit.viewer))
        for note in in_turns(found.entries)
    ]
    return ShownNotes(pitch, entries, before, found.before, form or NoteFields(_blank(visit)))


def _blank(visit: Visit) -> dict[str, str]:
    nonce = secrets.token_urlsafe(12)
    return {"kind": "note", "text": "", "url": "", "owner": "", "author_name": visit.viewer.name, "nonce": nonce}


def _add(visit: Visit, pitch_id: int, form: NoteForm, rates: limits.Rates) -> int:
    pitch, person = _pitch(visit, pitch_id), visit.person()

    def add_one() -> int:
        note = notes.add(visit.tx, visit.event.id, pitch.id, person, form.entry(), visit.viewer.facilitator)
        rates.spend(limits.NOTES, (visit.event.id, visit.viewer.token), visit.event.limits)  # refused, nothing is kept
        return note.id

    return idempotency.once(visit.tx, person.id, "note", form.nonce, add_one, content=(pitch.id, form.entry()))


def _edit(visit: Visit, pitch_id: int, note_id: int, form: NoteForm) -> None:
    pitch = _pitch(visit, pitch_id)
    notes.edit(visit.tx, visit.event.id, pitch.id, note_id, visit.viewer, form.entry(), form.seen)


def _again(code: str, pitch_id: int, refused: Refused) -> Response:
    """The form with what was typed."""
    with looking(code) as visit:
        pitch = _pitch(visit, pitch_id)
        form = NoteFields(refused.typed(NoteForm), refused.errors("text"))
        return _page(visit, pitch, form, refused.status)


def _page(visit: Visit, pitch: Pitch, form: NoteFields, status: int = 200) -> Response:
    shown_notes = shown(visit, pitch, form)
    return page(
        "notes_page.html", "notes", status, event=visit.event, viewer=visit.viewer, pitch=pitch, notes=shown_notes
    )


def _shown(code: str, pitch_id: int, added: bool = False) -> Response:
    if not wants_block():
        return done(_address(code, pitch_id))
    with looking(code) as visit:
        return _page(visit, _pitch(visit, pitch_id), NoteFields(_blank(visit), added=added))


def _edit_form(code: str, pitch_id: int, note_id: int, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        pitch = _pitch(visit, pitch_id)
        note = notes.get(visit.tx, visit.event.id, pitch.id, note_id)
        notes.refuse_to_change(note, visit.viewer)
        kept = {name: getattr(note, name) for name in ("text", "url", "owner", "author_name")}
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


def _pitch(visit: Visit, pitch_id: int) -> Pitch:
    """The pitch whose notes these are; of a merged one, what it is now. A withdrawn one keeps its notes."""
    pitch = pitches.get(visit.tx, visit.event.id, pitch_id)
    return pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch.merged_into or pitch.id)


def _address(code: str, pitch_id: int) -> str:
    return url_for("pitch.show", code=code, pitch_id=pitch_id, _anchor="notes")

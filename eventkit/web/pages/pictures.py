"""Photos and slides in the notes: the form that adds one, and the picture itself."""

import secrets

from flask import Blueprint, Response, make_response, request
from pydantic import Field

from eventkit.errors import NotFound, Stopped
from eventkit.event import idempotency, limits
from eventkit.market import hosting, notes, pictures
from eventkit.market.pictures import Fitted
from eventkit.storage.tables import NoteKind
from eventkit.text import lengths
from eventkit.text.fingerprints import fingerprint
from eventkit.text.language import gettext as _
from eventkit.web.base import bodies
from eventkit.web.base.forms import FilledForm, Form, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, joined, looking
from eventkit.web.pages.notes import after, pitch_of

pages = Blueprint("pictures", __name__)


class PictureForm(Form):
    """What is said of a picture."""

    alt: Line = Field(min_length=1, max_length=lengths.LINK, title="What is on it")
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title="Your name")
    nonce: Line = Field(default="", max_length=30, title="The form")


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes/pictures")
def form(code: str, pitch_id: int) -> Response:
    """The form that adds a picture."""
    return _form(code, pitch_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/pictures")
def add(code: str, pitch_id: int) -> Response:
    """Add a picture as an entry: once for each nonce. It is unpacked in a helper process, never here."""
    bodies.take_files(pictures.LARGEST_FILE)

    def keep() -> None:
        joined(code)
        with looking(code) as visit:  # before the file is looked at: who may, and how often
            if visit.viewer.stopped:
                raise Stopped
            pitch_of(visit, pitch_id)
            notes.open_to(visit.tx, visit.event.id, visit.viewer.facilitator)
            spent = visit.event.id, visit.viewer.token
            services().rates.spend(limits.PICTURES, spent, visit.event.limits)
            services().database.refuse_large()
        form, file = parse(PictureForm, request.form), request.files.get("picture")
        picture = services().public_helper.read(pictures.fitted, file.read() if file else b"")
        acting(code, lambda visit: _add(visit, pitch_id, form, picture))

    return post(keep, lambda _: after(code, pitch_id), lambda refused: _form(code, pitch_id, refused))


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/picture")
def show(code: str, pitch_id: int, note_id: int) -> Response:
    """The picture of an entry, for whoever may read that. Raises NotFound."""
    with looking(code) as visit:
        note = notes.seen(visit.tx, visit.event.id, pitch_of(visit, pitch_id).id, note_id, visit.viewer)
        hosted = hosting.hosts_some(visit.tx, pitch_id, visit.viewer)
        if note.struck_at is not None and not notes.may_strike(note, visit.viewer, hosted):
            raise NotFound(_("An entry was struck out."))
        response = make_response(pictures.content(visit.tx, note), 200, {"Content-Type": pictures.TYPE})
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _form(code: str, pitch_id: int, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        empty = {"alt": "", "author_name": visit.viewer.name, "nonce": secrets.token_urlsafe(12)}
        form = refused.form(PictureForm, "picture") if refused else FilledForm(empty)
        pitch, status = pitch_of(visit, pitch_id), refused.status if refused else 200
        return page(
            "picture_page.html",
            status=status,
            event=visit.event,
            viewer=visit.viewer,
            pitch=pitch,
            form=form,
            most=pictures.LARGEST_FILE,
        )


def _add(visit: Visit, pitch_id: int, form: PictureForm, picture: Fitted) -> int:
    pitch, person = pitch_of(visit, pitch_id), visit.person()

    def add_one() -> int:
        entry = notes.Entry(kind=NoteKind.NOTE, text=form.alt, author_name=form.author_name)
        note = notes.add(visit.tx, visit.event.id, pitch.id, person, entry, visit.viewer.facilitator)
        pictures.attach(visit.tx, note, picture)
        return note.id

    told = pitch.id, form.alt, fingerprint(picture.data)
    return idempotency.once(visit.tx, person.id, "picture", form.nonce, add_one, content=told)

"""What is kept, for everybody to read; the organiser sets the day of erasure, deletes people, pitches, the event."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Invalid, NotFound, Stale
from eventkit.event import archive, moderation_log, people
from eventkit.event.about import LICENCE, LICENCE_URL
from eventkit.market import listings, pitches
from eventkit.privacy import erasure, forgetting, my_data
from eventkit.privacy.forgetting import Part
from eventkit.storage.tables import ModerationAct, ModerationKind
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, Form, Line, RowId, parse
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, organising

pages = Blueprint("privacy", __name__)

FIELDS = {"privacy.set_day": "erase_on", "privacy.set_archive": "archive_on"}  # where it is said what is about no field


class DayForm(ChangeForm):
    """When names are erased."""

    erase_on: datetime.date = Field(title=marked("The day"))


class ArchiveForm(ChangeForm):
    """When the event closes: on a day, or now."""

    archive_on: datetime.date | None = Field(default=None, title=marked("The day"))
    now: bool = Field(default=False, title="Whether at once")


class UnwantedPersonForm(Form):
    """Whom to delete."""

    person: RowId = Field(title="The person")


class UnwantedPitchForm(Form):
    """Which pitch to delete."""

    pitch: RowId = Field(title="The pitch")


class UnwantedEventForm(Form):
    """The event's code, typed to delete it."""

    code: Line = Field(default="", max_length=lengths.CODE_TYPED, title=marked("The code"))


@dataclass(frozen=True)
class Goes:
    """What is deleted with a person or a pitch, told before it is."""

    name: str
    fields: Mapping[str, int]  # of the form that does it
    pitches: Sequence[str] = ()  # a person's, by title
    notes: int = 0  # a person's
    stays: bool = False  # a pitch whose place stays, empty


@pages.get("/privacy")
def show() -> Response:
    """What is kept, how long, and who can read it."""
    days = erasure.USUAL.days
    return page("privacy.html", days=days, licence=LICENCE, licence_url=LICENCE_URL)


@pages.get("/e/<code>/organise/privacy")
def organise(code: str) -> Response:
    """The organiser's page about what is kept."""
    with organising(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/privacy")
def set_day(code: str) -> Response:
    """Choose the day on which names are erased."""
    return post_as_organiser(
        code,
        DayForm,
        lambda visit, form: erasure.set_date(visit.tx, visit.by, form.erase_on, form.seen),
        lambda _: done(url_for("privacy.organise", code=code)),
        _page,
    )


@pages.post("/e/<code>/organise/privacy/archive")
def set_archive(code: str) -> Response:
    """Choose the day on which the event closes by itself, close it now, or open it again."""
    return post_as_organiser(code, ArchiveForm, _archive, lambda _: done(url_for("privacy.organise", code=code)), _page)


@pages.post("/e/<code>/organise/privacy/person")
def delete_person(code: str) -> Response:
    """Delete a person and all that is theirs, once the page that says what goes was answered."""
    if "sure" not in request.form:
        return _asked(code, _goes_with_person)
    return post_as_organiser(code, UnwantedPersonForm, _delete_person, lambda _: _gone(code), _page)


@pages.post("/e/<code>/organise/privacy/pitch")
def delete_pitch(code: str) -> Response:
    """Delete a pitch for good, once the page that says what goes was answered."""
    if "sure" not in request.form:
        return _asked(code, _goes_with_pitch)
    return post_as_organiser(code, UnwantedPitchForm, _delete_pitch, lambda _: _gone(code), _page)


@pages.post("/e/<code>/organise/privacy/event")
def delete_event(code: str) -> Response:
    """Delete the event and all that belongs to it."""

    def then(_: object) -> Response:
        services().database.overwrite()
        return done(url_for("front.home"))

    return post_as_organiser(
        code, UnwantedEventForm, lambda visit, form: erasure.delete_event(visit.tx, visit.by, form.code), then, _page
    )


def _asked(code: str, goes: Callable[[Organising], Goes]) -> Response:
    """The page that asks; nothing is deleted by one click."""
    with organising(code) as visit:
        return page("sure.html", event=visit.event, viewer=visit.viewer, goes=goes(visit), action=request.path)


def _goes_with_person(visit: Organising) -> Goes:
    form = parse(UnwantedPersonForm, request.form)
    person = people.get(visit.tx, visit.event.id, form.person)
    theirs = my_data.read(visit.tx, visit.event, person, {})  # but no votes: not even how many
    notes = len(theirs.notes) + len(theirs.summaries)
    return Goes(person.name, {"person": person.id}, [it.title for it in theirs.pitches], notes)


def _goes_with_pitch(visit: Organising) -> Goes:
    form = parse(UnwantedPitchForm, request.form)
    pitch = pitches.get(visit.tx, visit.event.id, form.pitch)
    return Goes(pitch.title, {"pitch": pitch.id}, stays=forgetting.stays_empty(visit.tx, visit.event, pitch))


def _archive(visit: Organising, form: ArchiveForm) -> None:
    if form.now:
        archive.close_now(visit.tx, visit.by)
    elif form.archive_on is None:
        raise Invalid(archive_on=_("Choose a day."))
    else:
        archive.set_date(visit.tx, visit.by, form.archive_on, form.seen)


def _delete_person(visit: Organising, form: UnwantedPersonForm) -> None:
    person = people.get(visit.tx, visit.event.id, form.person)
    forgetting.forget(visit.tx, visit.event, person, [Part.ALL])
    moderation_log.record(visit.tx, visit.by, ModerationAct.DELETE, ModerationKind.PERSON, form.person)


def _delete_pitch(visit: Organising, form: UnwantedPitchForm) -> None:
    pitch = pitches.get(visit.tx, visit.event.id, form.pitch)
    forgetting.forget_pitch(visit.tx, visit.event, pitch, by=visit.by.person_id)
    moderation_log.record(visit.tx, visit.by, ModerationAct.DELETE, ModerationKind.PITCH, form.pitch)


def _gone(code: str) -> Response:
    services().database.overwrite()
    return done(url_for("privacy.organise", code=code))


def _page(visit: Organising, refused: Refused | None = None) -> Response:
    if refused and isinstance(refused.why, NotFound):
        raise refused.why
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in ("erase_on", "archive_on", "code")}
    return page(
        "organise_privacy.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        day=erasure.date_of(visit.tx, visit.event),
        archive_day=archive.offered(visit.tx, visit.event),
        people=people.named(visit.tx, visit.event.id),
        pitches=listings.all_titles(visit.tx, visit.event.id),
        typed=typed,
        meanwhile=request.endpoint if refused and isinstance(refused.why, Stale) else "",
        errors=refused.errors(FIELDS.get(request.endpoint or "", "code")) if refused else {},
    )

"""The organiser's console: what the day needs next, phases, links, limits; and the poster to print."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from eventkit import clock
from eventkit.building import builds
from eventkit.draft import drafts, foresight
from eventkit.errors import Forbidden, Stale
from eventkit.event import addresses, announcements, entry, events, limits, people, settings, zones_as_typed
from eventkit.event.as_typed import MOST_SLOTS
from eventkit.grid import moderated, venue, versions
from eventkit.grid.times import Times
from eventkit.market import ballots, on_offer
from eventkit.market.ballots import Turnout
from eventkit.privacy import erasure
from eventkit.storage.tables import Build, Event
from eventkit.text import codes, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.cookies import forget, read_cookie, remember, show_once, shown_once
from eventkit.web.base.forms import ChangeForm, F, Form, Heading, Line
from eventkit.web.base.posting import Refused, post_and_wait
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Organising, Visit, acting_as_organiser, joined, looking, organised, organising

pages = Blueprint("console", __name__)

FIELDS = {  # where it is said what is about no field of a form
    "console.set_up": "name",
    "console.set_languages": "language",
    "console.set_word": "word",
    "console.set_limits": "pitches",
    "screens.choose_address": "address",
    "screens.choose_wall": "shows",
}

PARTS = ("figures", "plan")  # the blocks that refresh themselves
TOLD_LIMITS = {
    "pitches": marked("Pitches one person may make"),
    "all_pitches": marked("Pitches at this event"),
    "votes": marked("Votes of one phone in a minute"),
    "changes": marked("Other changes of one phone in a minute"),
    "notes": marked("Notes of one phone in a minute"),
    "event_pictures": marked("Pictures in all notes"),
    "session_pictures": marked("Pictures in the notes of one session"),
    "wrong_codes": marked("Wrong codes of all phones in an hour"),
}


class PhaseForm(Form):
    """A phase, opened or closed."""

    phase: Line = Field(max_length=20, title="The phase")
    open: bool = Field(title="Open or closed")


class SettingsForm(ChangeForm):
    """What the event is called, its day, its zone and its code; what is missing stays as it is."""

    name: Annotated[Heading, Field(min_length=1, max_length=lengths.EVENT_NAME)] | None = Field(
        default=None, title="The name"
    )
    date: datetime.date | None = Field(default=None, ge=events.FIRST_DAY, le=events.LAST_DAY, title=marked("The date"))
    timezone: Annotated[Line, Field(max_length=lengths.TIMEZONE)] | None = Field(
        default=None, title=marked("The time zone")
    )
    code: Annotated[Line, Field(max_length=lengths.CODE_TYPED)] | None = Field(default=None, title=marked("The code"))

    def of(self, event: Event) -> settings.Settings:
        """What the event would be. Raises Invalid."""
        return settings.Settings(
            name=self.name if self.name is not None else event.name,
            day=self.date or event.day,
            timezone=zones_as_typed.parse_timezone(self.timezone) if self.timezone is not None else event.timezone,
            code=self.code if self.code is not None else event.code,
        )


class LanguagesForm(ChangeForm):
    """The event's language, and those that phones get by their browsers' wish."""

    language: Line = Field(max_length=lengths.LANGUAGE, title=marked("The language"))
    languages: list[Line] = Field(default=[], max_length=20, title="The languages")


class AccessForm(ChangeForm):
    """The word that lets people in; an empty one opens the event to everybody."""

    word: Annotated[Line, Field(max_length=lengths.WORD)] = Field(default="", title=marked("The word"))


class NamesForm(Form):
    """Whether people are asked for names."""

    off: bool = Field(title="Names off or on")


class LimitsForm(ChangeForm):
    """How much one phone may do."""

    pitches: int = Field(title=marked("The number of pitches"))
    all_pitches: int = Field(title=marked("The number of pitches"))
    votes: int = Field(title=marked("The number of votes"))
    changes: int = Field(default=limits.CHANGES.most, title=marked("The number of changes"))
    notes: int = Field(title=marked("The number of notes"))
    event_pictures: int = Field(default=limits.EVENT_PICTURES.most, title=marked("The number of pictures"))
    session_pictures: int = Field(default=limits.SESSION_PICTURES.most, title=marked("The number of pictures"))
    wrong_codes: int = Field(default=limits.WRONG_CODES.most, title=marked("The number of wrong codes"))
    anew: bool = Field(default=False, title="Counting anew")


@dataclass(frozen=True)
class Figures:
    """The counts on top."""

    people: int
    pitches: int
    turnout: Turnout
    placed: int
    moderated: moderated.Counted


@dataclass(frozen=True)
class Secret:
    """A link to show this once, and whether it is the organiser's or the facilitators'."""

    link: str
    organiser: bool


@dataclass(frozen=True, kw_only=True)
class Console:
    """What the console shows below its figures."""

    times: Times
    moment: datetime.datetime
    until: str  # when an announcement would usually end
    foreseen: list[str]  # what a build can do nothing about
    draft: drafts.Draft
    build: Build | None  # the one that waits or runs
    recent: Sequence[Build]
    workers: int
    join: str  # the address behind the QR code
    offered: Sequence[str]  # what that may begin with
    book: str  # that of the published book
    secret: Secret | None
    limits: list[tuple[str, str, int]]  # (name, label, most)
    typed: MultiDict[str, str]  # what was posted and refused
    errors: Mapping[str, str]
    meanwhile: str  # the endpoint of the form that somebody else was faster with
    usual: int = builds.USUAL  # seconds of a build


@pages.get("/e/<code>/organise")
def show(code: str) -> Response | Redirect:
    """The console; with a key, sign this device in first."""
    with looking(code) as visit:
        if "key" in request.args:
            return _sign_in(visit, request.args["key"][:200])
        if visit.viewer.facilitator and not visit.viewer.organiser:
            return redirect(url_for("pitch_box.show", code=code), 303)
        visit.organising()  # who may not come in is told so before anything is worked out
    return render(code)


@pages.post("/e/<code>/organise/phases")
def phases(code: str) -> Response:
    """Open or close pitching or voting."""
    return _change(code, PhaseForm, lambda v, form: venue.set_phase(v.tx, v.by, form.phase, form.open), "#phases")


@pages.post("/e/<code>/organise/settings")
def set_up(code: str) -> Response:
    """Change the event's name, day, time zone or code; this device goes along to a new code."""

    def change(visit: Organising, form: SettingsForm) -> str:
        settings.change(visit.tx, visit.by, form.of(visit.event), form.seen)
        return visit.event.code

    def then(changed: str) -> Response:
        if changed != code:
            token, keys = joined(code)
            remember(changed, token, keys)
            forget(code)
        return done(url_for("console.show", code=changed, _anchor="settings"))

    return post_and_wait(code, SettingsForm, change, then, again_at(code))


@pages.post("/e/<code>/organise/languages")
def set_languages(code: str) -> Response:
    """Choose the event's language, and which others phones get."""
    return _change(
        code,
        LanguagesForm,
        lambda v, form: settings.set_languages(v.tx, v.by, form.language, form.languages, form.seen),
        "#speaks",
    )


@pages.post("/e/<code>/organise/word")
def set_word(code: str) -> Response:
    """Make the event private by a word, or open it."""
    return _change(code, AccessForm, lambda v, form: entry.make_private(v.tx, v.by, form.word, form.seen), "#access")


@pages.post("/e/<code>/organise/names")
def switch_names(code: str) -> Response:
    """Ask nobody for names and delete those that were given, or ask again."""

    def then(_: None) -> Response:
        services().database.overwrite()
        return done(_address(code) + "#access")

    def change(visit: Organising, form: NamesForm) -> None:
        erasure.switch_names(visit.tx, visit.by, form.off)

    return post_and_wait(code, NamesForm, change, then, again_at(code))


@pages.post("/e/<code>/organise/limits")
def set_limits(code: str) -> Response:
    """Change how much one phone may do."""

    def change(visit: Organising, form: LimitsForm) -> None:
        kept = {name: most for name, most in visit.event.limits.items() if name in limits.KNOWN}
        wanted = {**kept, **form.model_dump(exclude={"anew", "seen"})}
        venue.set_limits(visit.tx, visit.by, wanted, form.seen)
        if form.anew:
            limits.count_anew(visit.event)

    return _change(code, LimitsForm, change, "#limits")


@pages.post("/e/<code>/organise/facilitators")
def new_facilitator_link(code: str) -> Response:
    """A link for facilitators, shown once; an older one ends."""
    show_once(code, acting_as_organiser(code, lambda visit: people.new_facilitator_link(visit.by)))
    return done(_address(code))


@pages.post("/e/<code>/organise/links")
def new_organiser_link(code: str) -> Response:
    """A new organiser's link, shown once; other devices are signed out, this one stays."""
    secret = acting_as_organiser(code, lambda visit: people.new_organiser_link(visit.by))
    token, keys = joined(code)
    remember(code, token, (*keys, codes.digest(secret)))
    show_once(code, secret)
    return done(_address(code))


@pages.get("/e/<code>/poster")
def poster(code: str) -> Response:
    """The join code, to print."""
    with looking(code) as visit:
        join, times = _join(visit.event), Times(visit.event.timezone)
        return page("poster.html", event=visit.event, times=times, join=join, host=urlsplit(join).netloc)


def render(code: str, refused: Refused | None = None) -> Response:
    """The console, with what was typed wrongly where something was; nothing is held while the draft is assessed."""
    part = request.args.get("part", "")
    if part == "figures" and wants_block():  # asked for again and again while people vote, so it must be light
        with organising(code) as visit:
            return page("console.html", part, event=visit.event, figures=_figures(visit))
    if part == "zones" and wants_block():  # a third of the page, for a field that few come to
        with organising(code) as visit:
            return page("console.html", part, event=visit.event, zones=zones_as_typed.zones())
    assessed = services().helper.read(drafts.assess, organised(code))
    with organising(code) as visit:
        return page(
            "console.html",
            part if part in PARTS else None,
            refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            figures=_figures(visit),
            zones=zones_as_typed.COMMON,
            console=_console(visit, assessed, refused),
            left_out=min(max(request.args.get("left_out", 0, int), 0), MOST_SLOTS),
        )


def again_at(code: str) -> Callable[[Refused], Response]:
    """The console again, for a form of it that was refused."""
    return lambda refused: render(code, refused)


def _change(code: str, form: type[F], change: Callable[[Organising, F], None], anchor: str = "") -> Response:
    return post_and_wait(code, form, change, lambda _: done(_address(code) + anchor), again_at(code))


def _address(code: str) -> str:
    return url_for("console.show", code=code)


def _sign_in(visit: Visit, key: str) -> Redirect:
    """Exchange a secret link for the cookie, and get the secret out of the address."""
    digest = people.accepted_key(visit.event, key)
    if digest is None:
        raise Forbidden(_("This link does not work any more: a newer one took its place. Ask for the new one."))
    kept = tuple(known for known in read_cookie(visit.event.code)[1] if known != digest)
    remember(visit.event.code, visit.viewer.token, (*kept, digest))
    first_page = "console.show" if digest == visit.event.organiser_hash else "pitch_box.show"
    return redirect(url_for(first_page, code=visit.event.code), 303)


def offered(event: Event) -> Sequence[str]:
    """What links and QR codes may begin with: first what they do; this server's addresses; the one that was asked."""
    config = services().config
    found = (public_url(event), config.public_url, *config.network_urls(), request.host_url.rstrip("/"))
    return list(dict.fromkeys(found))


def _figures(visit: Organising) -> Figures:
    tx, event = visit.tx, visit.event
    return Figures(
        people=people.count(tx, event.id),
        pitches=on_offer.number(tx, event.id),
        turnout=ballots.turnout(tx, event.id),
        placed=len(versions.draft(tx, event)),
        moderated=moderated.counted(tx, visit.by),
    )


def _console(visit: Organising, assessed: drafts.Assessment, refused: Refused | None) -> Console:
    event = visit.event
    draft = drafts.read(visit.tx, event, assessed)
    return Console(
        times=draft.names.times,
        moment=clock.now(),
        until=Times(event.timezone).plain(announcements.usual_end(event, clock.now())),
        draft=draft,
        foreseen=foresight.sentences(visit.tx, visit.by, draft.names),
        build=builds.current(visit.tx, event.id),
        recent=builds.recent(visit.tx, event.id, limit=5),
        workers=builds.workers_alive(visit.tx),
        join=_join(event),
        offered=offered(event),
        book=addresses.book(public_url(event), event.lasting_code),
        secret=_secret(event),
        limits=[(key, _(label), limits.most(limits.KNOWN[key], event.limits)) for key, label in TOLD_LIMITS.items()],
        typed=refused.posted if refused else MultiDict(),
        errors=refused.errors(FIELDS.get(request.endpoint or "", "seconds")) if refused else {},
        meanwhile=(request.endpoint or "") if refused and isinstance(refused.why, Stale) else "",
    )


def _secret(event: Event) -> Secret | None:
    secret = shown_once(event.code)
    if secret is None:
        return None
    link = addresses.console(public_url(event), event.code, secret)
    return Secret(link, organiser=codes.digest(secret) == event.organiser_hash)


def _join(event: Event) -> str:
    return addresses.event(public_url(event), event.code)

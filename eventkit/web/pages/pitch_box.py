"""The pitch box: facilitators type pitches for others, one after the other, beside the other facilitator's box."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from eventkit.event import addresses, events, idempotency, runs
from eventkit.market import formats, hosting, listings, namesakes, pitches
from eventkit.market.merging import Title
from eventkit.market.namesakes import Namesakes
from eventkit.storage.tables import Pitch
from eventkit.text import clean, lengths, likeness
from eventkit.web.base.forms import FilledForm
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Facilitating, Visit, facilitating

pages = Blueprint("pitch_box", __name__)


@dataclass(frozen=True)
class Made:
    """The pitch that was just made: whether its host has it on a phone by now, and what sounds like it."""

    id: int
    title: str
    on_phone: bool
    alike: Sequence[Title]


@dataclass(frozen=True, kw_only=True)
class Box:
    """What the pitch box shows: pitches that no phone hosts yet, the codes that make a host, and what is asked."""

    waiting: list[Pitch]
    claim_codes: Mapping[int, str]
    nonces: Mapping[int, str]  # with which the viewer made those of `waiting`, by pitch id
    claim_address: str  # where they are typed
    made: Made | None
    asked: list[Namesakes]  # about the names that are typed
    topics: list[str]
    formats: list[str]
    features: list[str]  # that some room has
    longest: int  # how many slots in a row there are


@pages.get("/e/<code>/pitches")
def show(code: str) -> Response:
    """The pitch box, and for htmx what of it changed."""
    with facilitating(code) as visit:
        made = min(max(request.args.get("made", 0, int), 0), 2**31 - 1)
        return box_page(visit, blank_form(visit), made, block="unclaimed")


@pages.get("/e/<code>/pitches/namesakes")
def ask(code: str) -> Response:
    """Who goes by the name that is being typed: what has been answered stays answered."""
    typed = clean.clean_line(request.args.get("host_name", ""))[: lengths.PERSON_NAME]
    with facilitating(code) as visit:
        return page(
            "namesakes.html",
            "namesakes",
            event=visit.event,
            viewer=visit.viewer,
            asked=namesakes.questions(visit.tx, visit.by, typed),
            typed=request.args,
        )


def blank_form(visit: Visit) -> FilledForm:
    """An empty pitch form with a nonce of its own."""
    nonce = secrets.token_urlsafe(12)
    typed = {"title": "", "description": "", "host_name": visit.viewer.name, "topic": "", "needs": [], "nonce": nonce}
    return FilledForm({**typed, "format": "", "length": 1, "parts": 1})


def box_page(visit: Facilitating, form: FilledForm, made: int = 0, status: int = 200, block: str = "box") -> Response:
    """The box, or a block of it; `made` is the id of the pitch that was just made, 0 for none."""
    tx, event = visit.tx, visit.event
    waiting = listings.unclaimed(tx, event.id)
    box = Box(
        waiting=waiting,
        claim_address=addresses.claim(public_url(event), event.code),
        claim_codes={pitch.id: services().credentials.claim_code(event, pitch) for pitch in waiting},
        nonces=idempotency.nonces(tx, visit.viewer.person_id, "pitch", [pitch.id for pitch in waiting]),
        made=_made(visit, made),
        asked=namesakes.questions(tx, visit.by, form.typed["host_name"]) if form.errors else [],
        topics=listings.topics(tx, event.id),
        formats=formats.choices(listings.formats_used(tx, event.id)),
        features=pitches.features(tx, event.id),
        longest=runs.longest(events.slots(tx, event.id)),
    )
    return page("box.html", block, status, event=event, viewer=visit.viewer, box=box, form=form)


def again(code: str, made: int) -> Response:
    """The box after a pitch was made: empty for the next one."""
    if not wants_block():
        return done(url_for("pitch_box.show", code=code, made=made))
    with facilitating(code) as visit:
        return box_page(visit, blank_form(visit), made)


def _made(visit: Facilitating, pitch_id: int) -> Made | None:
    titles = listings.titles(visit.tx, visit.event.id) if pitch_id else []
    title = next((it.title for it in titles if it.id == pitch_id), None)
    if title is None:
        return None
    alike = likeness.alike(title, (it for it in titles if it.id != pitch_id))
    return Made(pitch_id, title, bool(hosting.hosts_of(visit.tx, pitch_id)), alike)

"""Printed slips for the hosts of pitches that somebody typed for them: title, name, code, a QR code that claims it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from eventkit.event import addresses
from eventkit.market import listings
from eventkit.storage.tables import Pitch
from eventkit.web.base.rendering import page
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Visit, facilitating

pages = Blueprint("slips", __name__)

AT_ONCE = 48  # six sheets of A4


@dataclass(frozen=True)
class Slip:
    """What a host takes home: their pitch, its code, and the address where the code is filled in."""

    pitch: Pitch
    code: str
    address: str


@dataclass(frozen=True)
class Slips:
    """The slips of the pitches that no phone hosts yet, newest first; `older` is where the next ones begin, or 0."""

    sheet: Sequence[Slip]
    claim: str  # the address to type instead of scanning, without https://
    older: int


@pages.get("/e/<code>/pitches/slips")
def show(code: str) -> Response:
    """The slips to print, for facilitators: each code makes somebody a host."""
    before = min(max(request.args.get("before", 0, int), 0), 2**31 - 1)
    with facilitating(code) as visit:
        return page("slips.html", event=visit.event, viewer=visit.viewer, slips=_read(visit, before))


def _read(visit: Visit, before: int) -> Slips:
    event, known, base = visit.event, services().credentials, public_url(visit.event)
    found = listings.unclaimed(visit.tx, event.id, AT_ONCE + 1, before)
    shown = found[:AT_ONCE]
    coded = [(pitch, known.claim_code(event, pitch)) for pitch in shown]
    sheet = [Slip(pitch, claim_code, addresses.claim(base, event.code, claim_code)) for pitch, claim_code in coded]
    claim = addresses.claim(base, event.code).partition("://")[2]
    return Slips(sheet, claim, shown[-1].id if len(found) > AT_ONCE else 0)

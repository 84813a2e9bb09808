"""The published grid in a frame of another site's page, and oEmbed, by which such a site finds that frame."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotImplemented as NotSupported

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import addresses
from eventkit.text.language import gettext as _
from eventkit.web.base.rendering import page
from eventkit.web.base.services import public_url
from eventkit.web.base.visits import looking
from eventkit.web.pages import grid

pages = Blueprint("embedded", __name__)

WIDTH, HEIGHT = 960, 720  # px, of the frame where the other site says nothing
SMALLEST = 240
SHOW_IT = {"marketplace.show", "grid.show", "embedded.show"}  # the pages whose address stands for an event's grid


@pages.get("/e/<code>/embed")
def show(code: str) -> Response:
    """The published grid alone, which any site may put into a frame, where the event is not private."""
    with looking(code) as visit:
        moment = clock.now()
        shown = grid.read(visit.tx, visit.event, "", moment, request.args.get("day", ""))
        return page("embed.html", event=visit.event, shown=shown, moment=moment)


@pages.get("/oembed")
def oembed() -> Response:
    """What oEmbed 1.0 says of an event's grid: a frame to show it in. Raises NotFound, NotSupported (501) for XML."""
    if request.args.get("format", "json") != "json":
        raise NotSupported
    with looking(_event_of(request.args.get("url", "")[:500])) as visit:
        if visit.event.word:
            raise NotFound(_("This event is private, so no other site shows its grid."))
        width, height = _asked("maxwidth", WIDTH), _asked("maxheight", HEIGHT)
        base = public_url(visit.event)
        frame = Markup('<iframe src="{}" width="{}" height="{}" title="{}"></iframe>').format(
            addresses.embedded(base, visit.event.code), width, height, visit.event.name
        )
        answer = jsonify(
            version="1.0",
            type="rich",
            title=visit.event.name,
            provider_name="Twofeet",
            provider_url=base,
            cache_age=300,
            width=width,
            height=height,
            html=frame,
        )
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer


def _event_of(address: str) -> str:
    """The code of the event whose grid this address shows. Raises NotFound."""
    try:
        endpoint, values = current_app.url_map.bind("").match(urlsplit(address).path)
    except (ValueError, HTTPException):  # half an IPv6 address; no page of ours
        endpoint, values = "", {}
    if endpoint not in SHOW_IT:
        raise NotFound(_("This address is of no grid here."))
    return str(values["code"])


def _asked(name: str, usual: int) -> int:
    """A size in px that the other site has room for, between the smallest that can be read and the usual."""
    asked = request.args.get(name, "")
    return max(SMALLEST, min(usual, int(asked))) if re.fullmatch(r"[0-9]{1,6}", asked) else usual

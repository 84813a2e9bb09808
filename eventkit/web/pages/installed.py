"""Twofeet on a phone's home screen and without network: the service worker, its plain page, an event's manifest."""

from flask import Blueprint, Response, current_app, make_response, url_for

from eventkit.web.base.rendering import as_json, asset, page
from eventkit.web.base.static_files import StaticFiles
from eventkit.web.base.visits import looking

pages = Blueprint("installed", __name__)

SCRIPT = "js/worker.js"
SHORT = 12  # letters that a home screen shows of a name


@pages.get("/worker.js")
def worker() -> Response:
    """The service worker. Its address stays and is asked for anew each time: no phone is stuck with an old one."""
    files: StaticFiles = current_app.extensions["static"]
    found = files.file(SCRIPT)
    assert found is not None
    return make_response(found.bodies[""], 200, {"Content-Type": found.kind, "Cache-Control": "no-cache"})


@pages.get("/offline")
def offline() -> Response:
    """What the service worker shows where there is neither network nor the page; `/e/-` in it becomes the event."""
    return page("offline.html")


@pages.get("/e/<code>/app.webmanifest")
def manifest(code: str) -> Response:
    """The event as an app on a home screen: its name, and it starts at its first page. Raises NotFound."""
    with looking(code) as visit:
        name, home = visit.event.name, url_for("marketplace.show", code=visit.event.code)
    icons = [
        ("icons/twofeet.svg", "any", "image/svg+xml", "any"),
        ("icons/icon-512.png", "512x512", "image/png", "maskable"),
    ]
    content = {
        "id": home,
        "name": name,
        "short_name": name if len(name) <= SHORT else name[: SHORT - 1].rstrip() + "…",
        "start_url": home,
        "scope": home,
        "display": "minimal-ui",
        "background_color": "#faf7f0",
        "theme_color": "#faf7f0",
        "icons": [
            {"src": asset(file), "sizes": sizes, "type": kind, "purpose": purpose}
            for file, sizes, kind, purpose in icons
        ],
    }
    response = as_json(content)
    response.mimetype = "application/manifest+json"
    return response

"""Answers: a page, or for htmx the one block of it that changed; and what templates may use."""

import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import qrcode
import qrcode.image.svg
from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_htmx import HTMX
from jinja2 import StrictUndefined
from markupsafe import Markup

from eventkit.event import editions, room_facts
from eventkit.event.about import LICENCE
from eventkit.event.people import FEWEST_TOLD
from eventkit.market import formats, merging
from eventkit.storage.tables import Pitch
from eventkit.storage.waiting import MOMENT
from eventkit.text import language, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked_for, ngettext
from eventkit.text.markdown import excerpt
from eventkit.web.base.static_files import PREFIX, StaticFiles

T = TypeVar("T")

SLICE = 0.003  # seconds of writing one page before others have their turn
VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Cookie, Accept-Language"


def register(app: Flask) -> None:
    """Make templates strict; give them addresses, lengths, the licence, and filters for counts and excerpts."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        qr=qr,
        url_for=remembered_url_for,
        lengths=lengths,
        edition=editions.edition,
        weekdays=language.weekdays,
        licence=LICENCE,
    )
    app.jinja_env.filters.update(few=few, hardly=hardly, count=count, hue=hue, excerpt=excerpt, in_turns=in_turns)
    app.jinja_env.filters.update(facts=room_facts.facts, feature=room_facts.feature)
    app.jinja_env.filters.update(format_word=formats.word, format_icon=formats.icon)
    app.jinja_env.filters.update(
        edition_of=editions.edition_of,
        date=language.date_without_weekday,
        hosts=hosts,
        listed=language.listed,
        as_spoken=language.found,
        zone=language.zone,
    )
    app.after_request(_vary)


def hosts(pitch: Pitch) -> str:
    """Who hosts a pitch and all that it stands for, by name: `Ada, Sam and Ana`."""
    return language.listed(merging.hosts(pitch))


def wants_block() -> bool:
    """Whether htmx asks for a part of the page: not for a whole one, and not when it restores a page from history."""
    htmx: HTMX = current_app.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and request.headers.get("HX-Request-Type") != "full"


def page(template: str, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or with htmx the named block of it, whose root has the id it is swapped into."""
    if block and wants_block():
        return make_response(render_block(template, block, **context), status)
    return make_response(render_template(template, **context), status)


def render_block(template: str, block: str, **context: Any) -> str:
    """One block of a page, with the imports, macros and variables that stand above the page's blocks.

    Those are made by the first step of the page's own rendering, which goes no further than that.
    """
    found = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    names = found.new_context(context)
    next(iter(found.root_render_func(names)), None)
    return "".join(found.blocks[block](names))


def unless_known(seen: object, make: Callable[[], Response]) -> Response:
    """304 where the phone already has the page that shows `seen`, else the answer that `make()` gives.

    `seen` is all that the page is made from, as anything whose repr() tells it from others.
    """
    facts = (wants_block(), request.full_path, language.current(), _look(), seen)
    tag = hashlib.sha256(repr(facts).encode()).hexdigest()[:24]
    response = make_response("", 304) if request.if_none_match.contains_weak(tag) else make()
    response.set_etag(tag, weak=True)
    return response


@cache
def _look() -> str:
    """A fingerprint of all templates, static files and catalogues: another release's page is another page."""
    top, static = current_app.root_path, str(current_app.static_folder)
    folders = (Path(top, str(current_app.template_folder)), Path(static), language.FOLDER)
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def done(address: str, template: str | None = None, block: str | None = None, **context: Any) -> Response:
    """After a post: 303 to `address`; with htmx the block, or where there is none a redirect by htmx."""
    if wants_block():
        if template and block:
            return page(template, block, **context)
        return make_response("", 200, {"HX-Redirect": address})
    return make_response(redirect(address, 303))


@lru_cache(maxsize=8192)
def remembered_url_for(endpoint: str, **values: Any) -> str:
    """Flask's url_for(), a hundred times faster for the addresses that a page repeats for each of its cards."""
    return url_for(endpoint, **values)


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that phones may keep it for ever."""
    files: StaticFiles = current_app.extensions["static"]
    return f"{PREFIX}{name}?v={files.fingerprint(name)}"


def qr(text: str, label: str) -> Markup:
    """A QR code as inline SVG: black also where no style sheet is understood."""
    size, path = _qr_path(text)
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" stroke="#000"><path d="{}"/></svg>'
    ).format(label, size, size, path)


@lru_cache(maxsize=256)  # it takes as long as a page, and a wall asks for the same ones all day
def _qr_path(text: str) -> tuple[int, Markup]:
    """Modules a side, and the dark ones as strokes."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    columns = enumerate(zip(*rows, strict=True))
    strokes = "".join(f"M{x}.5 0{_strokes(column)}" for x, column in columns if any(column))
    return len(rows), Markup(strokes)  # noqa: S704  made of numbers only


def _strokes(column: Sequence[bool]) -> str:
    """A column of a QR code as strokes downwards: codes of one event share most of theirs, and pack well."""
    runs = [(dark, len(list(run))) for dark, run in groupby(column)]
    return "".join(f"v{length}" if dark else f"m0 {length}" for dark, length in runs[: None if runs[-1][0] else -1])


def count(number: float, one: str) -> str:
    """`1 person`, `1,020 people`: a number with its word, one of NOUNS."""
    return ngettext(*NOUNS[one], number)


NOUNS = {
    "cell": marked_for("%(num)s cell", "%(num)s cells"),
    "minute": marked_for("%(num)s minute", "%(num)s minutes"),
    "report": marked_for("%(num)s report", "%(num)s reports"),
    "note": marked_for("%(num)s note", "%(num)s notes"),
    "person": marked_for("%(num)s person", "%(num)s people"),
    "pitch": marked_for("%(num)s pitch", "%(num)s pitches"),
    "room": marked_for("%(num)s room", "%(num)s rooms"),
    "seat": marked_for("%(num)s seat", "%(num)s seats"),
    "second": marked_for("%(num)s second", "%(num)s seconds"),
    "session": marked_for("%(num)s session", "%(num)s sessions"),
    "slot": marked_for("%(num)s slot", "%(num)s slots"),
    "vote": marked_for("%(num)s vote", "%(num)s votes"),
}


def hardly(number: int) -> int | str:
    """A figure about people's wishes, which is not told exactly where it is about one or two."""
    return number if not 0 < number < FEWEST_TOLD else _("a few")


def few(number: int) -> str:
    """The same with its word: `12 people`."""
    return _("a few people") if 0 < number < FEWEST_TOLD else count(number, "person")


SPREAD = 3445  # of the numbers tried, this one gives common topics of camps the most different hues


def hue(topic: str) -> str:
    """The class that gives a topic its colour and shape, topic-1 to topic-6; none for no topic."""
    return f"topic-{zlib.crc32(f'{SPREAD}{topic.casefold()}'.encode()) % 6 + 1}" if topic else ""


def in_turns(items: Iterable[T]) -> Iterator[T]:
    """The items, letting other requests in between where a long page takes long to write."""
    until = time.monotonic() + SLICE
    for item in items:
        yield item
        if time.monotonic() > until:
            time.sleep(MOMENT)
            until = time.monotonic() + SLICE


def as_json(content: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer."""
    response = make_response(json.dumps(content, ensure_ascii=False), status, headers)
    response.mimetype = "application/json"
    return response


def _vary(response: Response) -> Response:
    known = response.headers.get("Vary")
    response.headers["Vary"] = f"{known}, {VARY}" if known else VARY
    return response

"""From a request to the event and its viewer: the only way a view comes to either, with what the viewer may do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from eventkit.errors import NotFound, NotJoined, Stopped
from eventkit.event import archive, attempts, ended, entry, events, people, roles
from eventkit.event.limits import CHANGES
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Person
from eventkit.text import codes
from eventkit.text.language import gettext as _
from eventkit.web.base.cookies import forget, read_cookie, remember
from eventkit.web.base.services import is_closed, services
from eventkit.web.base.speaking import speak_of

T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """One request at one event."""

    tx: Transaction
    event: Event
    viewer: roles.Viewer

    def person(self) -> Person:
        """The viewer's own row, made now if this is their first post."""
        return people.ensure(self.tx, self.event.id, self.viewer.token)

    def facilitating(self) -> "Facilitating":
        """The same visit with the authority of a facilitator. Raises Forbidden."""
        return Facilitating(self.tx, self.event, self.viewer, roles.facilitator(self.event, self.viewer))

    def organising(self) -> "Organising":
        """The same visit with the authority of the organiser. Raises Forbidden."""
        return Organising(self.tx, self.event, self.viewer, roles.organiser(self.event, self.viewer))


@dataclass(frozen=True)
class Facilitating(Visit):
    """A request of an organiser's or facilitator's device; `by` is what their verbs take."""

    by: roles.Facilitator


@dataclass(frozen=True)
class Organising(Facilitating):
    """A request of an organiser's device; `by` is what the organiser's verbs take."""

    by: roles.Organiser


class Moved(Exception):
    """The address has a code that its event had before, or one that it has now: the same address is at `code`."""

    def __init__(self, code: str, seek: str = ""):
        super().__init__(code)
        self.code, self.seek = code, seek


SEEK, SOUGHT, FOUND_NONE = "phone", "ask", "new"  # in a query: whether a cookie is there under a former code


def register(app: Flask) -> None:
    """Send every other spelling of a code, and every former code, to the one that the cookie's path has."""
    app.before_request(_spell_code)
    app.register_error_handler(Moved, _go_there)


def _spell_code() -> Redirect | None:
    values = request.view_args or {}
    spelt = codes.tidy(code := str(values.get("code", "")))
    if not spelt or spelt == code or request.endpoint is None:
        return None
    return _same_at(spelt)


def _same_at(code: str, query: str | None = None) -> Redirect:
    """This address under another code, with its query or another one."""
    address = url_for(request.endpoint or "", **{**(request.view_args or {}), "code": code})
    if query is None:
        query = request.query_string.decode("latin-1")  # as it came: url_for() takes some names in it for its own
    return redirect(f"{address}?{query}" if query else address, 308)  # 308 keeps a post a post


def _go_there(moved: Moved) -> Redirect:
    """On to the other code; a cookie that is here moves along, so that a phone stays who it is.

    The cookie's path and signature are of one code. A phone that comes to a new code without one is sent past the
    former codes, where it may have it, and comes back with it or with a word in the query that there was none.
    """
    here = str((request.view_args or {}).get("code", ""))
    token, keys = read_cookie(here)
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != SEEK]
    asked, code, seek = request.args.get(SEEK) == SOUGHT, moved.code, moved.seek
    if token and not seek:
        remember(code, token, keys)
        forget(here)
    elif asked:
        code, seek = _next_place(here)
    response = _same_at(code, urlencode([*rest, (SEEK, seek)] if seek else rest) if asked or seek else None)
    response.headers["Cache-Control"] = "no-store"  # a code may be taken back
    return response


def _next_place(here: str) -> tuple[str, str]:
    """Where to look for a cookie after a former code that has none: at an older one, or at last nowhere."""
    with services().database.reading() as tx:
        event = events.by_code(tx, here)
        former = events.former_codes(tx, event.id)
    older = former[former.index(here) + 1 :] if here in former else []
    return (older[0], SOUGHT) if older else (event.code, FOUND_NONE)


def event_at(tx: Transaction, code: str) -> Event:
    """The event at this address. Raises NotFound; Moved where it has another code by now."""
    event = events.by_code(tx, code)
    if event.code != codes.tidy(code):
        raise Moved(event.code)
    speak_of(event)
    g.event_code = event.code  # an error's page leads back there
    return event


def entered(tx: Transaction, code: str) -> Event:
    """The same for whoever may come in there. Raises WordNeeded too."""
    event = event_at(tx, code)
    _come_in(event, opened(tx, event))
    return event


def opened(tx: Transaction, event: Event) -> tuple[str, ...]:
    """The digests of the word and the links that this device has opened; none once it was signed out."""
    token, keys = read_cookie(event.code)
    return () if token is None or (keys and ended.is_token(tx, token)) else keys


def _come_in(event: Event, keys: tuple[str, ...], key: str = "") -> None:
    """Raise WordNeeded at a private event for a device that may not come in; say that nobody lists what it answers."""
    g.private = g.get("private", False) or entry.is_private(event)
    if not key or people.accepted_key(event, key) is None:
        entry.refuse_stranger(event, keys)


def admit_later(code: str) -> None:
    """A device that has yet to give the word needs a cookie for it."""
    g.private = True
    if read_cookie(code)[0] is None:
        _give_token(code)


def check_code(code: str) -> None:
    """Raise NotFound where there is no such event, Moved where it has another code by now, WordNeeded."""
    with services().database.reading() as tx:
        entered(tx, code)


def _seek_cookie(tx: Transaction, event: Event) -> None:
    """Raise Moved where somebody who opens a page may have been here under a former code of the event."""
    opens = request.method == "GET" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if opens and "HX-Request" not in request.headers and request.args.get(SEEK) != FOUND_NONE:
        former = events.former_codes(tx, event.id)
        if former:
            raise Moved(former[0], SOUGHT)


@contextmanager
def looking(code: str) -> Iterator[Visit]:
    """Read at an event. A phone without a cookie gets one with the answer. Raises NotFound."""
    with services().database.reading() as tx:
        event = event_at(tx, code)
        token, keys = read_cookie(event.code)
        if token is None:
            _seek_cookie(tx, event)
        viewer = people.viewer(tx, event, token or _give_token(event.code), keys)
        if token is not None and _is_signed_out(tx, viewer):
            keys = ()
            viewer = people.viewer(tx, event, _give_token(event.code))
        key = request.args.get("key", "")[:200]
        _come_in(event, keys, key)
        _refuse_stranger(event, viewer, is_closed(), key)
        yield Visit(tx, event, viewer)


def acting(code: str, act: Callable[[Visit], T], *, archived: bool = False) -> T:
    """Write at an event, in one transaction, from a phone that has its cookie.

    Raises NotFound, Forbidden, NotJoined, Stopped; Closed where the event is in the archive, but for what is possible
    there too; TooMany where this phone, unless its owner helps here, has sent more than it may; ArrivedLate where
    what it did after this has arrived before it.
    """
    (token, keys), closed = joined(code), is_closed()
    attempt, ended = sent(), attempts.parse_all(request.form.get(attempts.ENDED, ""))

    def act_in(tx: Transaction) -> T:
        event = event_at(tx, code)
        entry.refuse_stranger(event, keys)
        viewer = people.viewer(tx, event, token, keys)
        if _is_signed_out(tx, viewer):
            raise NotJoined(_(people.SIGNED_OUT))
        _refuse_stranger(event, viewer, closed)
        if viewer.stopped:
            raise Stopped
        if not archived:
            archive.refuse_archived(event)
        if not viewer.facilitator:
            services().rates.spend(CHANGES, (event.id, token), event.limits)
        attempts.take(tx, event.id, attempt)
        attempts.end(tx, event.id, ended)
        return act(Visit(tx, event, viewer))

    with refused_at_once(code, token):
        return services().database.write(act_in)


def refused_at_once(code: str, token: str) -> AbstractContextManager[None]:
    """Where this phone was told a moment ago to wait with this form, tell it again before anything else is done."""
    return services().rates.refusing_again((code, token, request.endpoint))


def _is_signed_out(tx: Transaction, viewer: roles.Viewer) -> bool:
    """Whether the cookie's token was somebody's once: the device was signed out, or they deleted what was theirs."""
    return viewer.person_id is None and ended.is_token(tx, viewer.token)


def sent() -> attempts.Sent | None:
    """Which attempt of what it sends the phone says that this is; None without scripts, where posts have no order."""
    return attempts.parse(request.form.get(attempts.FIELD, ""))


@contextmanager
def facilitating(code: str) -> Iterator[Facilitating]:
    """Read at an event as one of its facilitators. Raises NotFound, Forbidden."""
    with looking(code) as visit:
        yield visit.facilitating()


@contextmanager
def organising(code: str) -> Iterator[Organising]:
    """Read at an event as its organiser. Raises NotFound, Forbidden."""
    with looking(code) as visit:
        yield visit.organising()


def organised(code: str) -> int:
    """The id of an event, for its organiser's device. Raises NotFound, Forbidden."""
    with organising(code) as visit:
        return visit.event.id


def acting_as_facilitator(code: str, act: Callable[[Facilitating], T]) -> T:
    """Write at an event as one of its facilitators. Raises NotFound, Forbidden."""
    return acting(code, lambda visit: act(visit.facilitating()), archived=True)


def acting_as_organiser(code: str, act: Callable[[Organising], T]) -> T:
    """Write at an event as its organiser. Raises NotFound, Forbidden."""
    return acting(code, lambda visit: act(visit.organising()), archived=True)


def _refuse_stranger(event: Event, viewer: roles.Viewer, closed: bool, key: str = "") -> None:
    """Raise NotFound at the rehearsal of a closed server for whoever does not help to organise it."""
    if event.rehearsal and closed and not viewer.facilitator and people.accepted_key(event, key) is None:
        raise NotFound(_("There is no event with this code. Check it against the poster or the screen."))


def joined(code: str) -> tuple[str, tuple[str, ...]]:
    """The same as read_cookie() of a phone that must have one. Raises Forbidden; Moved at a former code."""
    token, keys = read_cookie(code)
    if token is None:
        check_code(code)
        raise NotJoined(
            _("Your phone has not joined this event yet, or forgot it. Open the event’s page, then try again.")
        )
    return token, keys


def sentence(refusal: Exception) -> str:
    """What a form that comes back says: with it comes the cookie that a phone had not."""
    if isinstance(refusal, NotJoined):
        return _(
            "Your phone had forgotten this event, so this was not kept. It knows the event again: send it once more."
        )
    return str(refusal)


def _give_token(code: str) -> str:
    if "token" not in g:
        g.token = people.new_token()
        remember(code, g.token, ())
    return str(g.token)

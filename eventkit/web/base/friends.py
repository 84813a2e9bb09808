"""The friend whose choices this phone sees: the secret that it scanned, in a cookie for as long as it lasts."""

from flask import Response, request, url_for

from eventkit.clock import now
from eventkit.errors import NotFound
from eventkit.market import showing
from eventkit.market.showing import Shown
from eventkit.text.language import gettext as _
from eventkit.web.base.cookies import cookie_name, set_cookie
from eventkit.web.base.visits import Visit

COOKIE = "twofeet-friend"
LONGEST = 60  # letters of a secret


def of(visit: Visit) -> Shown | None:
    """What the friend shows; None where this phone scanned nothing, or it has ended."""
    found = showing.seen(visit.tx, visit.event, request.cookies.get(cookie_name(COOKIE), "")[:LONGEST])
    return None if found and found.person_id == visit.viewer.person_id else found


def see(visit: Visit, key: str) -> None:
    """Let the phone see what this secret shows. Raises NotFound where it shows nothing."""
    found = showing.seen(visit.tx, visit.event, key[:LONGEST])
    if found is None:
        raise NotFound(_("These choices are not shown any more. Ask your friend to show them again."))
    left = max(1, int((found.ends_at - now()).total_seconds()))
    set_cookie(COOKIE, key[:LONGEST], url_for("marketplace.show", code=visit.event.code), life=left)


def lose(code: str) -> None:
    """Let the phone see it no more."""
    set_cookie(COOKIE, "", url_for("marketplace.show", code=code), life=0)


def passing(response: Response, passes: bool) -> Response:
    """The answer; where it `passes`, with the mark by which the service worker keeps no page of it."""
    if passes:
        response.headers["X-Passing"] = "1"
    return response

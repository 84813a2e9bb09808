"""What every request and response passes: the cross-site guard and the headers that keep strangers out."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from werkzeug.exceptions import BadRequest

from eventkit.config import Config
from eventkit.errors import Forbidden
from eventkit.text.language import gettext as _
from eventkit.web.base.services import services

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

OURS = "X-Twofeet"  # on every answer of ours, so that a page knows it from what a portal or a proxy says instead

HEADERS = {
    OURS: "1",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


FRAMED = {  # what differs for the one page that other sites may put into a frame: it has nothing to press
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

PERSONAL = frozenset(  # pages, by blueprint or endpoint, of which no browser or proxy may keep a copy
    {
        "arrival",
        "ballots",
        "entry",
        "mine",
        "my_data",
        "console",
        "imports",
        "privacy",
        "unmentoring",
        "exports.votes_csv",
        "exports.votes_cat",
        "exports.event_json",
    }
)
HSTS = "max-age=31536000"  # once https, always: for a year


def headers(config: Config) -> dict[str, str]:
    """The headers of every answer; where people come by https, browsers are told to do so always."""
    secure = {"Strict-Transport-Security": HSTS} if config.public_url.startswith("https://") else {}
    return {**HEADERS, **secure}


def register(app: Flask) -> None:
    """Put the guard before every request and the headers on every response."""
    app.session_interface = NoSession()
    names = app.extensions["twofeet"].config.own_names()
    app.before_request(lambda: refuse_foreign(names))
    app.before_request(refuse_cross_site)
    added = headers(app.extensions["twofeet"].config)
    app.after_request(lambda response: add_headers(response, added))


class NoSession(SessionInterface):
    """Flask's own session cookie, which nothing here uses: reading it would cost every request."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        return None


def refuse_foreign(names: frozenset[str]) -> None:
    """Raise BadRequest for a request that was not meant for us, or whose address leads elsewhere when repeated.

    A name that is none of ours in Host is another site's that points here (DNS rebinding), or forged. An address in
    numbers cannot be, and a venue's machine may have many. A path that begins with two slashes is a host's name to a
    browser that is sent to it.
    """
    path = str(request.environ.get("PATH_INFO", ""))  # as it came: request.path has one slash in front
    if not _is_own(request.host, names) or path.startswith(("//", "/\\")):
        raise BadRequest


def refuse_cross_site() -> None:
    """Raise Forbidden for a post that another site's page made a browser send.

    Browsers say where a post comes from: in Sec-Fetch-Site on secure addresses, in Origin everywhere. A post with
    neither comes from no browser that carries somebody's cookie across sites, and is refused all the same. Behind a
    proxy that puts its own name for us into Host, pages come from PUBLIC_URL's host.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin, public = _host_of(request.headers.get("Origin", "")), _host_of(services().config.public_url)
    own = site == "same-origin" if site else bool(origin) and origin in (request.host, public)
    if not own:
        raise Forbidden(
            _("This was sent from another page than ours, so nothing was changed. Open the event and try there.")
        )


def _is_own(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header's value, with or without a port, is an address in numbers or one of our names."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    return name in names or is_address(name)


def is_address(name: str) -> bool:
    """Whether a host's name is an address in numbers."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def client_address(asked: Request) -> str:
    """Where a request comes from; from a proxy on this machine that passes PUBLIC_URL's host on, what that says.

    All who come by the proxy would share one address else. Proxies put what they saw last; what stands before it is
    only what somebody says. A proxy that nobody set up has a Host of its own making and passes on what phones say of
    themselves, so that each could be as many as it likes. A home has 2^64 addresses of IPv6, and counts as one.
    """
    seen = asked.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    set_up = asked.host == _host_of(services().config.public_url)
    believed = set_up and asked.remote_addr in ("127.0.0.1", "::1") and is_address(seen)
    return _network(seen if believed else str(asked.remote_addr))


def _network(address: str) -> str:
    """What of an address one customer of a provider has: all of IPv4's, half of IPv6's."""
    if not is_address(address):
        return address
    known = ip_address(address)
    known = getattr(known, "ipv4_mapped", None) or known
    return str(known) if known.version == 4 else str(ip_network((known, 64), strict=False))


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def add_headers(response: Response, added: Mapping[str, str]) -> Response:
    """Add the security headers; pages are kept by nobody but the phone that asked."""
    if request.endpoint == "embedded.show" and response.status_code < 400 and not g.get("private"):
        added = {name: value for name, value in added.items() if name != "X-Frame-Options"} | FRAMED
    present = {name for name, _ in response.headers}
    response.headers.extend({name: value for name, value in added.items() if name not in present})
    if g.get("private"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.blueprint in PERSONAL or request.endpoint in PERSONAL:
        response.headers["Cache-Control"] = "no-store"
    elif response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response

"""Sends notifications by threads to known services at public addresses: a bounded queue, later where they say so."""

import heapq
import itertools
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog

from eventkit import web_push
from eventkit.web_push import Signer, Target

log = structlog.get_logger()

THREADS = 4
MOST = 5_000  # messages that wait at once; what comes beyond is dropped
PATIENCE = 5.0  # seconds for each step of a connection
PAUSE = 60.0  # seconds without a try at a service that did not answer, or says no time of its own
BUSY = (429, 500, 502, 503, 504)  # it did not take the message, and may later
GONE = (404, 410)  # the browser is not there any more: RFC 8030, section 7.3


@dataclass(frozen=True)
class Parcel:
    """A message for one browser, in plain; it is encrypted where it is sent."""

    subscription_id: int
    target: Target
    message: bytes
    seconds: int  # for which it is worth hearing


class NotPublic(OSError):
    """The address of a service is none that a server may be sent to by strangers."""


class Unanswered(OSError):
    """A service took a request and said nothing: it may have the message, which so is not sent again."""


class Sender:
    """Threads that send until close(); `gone()` says which subscriptions have ended since it was asked last."""

    def __init__(self, signer: Signer, services: tuple[str, ...]):
        self._signer = signer
        self._services = services
        self._news = threading.Condition()
        self._waiting: list[tuple[float, int, Parcel, float]] = []  # a heap: when, its turn, what, until when
        self._turns = itertools.count()
        self._busy = 0  # threads that send
        self._closed = False
        self._gone: list[int] = []
        self._silent_until: dict[str, float] = {}  # by host
        self._threads = [threading.Thread(target=self._work, name="push", daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def put(self, parcel: Parcel) -> None:
        """Send it as soon as may be; dropped where too many wait."""
        self._keep(time.monotonic(), parcel, time.monotonic() + parcel.seconds)

    def gone(self) -> list[int]:
        """Ids of subscriptions that have ended."""
        with self._news:
            found, self._gone = self._gone, []
        return found

    def settle(self) -> None:
        """Wait until nothing is sent or could be; what a service wants later still waits."""
        with self._news:
            self._news.wait_for(lambda: not self._busy and not self._due())

    def close(self) -> None:
        """End; what waits is dropped, and what is under way ends with the process."""
        with self._news:
            self._closed = True
            self._waiting.clear()
            self._news.notify_all()

    def _keep(self, at: float, parcel: Parcel, until: float) -> None:
        with self._news:
            most = MOST if at <= time.monotonic() else MOST // 2  # a service that is down leaves room for the others
            if len(self._waiting) >= most:
                log.warning("notification dropped", why="too many wait")
            elif at < until and not self._closed:
                heapq.heappush(self._waiting, (at, next(self._turns), parcel, until))
            self._news.notify_all()

    def _due(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= time.monotonic()

    def _work(self) -> None:
        while (item := self._next()) is not None:
            try:
                self._try(*item)
            finally:
                with self._news:
                    self._busy -= 1
                    self._news.notify_all()

    def _next(self) -> tuple[Parcel, float] | None:
        with self._news:
            while not self._closed and not self._due():
                self._news.wait(self._waiting[0][0] - time.monotonic() if self._waiting else None)
            if self._closed:
                return None
            self._busy += 1
            return heapq.heappop(self._waiting)[2:]

    def _try(self, parcel: Parcel, until: float) -> None:
        host = urlsplit(parcel.target.endpoint).netloc
        if (free := self._silent_until.get(host, 0.0)) > time.monotonic():
            self._keep(free, parcel, until)
            return
        left = round(until - time.monotonic())
        if left <= 0:
            return
        try:
            status, pause = self._send(parcel, left)
        except (OSError, ValueError) as error:
            self._silent_until[host] = free = time.monotonic() + PAUSE
            log.warning("notifications not sent", host=host, why=type(error).__name__)
            if not isinstance(error, NotPublic | Unanswered | ValueError):  # it has not left this machine
                self._keep(free, parcel, until)
            return
        if status in GONE:
            with self._news:
                self._gone.append(parcel.subscription_id)
        elif status in BUSY:
            self._silent_until[host] = free = time.monotonic() + pause
            self._keep(free, parcel, until)
        if status >= 300 and status not in GONE:
            log.warning("notification refused", host=host, status=status)

    def _send(self, parcel: Parcel, seconds: int) -> tuple[int, float]:
        """One request: the status of its answer, and how long the service wants no other. No redirect is followed."""
        endpoint = parcel.target.endpoint
        if not web_push.is_known(endpoint, self._services):  # it was when it came; the setting may have changed
            raise NotPublic("service not known")
        parts = urlsplit(endpoint)
        headers = {
            "Authorization": self._signer.authorization(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(seconds),
            "Urgency": "high",
        }
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path or "/", web_push.encrypt(parcel.message, parcel.target), headers)
            try:
                answer = connection.getresponse()
            except (OSError, HTTPException) as error:
                raise Unanswered(str(error)) from error
            asked = answer.headers.get("Retry-After", "")
            return answer.status, float(asked) if asked.isdecimal() and len(asked) < 7 else PAUSE
        finally:
            connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":  # is_known() lets this machine's own services by only where a setting names them
        return HTTPConnection(host, port, timeout=PATIENCE)
    return _PublicConnection(host, 443, timeout=PATIENCE, context=ssl.create_default_context())


class _PublicConnection(HTTPSConnection):
    """A connection to the very address that was looked at: none inside a network, whatever the name leads to."""

    def connect(self) -> None:
        assert self.port is not None
        self.sock = socket.create_connection((public_address(self.host, self.port), self.port), PATIENCE)
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def public_address(host: str, port: int) -> str:
    """An address of a host, all of which are public. Raises NotPublic, OSError."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(ip_address(it.split("%")[0]).is_global for it in found):
        raise NotPublic("not a public address")
    return found[0]

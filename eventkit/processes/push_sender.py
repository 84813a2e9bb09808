"""Sends notifications by threads: a bounded queue, each tried once, to known services at public addresses."""

import queue
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
PAUSE = 60.0  # seconds without a try at a service that did not answer
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


class Sender:
    """Threads that send until close(); `gone()` says which subscriptions have ended since it was asked last."""

    def __init__(self, signer: Signer, services: tuple[str, ...]):
        self._signer = signer
        self._services = services
        self._waiting: queue.Queue[tuple[Parcel, float] | None] = queue.Queue(MOST)
        self._gone: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._silent_until: dict[str, float] = {}  # by host
        self._threads = [threading.Thread(target=self._work, name="push", daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def put(self, parcel: Parcel) -> None:
        """Send it as soon as may be; dropped where too many wait."""
        try:
            self._waiting.put_nowait((parcel, time.monotonic() + parcel.seconds))
        except queue.Full:
            log.warning("notification dropped", why="too many wait")

    def gone(self) -> list[int]:
        """Ids of subscriptions that have ended."""
        return [self._gone.get() for _ in range(self._gone.qsize())]

    def settle(self) -> None:
        """Wait until nothing waits."""
        self._waiting.join()

    def close(self) -> None:
        """End; what waits is dropped, and what is under way ends with the process."""
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                break
        for _ in self._threads:
            self._waiting.put(None)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            try:
                self._try(*item)
            finally:
                self._waiting.task_done()

    def _try(self, parcel: Parcel, until: float) -> None:
        host = urlsplit(parcel.target.endpoint).netloc
        left = round(until - time.monotonic())
        if left <= 0 or time.monotonic() < self._silent_until.get(host, 0.0):
            return
        try:
            status = self._send(parcel, left)
        except (OSError, HTTPException, ValueError) as error:
            self._silent_until[host] = time.monotonic() + PAUSE
            log.warning("notifications not sent", host=host, why=type(error).__name__)
            return
        if status in GONE:
            self._gone.put(parcel.subscription_id)
        elif status == 429 or status >= 500:
            self._silent_until[host] = time.monotonic() + PAUSE
        if status >= 300 and status not in GONE:
            log.warning("notification refused", host=host, status=status)

    def _send(self, parcel: Parcel, seconds: int) -> int:
        """One request; the status of its answer. No redirect is followed, and nothing of the answer is kept."""
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
            return connection.getresponse().status
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

"""Gunicorn's worker for Twofeet: gevent for requests, and streams handed over to one loop that holds them all.

Gunicorn imports this before gevent has patched the standard library, so nothing of ours is imported up here.
"""

import gc
import time
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from gevent import get_hub
from gunicorn.glogging import Logger as BaseLogger
from gunicorn.workers.ggevent import GeventWorker

HANDED_OVER = object()
SENDING_TIME = 30.0  # seconds in which a phone must have sent what it posts
STALLED = (
    60.0  # seconds that sending one answer may take; a phone that takes nothing would hold its connection for ever
)
HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Logger(BaseLogger):  # type: ignore[misc]
    """Gunicorn's own few lines; its access log would be put together for each request and then thrown away."""

    def access(self, *_args: Any) -> None:
        """Say nothing: eventkit.web.observing writes the line, with the request's id."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of a request that could not be read say only that: the rest is an address and what was sent."""
        super().warning(msg.partition(" from ip=")[0], *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of a request that broke say where, without its query, which may hold a key."""
        super().exception(msg, *(str(arg).partition("?")[0] for arg in args), **kwargs)


class Worker(GeventWorker):  # type: ignore[misc]
    """Serves requests with a greenlet each; streams have none."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.wsgi: Any = None
        self._watch: Callable[[], None] = lambda: None

    def load_wsgi(self) -> None:
        """Load the application and put the handing over of streams around it."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()  # what is loaded now stays: it need not be looked through again and again
        gc.set_threshold(20_000, 20, 50)
        app: Any = self.wsgi
        self.broadcaster = app.extensions["streams"]
        self.wsgi = handing_over(app, self.broadcaster)
        self._watch = watching(app)

    def notify(self) -> None:
        """Every second: tell gunicorn that we live, and note what we hold, for whichever process /metrics asks."""
        super().notify()
        self._watch()

    def is_already_handled(self, answer: Any) -> bool:
        """Leave a connection that has become a stream alone."""
        if answer is HANDED_OVER:
            raise StopIteration
        return False

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Answer one request, then let others in: a proxy's busy connection would otherwise never yield."""
        sock.settimeout(STALLED)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            raise StopIteration from None  # closes the connection
        gevent.sleep(0)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop taking new connections; what is being answered is answered, and streams end at once."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._end_streams)

    def _end_streams(self) -> None:
        while True:  # one may still arrive on a connection that was accepted before
            self.broadcaster.stop()
            gevent.sleep(0.1)


def watching(app: Any) -> Callable[[], None]:
    """What notes the application's streams and queue in its metrics."""
    from eventkit.web.observing import watch

    return lambda: watch(app.extensions["twofeet"].database, app)


class Punctual:
    """What a request posts, read while it is in time: bytes that trickle in would hold a connection for ever."""

    def __init__(self, stream: Any):
        self._stream = stream
        self._until = time.monotonic() + SENDING_TIME

    def read(self, size: int = -1) -> bytes:
        """As any stream's. Raises RequestTimeout, which answers 408."""
        from werkzeug.exceptions import RequestTimeout

        with gevent.Timeout(max(0.001, self._until - time.monotonic()), RequestTimeout()):
            return bytes(self._stream.read(size))


def handing_over(app: Callable[..., Iterable[bytes]], broadcaster: Any) -> Callable[..., Any]:
    """The application as WSGI, except that the socket of an answered stream goes to the broadcaster."""

    from eventkit.web.streams import handed_over

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        started: list[Any] = []
        environ["wsgi.input"] = Punctual(environ["wsgi.input"])

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if handed_over(environ) is None:
                return start_response(status, headers, exc_info)
            started[:] = headers
            return None

        answer = app(environ, start)
        subscription = handed_over(environ)
        if subscription is None:
            return answer
        close = getattr(answer, "close", None)
        if close:
            close()
        head = HEAD + "".join(f"{name}: {value}\r\n" for name, value in started) + "\r\n"
        sock = environ["gunicorn.socket"]
        broadcaster.adopt(sock, subscription.feed, subscription.cursor, head.encode("latin-1"), get_hub().loop)
        return HANDED_OVER

    return serve

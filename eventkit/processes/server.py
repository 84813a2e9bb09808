"""Gunicorn's worker for Twofeet: gevent for requests, and streams handed over to one loop that holds them all.

Gunicorn imports this before gevent has patched the standard library, so nothing of ours is imported up here.
"""

import gc
import mmap
import struct
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

import gevent
from gevent import get_hub
from gunicorn.glogging import Logger as BaseLogger
from gunicorn.http.errors import InvalidHeader, NoMoreData, ParseException
from gunicorn.workers.ggevent import GeventWorker

HANDED_OVER = object()
LONGEST_CHANGEOVER = 30.0  # seconds that a worker goes on for, waiting for the one that takes its place
SENDING_TIME = 30.0  # seconds in which a phone must have sent what it posts
STALLED = 60.0  # seconds that sending one answer may take; who takes nothing would hold a connection for ever
MOVING = {"SCRIPT_NAME", "PATH_INFO"}  # a proxy that passes on all headers is believed to have meant them
BROKEN = (ParseException, NoMoreData)  # what is wrong with chunks, found while they are read
SWITCHING = 0.001  # seconds after which a native thread that comes back from the disk may go on
MOMENT = 1e-6  # seconds; with 0 gevent runs up to a thousand waiting greenlets before it looks at any socket
HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Logger(BaseLogger):  # type: ignore[misc]
    """Gunicorn's own few lines; its access log would be put together for each request and then thrown away."""

    def access(self, *_args: Any) -> None:
        """Say nothing: eventkit.web.base.observing writes the line, with the request's id."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of a request that could not be read say only that: the rest is an address and what was sent."""
        super().warning(msg.partition(" from ip=")[0], *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of a request that broke say where, without its query, which may hold a key."""
        super().exception(msg, *(str(arg).partition("?")[0] for arg in args), **kwargs)


class Changeover:
    """Which reload was asked for last, and which has a worker that serves: in memory that the master's children share.

    Gunicorn tells old workers to end as soon as new ones are started, which is seconds before those can serve.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    @property
    def asked(self) -> int:
        """How many reloads were asked for."""
        return int(struct.unpack_from("i", self._memory, 0)[0])

    @property
    def over(self) -> bool:
        """Whether a worker of the newest reload serves."""
        return bool(struct.unpack_from("i", self._memory, 4)[0] >= self.asked)

    def ask(self) -> None:
        """Called in the master for each reload, before it starts new workers."""
        struct.pack_into("i", self._memory, 0, self.asked + 1)

    def serve(self, asked: int) -> None:
        """Called in a worker that was started for reload number `asked`, once it serves."""
        struct.pack_into("i", self._memory, 4, max(asked, struct.unpack_from("i", self._memory, 4)[0]))


changeover = Changeover()


class StreamingWorker(GeventWorker):  # type: ignore[misc]
    """Serves requests with a greenlet each; streams have none."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.wsgi: Any = None
        self._watch: Callable[[], None] = lambda: None
        self._born = changeover.asked
        self._leaving = False

    def load_wsgi(self) -> None:
        """Load the application and put the handing over of streams around it."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()  # what is loaded now stays: it need not be looked through again and again
        gc.set_threshold(20_000, 20, 50)
        sys.setswitchinterval(SWITCHING)
        app: Any = self.wsgi
        self.broadcaster = app.extensions["streams"]
        self.wsgi = handing_over(app, self.broadcaster, app.extensions["lane"])
        self._watch = watching(app)

    def notify(self) -> None:
        """Every second: tell gunicorn that we live, and note what we hold, for whichever process /metrics asks."""
        super().notify()
        changeover.serve(self._born)  # first called when the socket is listened to
        self._watch()

    def is_already_handled(self, answer: Any) -> bool:
        """Leave a connection that has become a stream alone."""
        if answer is HANDED_OVER:
            raise StopIteration
        return False

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Answer one request, then let others in: a proxy's busy connection would otherwise never yield.

        Raises InvalidHeader, which answers 400, for a header that would move the application elsewhere.
        """
        if MOVING.intersection(name for name, _ in req.headers):
            raise InvalidHeader("SCRIPT_NAME", req=req)
        sock.settimeout(STALLED)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            raise StopIteration from None  # closes the connection
        gevent.sleep(MOMENT)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop taking new connections; what is being answered is answered, and streams end at once.

        In a reload only when the worker that takes our place serves. Gunicorn says so again every second.
        """
        if not self._leaving:
            self._leaving = True
            gevent.spawn(self._leave, sig, frame)

    def _leave(self, sig: int, frame: Any) -> None:
        longest = time.monotonic() + LONGEST_CHANGEOVER
        while changeover.asked > self._born and not changeover.over and time.monotonic() < longest:
            gevent.sleep(0.05)
        changeover.serve(self._born)  # where all are told to end, nobody waits for us
        super().handle_exit(sig, frame)
        self._end_streams()

    def _end_streams(self) -> None:
        while True:  # one may still arrive on a connection that was accepted before
            self.broadcaster.stop()
            gevent.sleep(0.1)


def watching(app: Any) -> Callable[[], None]:
    """What notes the application's streams and queue in its metrics."""
    from eventkit.web.base.observing import watch

    return lambda: watch(app.extensions["twofeet"].database, app)


class Punctual:
    """What a request posts, read whole and in time.

    Bytes that trickle in would hold a connection for ever, and of a form whose sender was cut off in the middle
    gunicorn hands over the beginning as if it were all.
    """

    def __init__(self, stream: Any, lane: Any, announced: str):
        self._stream, self._lane = stream, lane
        self._missing = int(announced or 0)  # bytes; gunicorn has refused what is no number
        self._began = time.monotonic()
        self.within(SENDING_TIME)

    def within(self, seconds: float) -> None:
        """Let it take so long from its beginning on."""
        self._until = self._began + seconds

    def read(self, size: int = -1) -> bytes:
        """As any stream's. Raises RequestTimeout and BadRequest, which answer 408 and 400."""
        from werkzeug.exceptions import BadRequest, RequestTimeout

        try:
            with self._lane.aside(), gevent.Timeout(max(0.001, self._until - time.monotonic()), RequestTimeout()):
                got = bytes(self._stream.read(size))
        except BROKEN as error:
            self._stream.reader.req.force_close()  # where the next request begins cannot be known
            raise BadRequest from error
        self._missing -= len(got)
        if self._missing > 0 and (size < 0 or len(got) < size):
            raise BadRequest
        return got


def is_quick(environ: dict[str, Any]) -> bool:
    """Whether a request costs so little, or matters so much, that it waits for no page: votes, files, health."""
    path = str(environ.get("PATH_INFO", ""))
    votes = environ.get("REQUEST_METHOD") == "POST" and path.endswith("/vote")
    return votes or path.startswith(("/static/", "/healthz", "/metrics"))


def handing_over(app: Callable[..., Iterable[bytes]], broadcaster: Any, lane: Any) -> Callable[..., Any]:
    """The application as WSGI, except that the socket of an answered stream goes to the broadcaster."""

    from eventkit.web.live.streams import handed_over

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        started: list[Any] = []
        environ["wsgi.input"] = Punctual(environ["wsgi.input"], lane, environ.get("CONTENT_LENGTH", ""))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if handed_over(environ) is None:
                return start_response(status, headers, exc_info)
            started[:] = headers
            return None

        with nullcontext() if is_quick(environ) else lane.inside():
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

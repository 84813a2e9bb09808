"""Gunicorn's worker for Twofeet: gevent for requests, and streams handed over to one loop that holds them all.

Gunicorn imports this before gevent has patched the standard library, so nothing of ours is imported up here.
"""

from collections.abc import Callable, Iterable
from typing import Any

import gevent
from gevent import get_hub, socket
from gunicorn.workers.ggevent import GeventWorker

HANDED_OVER = object()
HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Worker(GeventWorker):  # type: ignore[misc]
    """Serves requests with a greenlet each, and lets go quickly when it is told to end."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.wsgi: Any = None
        self._idle: set[Any] = set()  # connections that are kept alive between two requests

    def load_wsgi(self) -> None:
        """Load the application and put the handing over of streams around it."""
        super().load_wsgi()
        app: Any = self.wsgi
        self.broadcaster = app.extensions["streams"]
        self.wsgi = handing_over(app, self.broadcaster)

    def is_already_handled(self, answer: Any) -> bool:
        """Leave a connection that has become a stream alone."""
        if answer is HANDED_OVER:
            raise StopIteration
        return False

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        try:
            super().handle(listener, client, addr)
        finally:
            self._idle.discard(client)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        self._idle.discard(sock)
        super().handle_request(listener_name, req, sock, addr)
        self._idle.add(sock)

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        gevent.spawn(self._let_go)

    def _let_go(self) -> None:
        """End streams, whose browsers come back by themselves, and connections on which nothing is being answered."""
        while True:
            self.broadcaster.stop()
            for sock in list(self._idle):
                try:
                    sock.shutdown(socket.SHUT_RD)
                except OSError:
                    self._idle.discard(sock)
            gevent.sleep(0.1)


def handing_over(app: Callable[..., Iterable[bytes]], broadcaster: Any) -> Callable[..., Any]:
    """The application as WSGI, except that the socket of an answered stream goes to the broadcaster."""

    from eventkit.web.streams import handed_over

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        started: list[Any] = []

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

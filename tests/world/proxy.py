"""A reverse proxy as nginx is without settings: its own name for us in Host, HTTP/1.0, answers kept until they end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\nConnection: close\r\n\r\n502"


@contextmanager
def bare_proxy(upstream: int, halved: int = 0) -> Iterator[int]:
    """Its port, while it passes on what comes to the port `upstream`; of the first `halved` answers to posts half."""
    left = [None] * halved

    class Handler(BaseHTTPRequestHandler):
        """Passes one request on. What a browser says of itself is passed on as it came, as nginx does."""

        def do_GET(self) -> None:
            self.close_connection = True
            with suppress(ConnectionError):
                try:
                    with socket.create_connection(("127.0.0.1", upstream)) as behind:
                        behind.sendall(self._request())
                        self._answer(behind)
                except ConnectionRefusedError:
                    self.wfile.write(AWAY)

        do_POST = do_GET  # noqa: N815  the standard library's names

        def _request(self) -> bytes:
            rest = [(it, value) for it, value in self.headers.items() if it.lower() not in ("host", "connection")]
            lines = [f"Host: 127.0.0.1:{upstream}", "Connection: close", *(f"{it}: {value}" for it, value in rest)]
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return "\r\n".join([f"{self.command} {self.path} HTTP/1.0", *lines, "", ""]).encode() + body

        def _answer(self, behind: socket.socket) -> None:
            kept, passes_on = b"", False
            while piece := behind.recv(64 * 1024):
                kept += piece
                passes_on = passes_on or b"x-accel-buffering: no" in kept.partition(b"\r\n\r\n")[0].lower()
                if passes_on:
                    self.wfile.write(kept)
                    kept = b""
            if self.command == "POST" and left:
                left.pop()
                head, end, body = kept.partition(b"\r\n\r\n")
                kept = head + end + body[: len(body) // 2]
            self.wfile.write(kept)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()

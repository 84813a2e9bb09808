"""What forms post, decoded: bounded first, and in slices, so that no post keeps others waiting while it is read."""

import re
from collections.abc import Iterator
from typing import IO, Any

from flask import Flask, Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from eventkit.web.base.rendering import in_turns

MOST_FIELDS = 2_000  # of one form; the longest of ours has a few hundred
PIECE = 8 * 1024  # bytes decoded at once, which takes about a millisecond at worst

_ESCAPED = re.compile(rb"(?:%[0-9a-fA-F]{2})+")


class Body(FormDataParser):
    """Werkzeug's parser, with an urlencoded form decoded by runs of escapes instead of one by one."""

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]:
        """Raises RequestEntityTooLarge."""
        posted = stream.read()
        if posted.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        halves = (part.partition(b"=") for part in in_turns(posted.split(b"&")) if part)
        return stream, self.cls([(decoded(name), decoded(value)) for name, _, value in halves]), self.cls()


class PlainRequest(Request):
    """A request whose forms are read by Body."""

    form_data_parser_class = Body


def register(app: Flask) -> None:
    """Read every form so."""
    app.request_class = PlainRequest


def decoded(quoted: bytes) -> str:
    """A percent-encoded text; bytes that are no UTF-8 stay as escapes."""
    pieces = [_ESCAPED.sub(_bytes, piece) for piece in in_turns(_pieces(quoted.replace(b"+", b" ")))]
    return b"".join(pieces).decode("utf-8", "werkzeug.url_quote")


def _bytes(escapes: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escapes[0].replace(b"%", b"").decode())


def _pieces(quoted: bytes) -> Iterator[bytes]:
    """The bytes in pieces, none of which ends within an escape."""
    start = 0
    while start < len(quoted):
        end = start + PIECE
        cut = quoted.rfind(b"%", end - 2, end)
        end = cut if cut >= 0 else end
        yield quoted[start:end]
        start = end

"""What forms post, decoded: bounded first, and in slices, so that no post keeps others waiting while it is read."""

import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Flask, Request, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from eventkit.storage.db import DatabaseFull
from eventkit.web.base.rendering import in_turns

MOST_FIELDS = 2_000  # of one form; the longest of ours has a few hundred
PIECE = 8 * 1024  # bytes decoded at once, which takes about a millisecond at worst

ARRIVING = 256 * 1024 * 1024  # bytes of a post with files, kept or not, which a millisecond for each 1024 * 1024 reads
ARRIVING_TIME = 120.0  # seconds for them: a photo of 8 MB takes one of these where a room shares a megabit
IN_MEMORY = 512 * 1024  # bytes of a file before it goes to the disk

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

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]:
        """Raises RequestEntityTooLarge."""
        return super()._parse_multipart(cast("IO[bytes]", Turns(stream)), mimetype, content_length, options)


class Turns:
    """A stream that lets other requests in between while it is read, however fast it comes."""

    def __init__(self, stream: IO[bytes]):
        self._read = stream.read
        self._turns = in_turns(iter(int, 1))

    def read(self, size: int = -1) -> bytes:
        """As any stream's."""
        next(self._turns)
        return self._read(size)


class Capped(SpooledTemporaryFile[bytes]):
    """A file that keeps its first `most` bytes and one more, which tells that there were more; the rest is let go.

    Where the disk for such files is full, nothing is kept, and only who reads it is told: what came beside it is read.
    """

    def __init__(self, most: int):
        super().__init__(IN_MEMORY)
        self._room = most + 1
        self._lost = False

    def write(self, content: Any) -> int:
        """As if all were written."""
        try:
            super().write(content[: self._room])
        except OSError:
            self._room, self._lost = 0, True
        self._room = max(0, self._room - len(content))
        return len(content)

    def read(self, *size: int) -> bytes:
        """As any file's. Raises DatabaseFull."""
        if self._lost:
            raise DatabaseFull("no room")
        return super().read(*size)


class PlainRequest(Request):
    """A request whose forms are read by Body; of each file so much is kept as is taken."""

    form_data_parser_class = Body
    largest_file = 0  # bytes

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return Capped(self.largest_file)


def register(app: Flask) -> None:
    """Read every form so."""
    app.request_class = PlainRequest


def take_files(largest: int) -> None:
    """Let this post bring files of so many bytes each. One byte more of a larger file is kept, for the view to refuse.

    A post that was refused for its length before it was read would lose what was typed beside the file. So all of it
    arrives that can come in ARRIVING_TIME, and what is not kept is let go as it comes.
    """
    request.max_content_length = ARRIVING
    if within := getattr(request.environ["wsgi.input"], "within", None):  # not in tests without a server
        within(ARRIVING_TIME)
    cast("PlainRequest", request).largest_file = largest


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

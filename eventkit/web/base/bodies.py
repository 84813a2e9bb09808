"""What forms post, decoded: bounded first, and in slices, so that no post keeps others waiting while it is read."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Flask, Request, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable
from werkzeug.formparser import FormDataParser

from eventkit.errors import Busy
from eventkit.storage.db import DatabaseFull
from eventkit.storage.waiting import hold_nothing
from eventkit.text.language import gettext as _
from eventkit.web.base import in_flight, multipart
from eventkit.web.base.forms import BrokenOff
from eventkit.web.base.in_flight import HeldBytes, InFlight
from eventkit.web.base.rendering import in_turns
from eventkit.web.base.security import client_address

LARGEST_POST = 256 * 1024  # bytes; a pitch at its longest, percent-encoded, is well below
SMALL = 16 * 1024  # bytes of a post that needs no share: votes are taken whatever else arrives
MOST_FIELDS = 2_000  # of one form; the longest of ours has a few hundred
PIECE = 8 * 1024  # bytes decoded at once, which takes about a millisecond at worst

ARRIVING = 256 * 1024 * 1024  # bytes of a post with files, kept or not, which a millisecond for each 1024 * 1024 reads
ARRIVING_TIME = 120.0  # seconds for them: a photo of 8 MB takes one of these where a room shares a megabit
IN_MEMORY = 512 * 1024  # bytes of a file before it goes to the disk

FILES, TEXTS = InFlight(in_flight.MOST_OF_FILES), InFlight(in_flight.MOST_OF_TEXTS)

Parsed = tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]

_ESCAPED = re.compile(rb"(?:%[0-9a-fA-F]{2})+")


class Body(FormDataParser):
    """Werkzeug's parser, with forms bounded in memory, and an urlencoded one decoded by runs of escapes."""

    keep: Callable[[int], None]  # told how many bytes more there are in memory; raises ServiceUnavailable

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        """As werkzeug's. Raises WaitsWhileHolding: a phone may send for minutes."""
        hold_nothing()
        return super().parse(stream, mimetype, content_length, options)

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Parsed:
        """Raises RequestEntityTooLarge, ServiceUnavailable."""
        posted = b"".join(self._pieces(stream))
        if posted.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        halves = (part.partition(b"=") for part in in_turns(posted.split(b"&")) if part)
        return stream, self.cls([(decoded(name), decoded(value)) for name, _, value in halves]), self.cls()

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Parsed:
        """Raises RequestEntityTooLarge, ServiceUnavailable."""
        boundary = options.get("boundary", "").encode("ascii", "replace")
        reader = multipart.MultipartReader(boundary, LARGEST_POST, self.stream_factory, self.keep)  # type: ignore[arg-type]
        parts = reader.read(cast("IO[bytes]", Turns(stream)))
        return stream, (self.cls if parts.whole else BrokenOff)(parts.fields), self.cls(parts.files)

    def _pieces(self, stream: IO[bytes]) -> Iterator[bytes]:
        size = 0
        while piece := stream.read(SMALL):
            size += len(piece)
            if size > LARGEST_POST:
                raise RequestEntityTooLarge
            self.keep(len(piece))
            yield piece


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

    Where the disk for such files is full, or `share` cannot grow since too many of them arrive at once, nothing is
    kept, and only who reads it is told: what came beside it is read.
    """

    def __init__(self, most: int, share: HeldBytes):
        super().__init__(IN_MEMORY)
        self._room, self._share = most + 1, share
        self._lost: Exception | None = None

    def write(self, content: Any) -> int:
        """As if all were written."""
        kept = content[: self._room]
        self._room -= len(kept)
        if kept and not self._share.grow(len(kept)):
            crowd = _("Many pictures and files arrive at this moment. Send it again in a few seconds.")
            self._lose(Busy(crowd, in_flight.COME_AGAIN))
        elif kept:
            try:
                super().write(kept)
            except OSError:
                self._lose(DatabaseFull("no room"))
        return len(content)

    def read(self, *size: int) -> bytes:
        """As any file's. Raises DatabaseFull, Busy."""
        if self._lost:
            raise self._lost
        return super().read(*size)

    def _lose(self, why: Exception) -> None:
        self._room, self._lost = 0, why
        with suppress(OSError):
            self.seek(0)
            self.truncate()


class PlainRequest(Request):
    """A request whose forms are read by Body; of each file so much is kept as is taken, until it is answered."""

    form_data_parser_class = Body
    largest_file = 0  # bytes

    @property
    def want_form_data_parsed(self) -> bool:
        """Whether there is a form to be read: only posts bring one, whatever else comes with a body."""
        return self.method == "POST" and super().want_form_data_parsed

    def make_form_data_parser(self) -> FormDataParser:
        """Body, which counts what it keeps."""
        parser = cast("Body", super().make_form_data_parser())
        parser.keep = self._keep
        return parser

    def close(self) -> None:
        """Let go of what was kept."""
        super().close()
        for share in (self._texts, self._files):
            share.end()

    @cached_property
    def _texts(self) -> HeldBytes:
        return HeldBytes(TEXTS, client_address(self))

    @cached_property
    def _files(self) -> HeldBytes:
        return HeldBytes(FILES, client_address(self))

    def _keep(self, size: int) -> None:
        small = self.content_length is not None and self.content_length <= SMALL
        if not small and not self._texts.grow(size):
            raise ServiceUnavailable(retry_after=int(in_flight.COME_AGAIN))

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return Capped(self.largest_file, self._files)


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

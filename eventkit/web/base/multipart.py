"""The parser of posts with files, which loses nothing typed: neither for a file's odd name nor for a missing end."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

MOST_PARTS = 500
PIECE = 64 * 1024  # bytes read at once


_BREAK = re.compile(rb"[\r\n]")


class Decoder(MultipartDecoder):
    """Werkzeug's, for which a part's headers need not be UTF-8: for one that is not it drops the whole form."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        return super()._parse_headers(bytes(data).decode("utf-8", "replace").encode())

    def _last_partial_boundary_index(self, data: bytes | bytearray) -> int:
        """Where a boundary may begin whose end has yet to come; werkzeug's takes the CR of some for content."""
        earliest = max(0, len(data) - len(b"\r\n--" + self.boundary + b"-"))
        found = _BREAK.search(data, earliest)
        return found.start() if found else len(data)


@dataclass
class Parts:
    """What came, in order; not `whole` where it broke off."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, FileStorage]] = field(default_factory=list)
    whole: bool = False


class MultipartReader:
    """Reads one post: up to `most` bytes of fields, files into what `new_file()` makes.

    `keep` is told how many bytes more there are in memory, and may raise.
    """

    def __init__(self, boundary: bytes, most: int, new_file: Callable[[], IO[bytes]], keep: Callable[[int], None]):
        self._decoder = Decoder(boundary, most, max_parts=MOST_PARTS)
        self._most, self._new_file, self._keep = most, new_file, keep
        self._kept = self._typed = 0
        self._part: Field | File | None = None
        self._into: IO[bytes] = BytesIO()
        self._parts = Parts()

    def read(self, stream: IO[bytes]) -> Parts:
        """All of it; of what breaks off, or is no such post at all, what could be read. RequestEntityTooLarge."""
        try:
            while piece := stream.read(PIECE):
                self._take(piece)
            self._take(None)
            self._parts.whole = True
        except ValueError:  # the decoder's word for what it cannot read
            if self._part is not None:
                self._into.write(self._decoder.buffer)
            self._finish_part()
        return self._parts

    def _take(self, piece: bytes | None) -> None:
        self._decoder.receive_data(piece)
        while not isinstance(event := self._decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                self._part, self._into = event, self._new_file() if isinstance(event, File) else BytesIO()
            elif isinstance(event, Data):
                self._write(event)
        in_memory = self._typed + len(self._decoder.buffer)
        if in_memory > self._kept:
            self._keep(in_memory - self._kept)
            self._kept = in_memory

    def _write(self, event: Data) -> None:
        if isinstance(self._part, Field):
            self._typed += len(event.data)
            if self._typed > self._most:
                raise RequestEntityTooLarge
        self._into.write(event.data)
        if not event.more_data:
            self._finish_part()

    def _finish_part(self) -> None:
        """Keep the part that has ended; one without a name belongs to no field of any form."""
        part, self._part = self._part, None
        if part is None or not part.name:
            return
        self._into.seek(0)
        if isinstance(part, File):
            self._parts.files.append((part.name, FileStorage(self._into, part.filename, part.name)))
        else:
            self._parts.fields.append((part.name, self._into.read().decode("utf-8", "replace")))

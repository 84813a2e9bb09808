"""Static files from memory, compressed once, and kept by phones for ever under an address that names their content.

A script is served with the modules that it imports in front of it, as one module (see ADR 0090), a sheet with those
that it imports in their place.
"""

import gzip
import hashlib
import mimetypes
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import brotli

from eventkit.web.base import old_sheets

PREFIX = "/static/"
FLAT = ".flat.css"  # the end of the name that a sheet has for browsers without layers
FOR_EVER, ASK = "public, max-age=31536000, immutable", "no-cache"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")

TAKEN_IN = re.compile(rb'url\("([\w./-]+)"\)')  # by a style sheet: a font
SHEET_REMARK = re.compile(rb"^ */\*(?:[^*]|\*(?!/))*\*/\n\n?", re.MULTILINE)
SHEET_IMPORT = re.compile(rb'^@import "(\./[\w./-]+\.css)";\n', re.MULTILINE)
IMPORT = re.compile(rb'^import (?:[^;"]* from )?"(\./[\w./-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(rb"^export (?=(?:async )?function\b|(?:const|let|class)\b)", re.MULTILINE)
REMARK = re.compile(rb"^ *(?://.*|/\*\*.*\*/)\n", re.MULTILINE)  # a comment with lines of its own: not for phones

Stamp = tuple[int, int]  # when a file was modified (ns), and its size

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class File:
    """A file's content in each encoding, and what it was read from."""

    sources: dict[str, Stamp]  # by name: the file, and what it takes in
    kind: str
    fingerprint: str
    bodies: dict[str, bytes]  # by encoding; "" is the plain one


_known: defaultdict[Path, dict[str, File]] = defaultdict(dict)  # by folder and name, for all applications of a process


class StaticFiles:
    """WSGI around an application: answers for the files of one folder, passes everything else on."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path, headers: dict[str, str]):
        self._app = app
        self._folder = folder.resolve()
        self._headers = list(headers.items())
        self._files = _known[self._folder]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        file = self.file(path.removeprefix(PREFIX))
        if file is None:
            return self._app(environ, start_response)
        return _answer(file, environ, start_response, self._headers)

    def fingerprint(self, name: str) -> str:
        """A few characters that change with the file's content."""
        file = self.file(name)
        return file.fingerprint if file else "missing"

    def file(self, name: str) -> File | None:
        """The file of this name, read again when it has changed; None for what is not a file of the folder."""
        known = self._files.get(name)
        if known is not None and all(self._stamp(source) == stamp for source, stamp in known.sources.items()):
            return known
        source = name.replace(FLAT, ".css") if name.endswith(FLAT) else name
        if self._path(source) is None:
            return None
        sources: dict[str, Stamp] = {}
        content = self._content(source, sources)
        if source != name:
            content = old_sheets.flat(content.decode()).encode()
        known = self._files[name] = _packed(name, sources, content)
        return known

    def _stamp(self, name: str) -> Stamp | None:
        try:
            stat = (self._folder / name).stat()
        except (OSError, ValueError):
            return None
        return stat.st_mtime_ns, stat.st_size

    def _path(self, name: str) -> Path | None:
        """Where the file of this name lies: one file has one name, so that it is kept once."""
        try:
            path = (self._folder / name).resolve()
            served = path.is_relative_to(self._folder) and path.is_file() and not path.name.startswith(".")
        except (OSError, ValueError):
            return None
        return path if served and path.relative_to(self._folder).as_posix() == name else None

    def _content(self, name: str, sources: dict[str, Stamp]) -> bytes:
        """A file as it is served: a sheet names its fonts by fingerprint, both hold what they import.

        `sources` gets what it was made from. Raises FileNotFoundError for an import or font that is not there.
        """
        stamp, path = self._stamp(name), self._path(name)
        if stamp is None or path is None:
            raise FileNotFoundError(name)
        sources[name] = stamp
        content = path.read_bytes()

        def beside(found: re.Match[bytes]) -> str:
            return (path.parent / found[1].decode()).resolve().relative_to(self._folder).as_posix()

        def named(found: re.Match[bytes]) -> bytes:
            self._content(beside(found), sources)
            return b'url("%b?v=%b")' % (found[1], self.fingerprint(beside(found)).encode())

        def in_front(found: re.Match[bytes]) -> bytes:
            return b"" if beside(found) in sources else self._content(beside(found), sources)

        if path.suffix == ".css":
            return TAKEN_IN.sub(named, SHEET_IMPORT.sub(in_front, SHEET_REMARK.sub(b"", content)))
        if path.suffix == ".js" and path.parent.name != "vendor":
            return EXPORT.sub(b"", IMPORT.sub(in_front, REMARK.sub(b"", content)))
        return content


def _packed(name: str, sources: dict[str, Stamp], content: bytes) -> File:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    bodies = {"": content}
    if kind.startswith(COMPRESSIBLE) and len(content) > 500:
        bodies |= _compressed(content)
    kind += "; charset=utf-8" if kind.startswith(("text/", "application/manifest")) else ""
    return File(sources, kind, hashlib.sha256(content).hexdigest()[:10], bodies)


@lru_cache(maxsize=256)
def _compressed(content: bytes) -> dict[str, bytes]:
    """The content in each compressed encoding; kept, since the hardest compression takes a third of a second."""
    return {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, mtime=0)}


def _answer(
    file: File, environ: dict[str, Any], start_response: Callable[..., Any], extra: list[tuple[str, str]]
) -> Iterable[bytes]:
    named = file.fingerprint in parse_qs(environ.get("QUERY_STRING", "")).get("v", ())
    etag = f'"{file.fingerprint}"'
    headers = [("Content-Type", file.kind), ("ETag", etag), ("Vary", "Accept-Encoding"), *extra]
    headers.append(("Cache-Control", FOR_EVER if named else ASK))
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", headers)
        return []
    encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""), file.bodies)
    body = file.bodies[encoding]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def best_encoding(accepted: str, offered: Iterable[str]) -> str:
    """`br`, else `gzip`, else none, of those that the browser takes and we have."""
    taken = {part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.replace("q=0.", "")}
    return next((encoding for encoding in ("br", "gzip") if encoding in taken and encoding in offered), "")

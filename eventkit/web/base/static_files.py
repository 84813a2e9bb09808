"""Static files from memory, compressed once, and kept by phones for ever under an address that names their content."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import brotli

PREFIX = "/static/"
FOR_EVER, ASK = "public, max-age=31536000, immutable", "no-cache"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class File:
    """A file's content in each encoding, and what it was read from."""

    stamp: tuple[int, int]  # modified (ns), size
    kind: str
    fingerprint: str
    bodies: dict[str, bytes]  # by encoding; "" is the plain one


class StaticFiles:
    """WSGI around an application: answers for the files of one folder, passes everything else on."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path, headers: dict[str, str]):
        self._app = app
        self._folder = folder.resolve()
        self._headers = list(headers.items())
        self._files: dict[str, File] = {}

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
        try:
            stat = (self._folder / name).stat()
        except (OSError, ValueError):
            return None
        stamp = (stat.st_mtime_ns, stat.st_size)
        if known is None or known.stamp != stamp:
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder) or not path.is_file() or path.name.startswith("."):
                return None
            if path.relative_to(self._folder).as_posix() != name:  # one file has one address, and is kept once
                return None
            known = self._files[name] = _packed(path, stamp, self._content(path))
        return known

    def _content(self, path: Path) -> bytes:
        """A file as it is served: what a style sheet takes in, a font, has its fingerprint in its address, too."""
        content = path.read_bytes()
        if path.suffix != ".css":
            return content

        def named(found: re.Match[bytes]) -> bytes:
            taken_in = (path.parent / found[1].decode()).relative_to(self._folder).as_posix()
            return b'url("%b?v=%b")' % (found[1], self.fingerprint(taken_in).encode())

        return re.sub(rb'url\("([\w./-]+)"\)', named, content)


def _packed(path: Path, stamp: tuple[int, int], content: bytes) -> File:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    bodies = {"": content}
    if kind.startswith(COMPRESSIBLE) and len(content) > 500:
        bodies["br"] = brotli.compress(content, quality=9)
        bodies["gzip"] = gzip.compress(content, mtime=0)
    kind += "; charset=utf-8" if kind.startswith(("text/", "application/manifest")) else ""
    return File(stamp, kind, hashlib.sha256(content).hexdigest()[:10], bodies)


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

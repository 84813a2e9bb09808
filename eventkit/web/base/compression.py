"""Pages in fewer bytes: brotli or gzip, as the browser takes it, where there is enough to gain."""

import gzip

import brotli
from flask import Flask, Response, request

from eventkit.web.base.static_files import best_encoding

LEAST = 1024  # bytes; below, the answer fits a packet anyway
BROTLI, GZIP = 5, 6  # qualities: a page of fifty kilobytes takes about a millisecond
LARGE, THOROUGH = 96 * 1024, 9  # a grid of 150 sessions has that many bytes: it takes ten, and is a tenth smaller
KINDS = {"text/html", "text/csv", "text/calendar", "text/markdown", "application/json", "application/xml", "text/xml"}


def register(app: Flask) -> None:
    """Compress what the application answers."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress a page in place."""
    if response.mimetype not in KINDS or response.is_streamed or response.direct_passthrough:
        return response
    content = response.get_data()
    if len(content) < LEAST:
        return response
    response.vary.add("Accept-Encoding")
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""), ("br", "gzip"))
    if not encoding or "Content-Encoding" in response.headers:
        return response
    quality = THOROUGH if len(content) >= LARGE else BROTLI
    small = brotli.compress(content, quality=quality) if encoding == "br" else gzip.compress(content, GZIP, mtime=0)
    response.set_data(small)
    response.headers["Content-Encoding"] = encoding
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response

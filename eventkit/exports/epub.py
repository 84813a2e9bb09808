"""The book as an e-book, EPUB 3.3: its own pages in XHTML, one a session, in a ZIP."""

import base64
import re
from datetime import UTC, datetime, time

from markupsafe import Markup

from eventkit import places
from eventkit.exports import web_book
from eventkit.exports.chapters import book
from eventkit.exports.markdown_book import zipped
from eventkit.exports.source import Source, spoken, xml_safe
from eventkit.text import markdown

TYPE = "application/epub+zip"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_VOID = re.compile(r"<(br|hr)>")
_LEADS_NOWHERE = re.compile(r'<a rel="[^"]*">')


def as_epub(source: Source) -> bytes:
    """The whole book; the same event gives the same bytes."""
    whole = book(source)
    names = [f"session-{chapter.number}.xhtml" for chapter in whole.chapters]
    common = {
        "book": whole,
        "spoken": spoken(),
        "identifier": source.uuid("book"),
        "modified": datetime.combine(source.event.day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "chapters": names,
    }
    files = {f"book/{page}.xhtml": _page(page, **common) for page in ("front", "nav", "end")}
    for name, chapter in zip(names, whole.chapters, strict=True):
        files[f"book/{name}"] = _page("chapter", chapter=chapter, **common)
    kept = [entry.picture for entry in whole.pictured if entry.picture]
    return zipped(
        {
            "mimetype": TYPE.encode(),
            "META-INF/container.xml": _CONTAINER.encode(),
            "book/book.opf": _page("package", **common),
            **files,
            **{f"book/picture-{it.note_id}.jpg": base64.b64decode(it.data) for it in kept},
            "book/book.css": _style(),
        },
        stored=("mimetype",),
    )


def _style() -> bytes:
    """The book's style sheet without what is for printers: e-books have no pages of their own."""
    return (places.files("static") / "book.css").read_bytes().partition(b"@media print")[0]


def xhtml(html: str) -> str:
    """Our sanitised HTML as well-formed XML: the two elements without an end, and the one name XML does not know.

    A link that was not harmless has no address left: browsers take that, and a check of e-books does not.
    """
    return _LEADS_NOWHERE.sub("<a>", _VOID.sub(r"<\1/>", xml_safe(html)).replace("&nbsp;", "&#160;"))


def _page(name: str, **context: object) -> bytes:
    environment = web_book.environment()
    environment.filters["xhtml"] = lambda text: Markup(xhtml(markdown.to_html(text)))  # noqa: S704  sanitised there
    environment.filters["xml"] = xml_safe
    return environment.get_template(f"epub/{name}.xml").render(**context).encode()

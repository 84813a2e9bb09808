"""The book as a folder for any web host: a page to open, every format beside it, checksums; and that as a ZIP."""

import hashlib
from collections.abc import Callable, Mapping

from eventkit.event.about import LICENCE_URL
from eventkit.exports import markdown_book, sheets, web_book
from eventkit.exports.chapters import Book, book
from eventkit.exports.markdown_book import escaped, joined, zipped
from eventkit.exports.source import Source
from eventkit.text.language import gettext as _

ZIP_TYPE = "application/zip"
INDEX, SUMS, LICENCE_FILE = "index.html", "SHA256SUMS", "LICENCE.txt"
FOR_READERS = ("book.pdf", "book.docx", "book.epub", "book.md", "book.html")  # in the order in which they are offered
Writers = Mapping[str, Callable[[Source], str | bytes]]


def files(source: Source, writers: Writers) -> dict[str, bytes]:
    """Every file of the folder by its name, whose links lead to one another; `writers` are those of the formats."""
    whole = book(source)
    written = {
        INDEX: web_book.as_html(source, beside=_beside(writers)),
        "README.md": joined(_readme(whole)),
        "schedule.md": joined(markdown_book.schedule(whole, lambda it: f"sessions/{it.file_name}", level=1)),
        "counts.csv": sheets.pitches(source),
        LICENCE_FILE: _licence(whole),
        **{
            f"sessions/{chapter.file_name}": joined([*markdown_book.chapter_lines(chapter, level=1), whole.licence])
            for chapter in whole.chapters
        },
        **{name: write(source) for name, write in writers.items()},
    }
    content = {name: it.encode() if isinstance(it, str) else it for name, it in written.items()}
    return {**content, SUMS: checksums(content).encode()}


def _beside(writers: Writers) -> list[str]:
    """What the page links to: for readers first, each once; then what one may do with it, and the checksums."""
    return [*(it for it in dict.fromkeys((*FOR_READERS, *writers)) if it in writers), LICENCE_FILE, SUMS]


def as_zip(source: Source, writers: Writers) -> bytes:
    """The folder as one file: the same event gives the same bytes."""
    return zipped(files(source, writers))


def checksums(content: Mapping[str, bytes]) -> str:
    """What `sha256sum --check` reads: a line a file."""
    return "".join(f"{hashlib.sha256(them).hexdigest()}  {name}\n" for name, them in content.items())


def _licence(whole: Book) -> str:
    """What one may do with all of it, in short."""
    means = (
        _(
            "In short: you may copy, share and change all of this, for any purpose, if you say where it is from, link "
            "to the licence, and say what you changed."
        ),
        _(
            "Entries that are marked as not to be quoted are meant to be read and not to be quoted: please respect "
            "that."
        ),
        _("The licence itself, which is what counts, is at %(address)s", address=f"{LICENCE_URL}legalcode"),
    )
    return "\n\n".join([whole.licence, *means]) + "\n"


def _readme(whole: Book) -> list[str]:
    beside = (
        (_("The book as a page to open"), INDEX),
        (_("The schedule"), "schedule.md"),
        (_("The counts"), "counts.csv"),
        (_("What you may do with it"), LICENCE_FILE),
    )
    return [
        *markdown_book.front(whole),
        *(f"- [{what}]({name})" for what, name in beside),
        "",
        "## " + _("Sessions"),
        "",
        *(f"- [{escaped(it.pitch.title)}](sessions/{it.file_name}): {escaped(it.facts[0])}" for it in whole.chapters),
        "",
        *markdown_book.all_actions(whole),
        *markdown_book.reflections(whole),
        *markdown_book.indexes(whole, lambda it: f"sessions/{it.file_name}"),
        *markdown_book.unplaced(whole.unplaced),
    ]

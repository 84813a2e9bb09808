"""Whatever people write, every export can be written, and read by the programs it is for."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markdown_it import MarkdownIt

from eventkit.exports import calendar, epub, formats, frab, markdown_book, sheets, web_book, word, workbook
from eventkit.imports import files
from eventkit.imports.programmes import Programme
from eventkit.market import merging
from eventkit.text import clean
from tests.world.texts import HOSTILE, TEXT, a_source


@given(TEXT, TEXT, TEXT)
@settings(max_examples=50)  # a fifth of a second each
def test_exports_of_any_text_can_be_read(title: str, text: str, name: str) -> None:
    source = a_source(title, text, name)
    shown = source.pitches[0].title
    (event,) = Calendar.from_ical(calendar.of_event(source)).walk("VEVENT")
    assert event["UID"]
    assert ElementTree.fromstring(frab.as_xml(source)).findtext("day/room/event/type") == "discussion"
    rooms = json.loads(frab.as_json(source))["schedule"]["conference"]["days"][0]["rooms"]
    assert [it["title"] for it in rooms[source.rooms[0].name]] == [shown]
    titles, row = csv.reader(io.StringIO(sheets.pitches(source), newline=""), strict=True)
    assert len(row) == len(titles)
    assert "<script" not in web_book.as_html(source).lower()
    assert markdown_book.as_markdown(source).startswith("# ")
    with zipfile.ZipFile(io.BytesIO(formats.as_zip(source))) as archive:
        assert archive.testzip() is None
    assert Document(io.BytesIO(word.as_docx(source))).paragraphs
    with zipfile.ZipFile(io.BytesIO(epub.as_epub(source))) as archive:
        for page in archive.namelist():
            if page.endswith((".xhtml", ".opf", ".xml")):
                ElementTree.fromstring(archive.read(page))


def read_as_markdown(text: str) -> Iterator[tuple[str, str]]:
    """(`html` or `link`, what it says) of all that a program that obeys HTML finds in a Markdown file."""
    parser = MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    for block in parser.parse(text):
        for token in (block, *(block.children or ())):
            if token.type in ("html_block", "html_inline"):
                yield "html", token.content
            elif token.type == "link_open":
                yield "link", str(token.attrs["href"])


@given(HOSTILE, HOSTILE)
@settings(max_examples=300)
def test_book_in_markdown_has_no_live_html_and_no_link_that_runs(title: str, text: str) -> None:
    for kind, found in read_as_markdown(markdown_book.as_markdown(a_source(title, text, "Kim"))):
        if kind == "html":
            assert found in ("</a>", '<a id="session-1">'), found
        else:
            scheme = re.match(r"[a-zA-Z][\w+.-]*:", found)
            assert scheme is None or scheme[0].lower() in ("http:", "https:", "mailto:"), found


def test_book_in_markdown_keeps_what_is_harmless() -> None:
    for kept in ("<https://a.example/b>", "[a](https://a.example)", "a < b", "[a](#b)", "1 <2", "*a* `b`"):
        assert markdown_book.tagless(kept) == kept
    assert markdown_book.tagless("\\<img onerror=x>") == "\\<img onerror=x>"
    assert markdown_book.tagless("\\\\<img onerror=x>") == "\\\\\\<img onerror=x>"
    assert markdown_book.tagless("<https://a onmouseover=x>") == "\\<https://a onmouseover=x>"
    assert markdown_book.tagless("[a]([a](javascript:x)") == "[a]\\([a]\\(javascript:x)"
    assert markdown_book.tagless("[a](javascript:x)") == "[a]\\(javascript:x)"


CELL = st.text(st.sampled_from("=+-@;,\t\n\r\"\uff1d\uff20 a1'|"), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=4))
@settings(max_examples=500)
def test_no_cell_begins_like_a_formula_whatever_separates_lists(cells: list[str]) -> None:
    text = sheets.rows(("a",), [cells])
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                seen = cell.lstrip(' \n\r"')
                assert not seen.startswith(("=", "+", "@", "\uff1d", "\uff20")), (separator, row)


UGLY = st.sampled_from(
    [
        *("=1+1", "'=1", "''@x", "+1;-2\n@x", "\t=1", " =1", "\uff1d1", "-", "- a list", "#N/A", "#REF!", 'a "b" c'),
        *("Total", "Total: 3", "TBC", "n/a", "nobody", "Lunch", "Keynote", "(a)", "[b]", "Title", "Host", "Room"),
        *("עברית (x) עברית", "\u202ex\u202c", "👩\u200d👧 🏴", "e" + "\u0301" * 40, "x" * 300, "a\u2028b", "a\r\nb\rc"),
        *("\x00a\x1b[31m", "a\ud800b", "\\<img onerror=x>", "<b>bold</b>", "&lt;b&gt;", "_x000D_", "<p>a</p>"),
        *("line 2", "a,b;c\td", "'", "''", "’", '"', "a\n\n\n\nb", "Kim; Lee", "Kim & Lee", "\u00a0=1", "\u3000+1"),
    ]
)
ANY = UGLY | TEXT | HOSTILE | st.text(max_size=20)


@given(ANY, ANY, ANY)
@example("Lunch", "", "")
@example("Total", "", "")
@example("(a)", "(b)", "(c)")
@example("Title", "Description", "Host")
@settings(max_examples=50)  # a tenth of a second each
def test_tables_of_any_text_give_the_same_pitches_when_imported(title: str, text: str, name: str) -> None:
    title, text, name = (clean.clean_line(title)[:200], clean.clean(text).strip(), clean.clean_line(name)[:80])
    source = a_source(title if clean.can_be_seen(title) else "x", text, name)
    (pitch,) = source.pitches
    for file, content in (("p.csv", sheets.pitches(source).encode()), ("t.xlsx", workbook.as_xlsx(source))):
        found = files.read(file, content)
        assert isinstance(found, Programme)
        assert [(it.title, it.description, it.host) for it in found.pitches] == [
            (pitch.title, pitch.description, ", ".join(merging.hosts(pitch)))
        ], file

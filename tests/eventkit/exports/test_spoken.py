"""The book speaks the language that is spoken when it is written, in every format, and says which."""

import io
import re
import zipfile

import pytest
from docx import Document

from eventkit.exports import epub, markdown_book, web_book, word
from eventkit.text import language
from tests.world.texts import a_source


@pytest.mark.parametrize(("spoken", "named", "notes"), [("en", "en-GB", "Notes"), ("de", "de", "Notizen")])
def test_headings_and_language_of_each_format(spoken: str, named: str, notes: str) -> None:
    source = a_source("Hello & <all>", "Text", "Kim")
    with language.speaking(spoken):
        document = Document(io.BytesIO(word.as_docx(source)))
        markdown, html, book = markdown_book.as_markdown(source), web_book.as_html(source), epub.as_epub(source)
    assert document.core_properties.language == named
    assert notes in {it.text for it in document.paragraphs}
    assert f"### {notes}" in markdown.splitlines() and f"<h3>{notes}</h3>" in html
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        package, chapter = (archive.read(f"book/{name}").decode() for name in ("book.opf", "session-1.xhtml"))
        style = archive.read("book/book.css").decode()
    assert f"<dc:language>{named}</dc:language>" in package and f"<h2>{notes}</h2>" in chapter
    assert "Hello &amp; &lt;all&gt;" in chapter and "&amp;amp;" not in chapter
    assert not re.search(r"@media print|@page", style)  # epubcheck knows no boxes in margins

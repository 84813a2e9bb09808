"""The e-book: a ZIP in which every page is XML, listed, and reached from the contents."""

import io
import re
import zipfile
from xml.etree import ElementTree

from eventkit.event import events
from eventkit.exports import epub, source
from eventkit.storage.db import Database
from eventkit.storage.tables import NoteKind
from eventkit.text import markdown
from tests.world.published import a_published_day
from tests.world.texts import a_source

OPF, XHTML = "{http://www.idpf.org/2007/opf}", "{http://www.w3.org/1999/xhtml}"


def test_epub_lists_every_page_and_its_contents_lead_to_them(database: Database) -> None:
    day = a_published_day(database, placed=3)
    with database.reading() as tx:
        read = source.read(tx, events.by_code(tx, day.event.code), "https://camp.example")
    content = epub.as_epub(read)
    assert content == epub.as_epub(read)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        pages = {name for name in archive.namelist() if name.endswith(".xhtml")}
        package = ElementTree.fromstring(archive.read("book/book.opf"))
        contents = ElementTree.fromstring(archive.read("book/nav.xhtml"))
    listed = {f"book/{it.get('href')}" for it in package.iter(f"{OPF}item")}
    assert listed == {*pages, "book/book.css"}
    assert {f"book/{it.get('href')}" for it in contents.iter(f"{XHTML}a")} == pages - {"book/nav.xhtml"}
    assert len(list(package.iter(f"{OPF}itemref"))) == len(pages)


def test_xhtml_of_html_is_xml() -> None:
    html = "<p>a<br>b\u00a0c&nbsp;d\u0001</p><hr>"
    assert "".join(ElementTree.fromstring(f"<div>{epub.xhtml(html)}</div>").itertext()) == "ab\u00a0c\u00a0d"


def test_a_link_without_an_address_is_one_that_an_e_book_may_have() -> None:
    html = markdown.to_html("[a](http://[::1) [b](https://a.example)")
    assert "<a rel=" in html
    assert epub.xhtml(html) == html.replace('<a rel="nofollow noopener noreferrer">', "<a>")


def test_links_with_a_stray_per_cent_sign_are_addresses_that_an_e_book_may_have() -> None:
    made = a_source("x", "https://a.example/100% and <https://a.example/b%zz>", "Kim")
    (link,) = (it for it in made.notes[1] if it.kind is NoteKind.LINK)
    link.text, link.url = "", "https://a.example/c%"
    with zipfile.ZipFile(io.BytesIO(epub.as_epub(made))) as archive:
        page = archive.read("book/session-1.xhtml").decode()
    found = re.findall(r'href="https://a.example/([^"]*)"', page)
    assert (found[:2], found[-1]) == (["100%25", "b%25zz"], "c%25")

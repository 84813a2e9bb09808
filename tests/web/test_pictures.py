"""Adding a picture to the notes, seeing it there and in every form of the book, and hiding it."""

import base64
import io
import zipfile

from docx import Document
from PIL import Image

from eventkit.event.roles import at_the_machine
from eventkit.exports import epub, pdf, source, web_book, word
from eventkit.market import pictures
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from eventkit.web.base import bodies
from tests.world.phone import Page
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser

ALT = 'A wall & "notes" <b>'


def a_photo() -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(target, "PNG")
    target.seek(0)
    return target, "photo.png"


def test_a_photo_is_added_once_shown_and_hidden(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor, notes = joined(phone, day.event), f"{day.address}/pitches/{day.pitches[0].id}/notes"
    assert f"{notes}/pictures" in {it.attributes.get("href") for it in visitor.page(notes).all("a")}
    form = visitor.page(f"{notes}/pictures").one("form", enctype="multipart/form-data")
    assert form.attributes["action"] == f"{notes}/pictures"

    def send(**fields: object) -> int:
        return visitor.client.post(f"{notes}/pictures", data=fields, headers={"Origin": "http://localhost"}).status_code

    assert send(alt="", picture=a_photo(), nonce="n") == 422
    assert send(alt=ALT, picture=(io.BytesIO(b"GIF no"), "a.gif"), nonce="n") == 422
    assert send(alt=ALT, nonce="n") == 422
    assert [send(alt=ALT, picture=a_photo(), nonce="n") for _ in range(2)] == [303, 303]
    (image,) = visitor.page(notes).all("img")
    assert (image.attributes["alt"], image.attributes["loading"], image.attributes["width"]) == (ALT, "lazy", "80")
    shown = phone().get(image.attributes["src"])
    assert (shown.status_code, shown.headers["Content-Type"], shown.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    number = image.attributes["src"].split("/")[-2]
    organiser(phone, day.event).post(f"{day.address}/organise/hidden", kind="note", id=number, hidden=1)
    assert phone().get(image.attributes["src"]).status_code == 404
    assert ALT not in phone().page(notes).one("main").text


def test_what_is_typed_beside_a_picture_that_is_refused_comes_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor, address = joined(phone, day.event), f"{day.address}/pitches/{day.pitches[0].id}/notes/pictures"
    for content in (b"\0" * (pictures.LARGEST_FILE + 1), b"\r\n--" * (6 * 2**20), b"<svg onload=alert(1)>"):
        sent = {"picture": (io.BytesIO(content), "\x1b]0;a.jpg"), "alt": ALT, "nonce": "n"}
        response = visitor.client.post(address, data=sent, headers={"Origin": "http://localhost"})
        assert response.status_code == 422
        assert Page(response.text).one("input", name="alt").attributes["value"] == ALT
    sent = {"picture": (io.BytesIO(b"\0" * bodies.ARRIVING), "a.jpg"), "alt": ALT}
    assert visitor.client.post(address, data=sent, headers={"Origin": "http://localhost"}).status_code == 413


def test_a_photo_is_in_every_form_of_the_book(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor, notes = joined(phone, day.event), f"{day.address}/pitches/{day.pitches[0].id}/notes"
    sent = {"alt": ALT, "picture": a_photo()}
    visitor.client.post(f"{notes}/pictures", data=sent, headers={"Origin": "http://localhost"})
    with database.reading() as tx:
        event = at_the_machine(tx.get_one(Event, day.event.id)).event
        read = source.read(tx, event, "https://camp.example", pictured=True)
    (picture,) = read.pictures.values()
    kept = base64.b64decode(picture.data)
    assert picture.data in web_book.as_html(
        read
    ) and 'alt="A wall &amp; &#34;notes&#34; &lt;b&gt;"' in web_book.as_html(read)
    with zipfile.ZipFile(io.BytesIO(epub.as_epub(read))) as archive:
        assert archive.read(f"book/picture-{picture.note_id}.jpg") == kept
        assert "alternativeText" in archive.read("book/book.opf").decode()
    document = Document(io.BytesIO(word.as_docx(read)))
    assert [it._inline.docPr.get("descr") for it in document.inline_shapes] == [ALT]
    made = pdf.as_pdf(read)
    assert b"/Subtype/Image" in made.replace(b" ", b"") and b"pdfuaid:part" in made and made == pdf.as_pdf(read)

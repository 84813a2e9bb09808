"""Adding a picture to the notes, seeing it there and in every form of the book, and hiding it."""

import base64
import io
import tempfile
import zipfile

import pytest
from docx import Document
from PIL import Image
from werkzeug.test import TestResponse

from eventkit.event.roles import at_the_machine
from eventkit.exports import epub, pdf, source, web_book, word
from eventkit.market import pictures
from eventkit.storage import db
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
    page = visitor.page(f"{notes}/pictures")
    form = page.one("form", enctype="multipart/form-data")
    assert form.attributes["action"] == f"{notes}/pictures"
    assert page.one("input", type="file").attributes["data-most"] == str(pictures.LARGEST_FILE)

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
    for content in (b"\0" * (40 * 2**20), b"\r\n--" * (6 * 2**20), b"<svg onload=alert(1)>"):
        sent = {"picture": (io.BytesIO(content), "\x1b]0;a.jpg"), "alt": ALT, "nonce": "n"}
        response = visitor.client.post(address, data=sent, headers={"Origin": "http://localhost"})
        assert response.status_code == 422
        assert Page(response.text).one("input", name="alt").attributes["value"] == ALT
    posted = visitor.client.post(
        address,
        content_type="multipart/form-data; boundary=x",
        headers={"Origin": "http://localhost"},
        environ_overrides={"CONTENT_LENGTH": str(bodies.ARRIVING + 1)},
    )
    assert posted.status_code == 413


def test_where_the_disk_has_little_left_a_picture_waits_and_a_note_does_not(
    database: Database, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_published_day(database)
    visitor, notes = joined(phone, day.event), f"{day.address}/pitches/{day.pitches[0].id}/notes"

    def send(content: bytes) -> TestResponse:  # put together here: the test's own client needs room for files, too
        parts = {'name="picture"; filename="a.jpg"': content, 'name="alt"': ALT.encode(), 'name="nonce"': b"n"}
        head = "--x\r\nContent-Disposition: form-data; "
        body = (
            b"".join(f"{head}{name}\r\n\r\n".encode() + said + b"\r\n" for name, said in parts.items()) + b"--x--\r\n"
        )
        return visitor.client.post(
            f"{notes}/pictures",
            data=body,
            content_type="multipart/form-data; boundary=x",
            headers={"Origin": "http://localhost"},
        )

    with monkeypatch.context() as small:
        small.setattr(tempfile, "tempdir", "/nowhere")  # nothing can be written where files arrive
        no_room = send(b"\0" * (bodies.IN_MEMORY + 1))
    answers = [no_room]
    if database.is_sqlite:
        monkeypatch.setattr(db, "SPARE", 2**62)
        answers.append(send(a_photo()[0].read()))
        assert visitor.submit(notes, {"kind": "note", "text": "Small", "nonce": "m"}).status_code == 303
    for answer in answers:
        assert (answer.status_code, "disk is full" in answer.text) == (503, True)
        assert Page(answer.text).one("input", name="alt").attributes["value"] == ALT


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

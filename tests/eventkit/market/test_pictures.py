"""Pictures in notes: small, without what a camera adds, refused in words where they are none, gone with their entry."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image
from sqlmodel import select

from eventkit.clock import now
from eventkit.errors import Invalid, TooMany
from eventkit.market import notes, pictures
from eventkit.market.pictures import Fitted, fitted
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Note, NoteKind, Picture
from tests.world.builders import a_person, a_pitch, an_event

SECRET = b"51.4816 N 3.1791 W by Zebedee"


def a_file(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **saved: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, "red").save(target, kind, **saved)
    return target.getvalue()


def fit(database: Database, content: bytes) -> Fitted:
    with database.reading() as tx:
        return fitted(tx, content)


@pytest.mark.only_on("sqlite")
def test_what_a_camera_adds_is_gone_and_the_picture_stands_upright(database: Database) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    sent = a_file(exif=exif, comment=SECRET, icc_profile=SECRET)
    assert SECRET in sent and b"Exif" in sent
    kept = fit(database, sent)
    content = base64.b64decode(kept.data)
    assert (kept.width, kept.height) == (40, 60)
    assert not any(trace in content for trace in (SECRET, b"Exif", b"Zebedee", b"http://ns.adobe.com", b"ICC_PROFILE"))
    with Image.open(io.BytesIO(content)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (40, 60), {})
    assert kept == fit(database, sent)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "JPEG"])
def test_large_ones_are_made_small_and_what_shows_through_is_white(database: Database, kind: str) -> None:
    kept = fit(database, a_file(kind, (4000, 1000)))
    assert (kept.width, kept.height) == (1600, 400)
    clear = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(clear, "PNG")
    with Image.open(io.BytesIO(base64.b64decode(fit(database, clear.getvalue()).data))) as shown:
        assert shown.getpixel((4, 4)) == (255, 255, 255)


def a_bomb(side: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000, or as long and wide as is said."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def of_many_scans(times: int) -> bytes:
    """A JPEG whose last scan, a few bytes for all of its pixels, is there so many times more."""
    whole = a_file(size=(600, 600), progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + last * times + b"\xff\xd9"


def with_blocks(kind: str, block: bytes, times: int) -> bytes:
    """A small picture with a block behind its head, so many times."""
    content, head = a_file(kind), {"JPEG": 2, "PNG": 33}[kind]
    return content[:head] + block * times + content[head:]


def a_motion_photo() -> bytes:
    """A JPEG as phones make them: other things behind its end, and a small picture in what a camera adds."""
    exif = Image.Exif()
    exif[0x927C] = a_file(progressive=True) * 12
    return a_file("MPO", exif=exif, save_all=True, append_images=[Image.new("RGB", (60, 40))]) + b"\xff\xda\0" * 99


@pytest.mark.only_on("sqlite")
def test_what_would_take_minutes_or_a_gigabyte_to_unpack_is_refused(database: Database) -> None:
    assert fit(database, of_many_scans(9)).width == 600
    assert fit(database, a_motion_photo()).width == 60
    tried = {of_many_scans(60): "too long to open", of_many_scans(200_000): "too long to open"}
    exif, part = b"\xff\xe1\0\x0eExif\0\0MM\0\x2a\0\0", b"\0\0\0\0IDAT" + zlib.crc32(b"IDAT").to_bytes(4)
    for kind, block in (
        *(("JPEG", it) for it in (exif, b"\xff", b"\xff\0", b"\xff\xfe\0\2", b"\xff\xc8\xff\xff", b"\xff\xd9")),
        *(("PNG", it) for it in (part, part.replace(b"IDAT", b"teXt"))),
    ):
        tried[with_blocks(kind, block, 200_000)] = "too long to open"
    assert fit(database, with_blocks("JPEG", exif, 200)).width == 60
    assert fit(database, with_blocks("JPEG", b"\xff", 200)).width == 60
    for content, why in {**tried, a_bomb(5_000): "more than 24 million"}.items():
        with pytest.raises(Invalid) as refused:
            fit(database, content)
        assert why in refused.value.fields["picture"]


@pytest.mark.only_on("sqlite")
def test_what_is_no_picture_or_too_much_is_refused_in_words(database: Database) -> None:
    broken = a_file()[:300]
    tried = {
        b"": "Choose a photo",
        b"<svg onload=x>": "cannot be read",
        a_bomb(): "million pixels",
        broken: "cannot be read",
        b"x" * (pictures.LARGEST_FILE + 1): "larger than 8 MB",
        b"GIF89a" + b"\xff" * 40: "cannot be read",
    }
    for content, why in tried.items():
        with pytest.raises(Invalid) as refused:
            fit(database, content)
        assert why in refused.value.fields["picture"]


def test_pictures_that_were_hidden_take_nobodys_place_and_an_organiser_allows_more(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    pitch = a_pitch(database, event, person)
    picture = Fitted(1, 1, "")

    def add(tx: Transaction) -> Note:
        note = notes.add(tx, event.id, pitch.id, person, notes.Entry(kind=NoteKind.NOTE, text="A wall"))
        pictures.attach(tx, note, picture)
        return note

    def at_most(session: int, whole: int) -> None:
        def set_them(tx: Transaction) -> None:
            tx.get_one(Event, event.id).limits = {"session_pictures": session, "event_pictures": whole}

        database.write(set_them)

    shown = database.write(lambda tx: add(tx).id)
    for session, whole, said in ((1, 9, "These notes have 1 pictures"), (9, 1, "This event has 1 pictures")):
        at_most(session, whole)
        with pytest.raises(TooMany, match=said):
            database.write(add)
    database.write(lambda tx: setattr(tx.get_one(Note, shown), "hidden_at", now()))
    assert database.write(lambda tx: add(tx).id) > shown
    at_most(2, 2)
    with pytest.raises(TooMany):  # nobody fills the disk with what is hidden
        [database.write(lambda tx: setattr(add(tx), "hidden_at", now())) for _ in range(9)]
    with database.reading() as tx:
        assert len(tx.scalars(select(Picture)).all()) == 2 * pictures.WITH_HIDDEN


def test_a_picture_goes_with_its_entry_and_is_in_no_book_that_should_not_have_it(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    pitch = a_pitch(database, event, person)
    picture = fit(database, a_file())

    def add(tx: Transaction, out_of_book: bool = False) -> int:
        note = notes.add(
            tx, event.id, pitch.id, person, notes.Entry(kind=NoteKind.NOTE, text="A wall", out_of_book=out_of_book)
        )
        pictures.attach(tx, note, picture)
        return note.id

    shown, kept_out = database.write(add), database.write(lambda tx: add(tx, out_of_book=True))
    with database.reading() as tx:
        assert pictures.of_event(tx, event.id).keys() == {shown}
        assert pictures.sizes(tx, [shown, kept_out]) == {shown: (60, 40), kept_out: (60, 40)}
    database.write(lambda tx: tx.delete(notes.get(tx, event.id, pitch.id, shown)))
    with database.reading() as tx:
        assert [it.note_id for it in tx.scalars(select(Picture))] == [kept_out]

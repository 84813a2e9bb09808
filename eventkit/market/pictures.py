"""Photos and slides in notes: made small and stripped of what a camera adds, kept with the entry that tells of them."""

import base64
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from eventkit.errors import Invalid, NotFound
from eventkit.event import limits
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Note, Picture, Pitch
from eventkit.text.language import gettext as _

TYPE = "image/jpeg"
LARGEST_FILE = 8 * 1024 * 1024  # bytes that are taken
MOST_PIXELS = 60_000_000  # of a JPEG, as cameras make them; more is refused before it is unpacked
MOST_PIXELS_WHOLE = 24_000_000  # of the formats that are never unpacked smaller than they are, up to 16 bytes a pixel
MOST_SCANS = 40  # of one JPEG: programs write about ten, and each goes through all pixels again
MOST_BLOCKS = 1_000  # of one file beside its pixels; Pillow takes up to a thousandth of a second for each
MOST_PARTS = 20_000  # that the pixels of a PNG come in: programs write one for 4 KB or more
MOST_FILL = 1_000  # bytes between the blocks of a JPEG, which Pillow reads one by one
LONGEST_SIDE = 1600  # pixels that are kept
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
WITH_HIDDEN = 2  # times as many pictures as the limits say are kept when hidden and struck ones are counted, too


@dataclass(frozen=True)
class Fitted:
    """A picture as it is kept: a JPEG in base64 without metadata."""

    width: int
    height: int
    data: str


def fitted(_tx: Transaction, content: bytes) -> Fitted:
    """The picture of a file, at most LONGEST_SIDE wide and high. For a helper process: it may take a second.

    Raises Invalid, in words, for what is no picture, too large a file, or more pixels than anybody needs.
    """
    from PIL import Image, ImageOps  # only here: the process that serves never unpacks a picture

    if not content:
        raise Invalid(picture=_("Choose a photo or a slide first."))
    if len(content) > LARGEST_FILE:
        raise Invalid(picture=_("This file is larger than 8 MB. Make it smaller, or take a screenshot of it."))
    try:
        _refuse_packed(content)
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _refuse_large(picture)
            picture.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # first: turning a large one holds it twice
            return _packed(_on_white(ImageOps.exif_transpose(picture)))
    except Invalid:
        raise
    except Image.DecompressionBombError:  # Pillow's own, while it reads how large the picture says it is
        raise _too_many(MOST_PIXELS) from None
    except Exception:  # whatever a decoder says to bytes that somebody made up
        raise Invalid(picture=_("This file cannot be read as a picture. Use a JPEG, PNG, WebP or GIF file.")) from None


def _refuse_packed(content: bytes) -> None:
    """Raise Invalid for a file whose many blocks, or scans, Pillow would go through for seconds; none is unpacked."""
    costly = {b"\xff\xd8": _is_costly_jpeg, b"\x89P": _is_costly_png}.get(content[:2])
    if costly is not None and costly(content):
        raise Invalid(
            picture=_("This picture is packed in a way that takes too long to open. Use a screenshot of it instead.")
        )


def _refuse_large(picture: Any) -> None:
    """Raise Invalid for more pixels than any photo or slide has."""
    most = MOST_PIXELS if picture.format in ("JPEG", "MPO") else MOST_PIXELS_WHOLE
    if picture.width * picture.height > most:
        raise _too_many(most)


def _too_many(pixels: int) -> Invalid:
    most = pixels // 1_000_000
    return Invalid(picture=_("This picture has more than %(most)s million pixels. Make it smaller first.", most=most))


_MARKER = re.compile(rb"\xff([\xc0-\xc7\xc9-\xcf\xd9-\xef\xfe])")  # of a block that says how long it is, or the end


def _is_costly_jpeg(content: bytes) -> bool:
    """Whether a JPEG has too many scans or other blocks, or too much between those before its pixels."""
    scans = blocks = fill = 0
    place = 2
    while (marker := _MARKER.search(content, place)) and marker[1] != b"\xd9":
        blocks += 1
        scans += marker[1] == b"\xda"
        fill += 0 if scans else marker.start() - place
        if scans > MOST_SCANS or blocks > MOST_BLOCKS or fill > MOST_FILL:
            return True
        place = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    return not scans and len(content) - place > MOST_FILL


def _is_costly_png(content: bytes) -> bool:
    """Whether a PNG has too many blocks beside its pixels, or its pixels in too many parts."""
    blocks = parts = 0
    place = 8
    while place < len(content):
        part = content[place + 4 : place + 8] in (b"IDAT", b"fdAT")
        parts, blocks = parts + part, blocks + (not part)
        if blocks > MOST_BLOCKS or parts > MOST_PARTS:
            return True
        place += 12 + int.from_bytes(content[place : place + 4])
    return False


def _on_white(picture: Any) -> Any:
    from PIL import Image

    shown = picture.convert("RGBA")
    ground = Image.new("RGB", shown.size, "white")
    ground.paste(shown, mask=shown.getchannel("A"))
    return ground


def _packed(picture: Any) -> Fitted:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY, optimize=True)
    return Fitted(picture.width, picture.height, base64.b64encode(target.getvalue()).decode())


def refuse_other_than_kept(width: int, height: int, data: str) -> None:
    """Raise Invalid for what is no picture as fitted() makes them; judged by its head and its end, never unpacked."""
    from PIL import Image

    try:
        content = base64.b64decode(data, validate=True)
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            kept = picture.size == (width, height) and max(picture.size) <= LONGEST_SIDE and "exif" not in picture.info
    except Exception:  # as above
        kept, content = False, b""
    if not kept or not content.endswith(b"\xff\xd9"):
        raise Invalid(_("This is no picture that Twofeet kept."))


def attach(tx: Transaction, note: Note, picture: Fitted) -> None:
    """Keep a picture with an entry that was just made. Raises TooMany.

    Hidden and struck ones do not count, so that nobody who floods an event takes its pictures away from all; but they
    stay on the disk, and so not without number.
    """
    event = tx.get_one(Event, note.event_id)
    for limit, mine in (
        (limits.SESSION_PICTURES, Note.pitch_id == note.pitch_id),
        (limits.EVENT_PICTURES, Note.event_id == note.event_id),
    ):
        there = select(func.count()).select_from(Picture).join(Note, col(Note.id) == Picture.note_id).where(mine)
        shown = there.where(col(Note.hidden_at).is_(None), col(Note.struck_at).is_(None))
        limits.refuse_above(limit, event, tx.scalar(shown) or 0)
        if (tx.scalar(there) or 0) >= WITH_HIDDEN * limits.most(limit, event.limits):
            limits.refuse(limit, event)
    tx.add(Picture(note_id=note.id, **vars(picture)))
    tx.flush()


def sizes(tx: Transaction, note_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Width and height of the pictures of these entries, by entry."""
    columns = select(Picture.note_id, Picture.width, Picture.height).where(col(Picture.note_id).in_(note_ids))
    return {number: (width, height) for number, width, height in tx.execute(columns)}


def content(tx: Transaction, note: Note) -> bytes:
    """The JPEG of an entry. Raises NotFound."""
    found = tx.get(Picture, note.id)
    if found is None:
        raise NotFound(_("This entry has no picture."))
    return base64.b64decode(found.data)


def of_event(tx: Transaction, event_id: int) -> dict[int, Picture]:
    """All pictures of entries that the book may show, by entry."""
    query = select(Picture).join(Note, col(Note.id) == Picture.note_id).join(Pitch, col(Pitch.id) == Note.pitch_id)
    gone = Note.struck_at, Note.hidden_at, Pitch.hidden_at
    query = query.where(Note.event_id == event_id, ~col(Note.out_of_book), *(col(it).is_(None) for it in gone))
    return {it.note_id: it for it in tx.scalars(query)}

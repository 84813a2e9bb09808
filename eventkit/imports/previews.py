"""Previews: files are kept and read, all that would come of them is told, and only a yes writes it."""

import base64
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import roles
from eventkit.imports import files, programme_rows, told, whole_rows
from eventkit.imports.files import Found
from eventkit.imports.programme_rows import Came
from eventkit.imports.whole import Whole
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Upload
from eventkit.text import clean, lengths
from eventkit.text.language import gettext as _

MOST = 20 * 1024 * 1024  # bytes of all files of one import
KEPT = timedelta(days=1)  # a file that nobody said yes to
File = tuple[str, bytes]  # name and content


@dataclass(frozen=True)
class FileTold:
    """A file, and what is said of it: a sentence each."""

    name: str
    said: list[str]


@dataclass(frozen=True)
class ImportPreview:
    """What would come of files, in sentences; `token` is what a yes names. With `whole` it is an event of its own.

    Of texts that differ the first are `choices`; `more` are left, which stay as they are here.
    """

    token: str
    files: list[FileTold]
    comes: list[str]
    whole: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # what names it in a yes that takes the file's, and a sentence
    more: int = 0


def look(database: Database, event_id: int, given: Sequence[File], cut: bool) -> ImportPreview:
    """Keep the files in place of any before, and say what would come of them. Raises Invalid with all that is wrong.

    Whoever calls has seen that the organiser asks.
    """
    if not given:
        raise Invalid(file=_("Choose a file first."))
    named = [(clean.clean_line(name)[-lengths.FILE_NAME :] or "file", content) for name, content in given]
    found = files.together(named, cut)
    token = secrets.token_urlsafe(16)
    if isinstance(found, Whole):
        figures = _(
            "‘%(name)s’ with %(pitches)s pitches and %(votes)s votes. It becomes an event of its own; "
            "this one stays as it is.",
            name=found.event.name,
            pitches=len(found.pitches),
            votes=len(found.votes),
        )
        preview = ImportPreview(
            token, [FileTold(named[0][0], [_("A whole event that Twofeet wrote.")])], [figures], True
        )
    else:
        came = _would_come(database, event_id, found)
        differing = came.differing
        choices = tuple((it.key, told.of_differing(it)) for it in differing[: told.SHOWN])
        more = len(differing) - len(choices)
        preview = ImportPreview(token, _told(found), told.of_what_comes(came), choices=choices, more=more)
    packed = [base64.b64encode(zlib.compress(content, 1)).decode() for _name, content in named]
    rows = [
        Upload(event_id=event_id, position=place, token=token, name=name, content=content, cut=cut, at=now())
        for place, ((name, _content), content) in enumerate(zip(named, packed, strict=True))
    ]

    def keep(tx: Transaction) -> None:
        forget(tx, event_id)
        tx.add_all(rows)

    database.write(keep)
    return preview


def bring(database: Database, event_id: int, token: str, take: Sequence[str] = ()) -> list[str]:
    """Import the files that were looked at; what came of it, in sentences. Raises NotFound, Invalid, TooMany.

    `take` are the keys of choices in which the file is taken at its word.
    """
    with database.reading() as tx:
        uploads = _kept(tx, event_id, token)
    found = files.together([(it.name, _unpacked(it)) for it in uploads], uploads[0].cut)
    if not isinstance(found, Found):
        raise Invalid(_("This is a whole event, which becomes one of its own."))

    def write(tx: Transaction) -> Came:
        _kept(tx, event_id, token)
        forget(tx, event_id)
        by = roles.at_the_machine(tx.get_one(Event, event_id))
        return programme_rows.bring(tx, by, found.programme, found.votes, takes=frozenset(take).__contains__)

    came = database.write(write)
    return [*told.of_what_comes(came), *told.of_differing_ones(came)]


def bring_whole(database: Database, event_id: int, token: str) -> tuple[str, str]:
    """Make the event that is in the file that was looked at. Returns its code and secret. Raises NotFound, Invalid."""
    with database.reading() as tx:
        uploads = _kept(tx, event_id, token)
    found = files.together([(it.name, _unpacked(it)) for it in uploads])
    if not isinstance(found, Whole):
        raise Invalid(_("This is no whole event."))

    def write(tx: Transaction) -> tuple[str, str]:
        _kept(tx, event_id, token)
        forget(tx, event_id)
        event, secret = whole_rows.add(tx, found)
        return event.code, secret

    return database.write(write)


def forget(tx: Transaction, event_id: int) -> None:
    """Delete what was kept to be looked at."""
    tx.execute(delete(Upload).where(col(Upload.event_id) == event_id))


def forget_old(tx: Transaction) -> None:
    """Delete what nobody said yes to within a day."""
    tx.execute(delete(Upload).where(col(Upload.at) < now() - KEPT))


def _would_come(database: Database, event_id: int, found: Found) -> Came:
    with database.reading() as tx:
        code = tx.get_one(Event, event_id).code
    return programme_rows.would_come(database, code, found.programme, found.votes)


def _told(found: Found) -> list[FileTold]:
    return [FileTold(part.file, told.of_file(part)) for part in found.parts]


def _kept(tx: Transaction, event_id: int, token: str) -> list[Upload]:
    query = select(Upload).where(Upload.event_id == event_id, Upload.token == token)
    found = list(tx.scalars(query.order_by(col(Upload.position))))
    if not found:
        raise NotFound(_("This was imported already, or another file was chosen since. Choose the file again."))
    return found


def _unpacked(upload: Upload) -> bytes:
    return zlib.decompress(base64.b64decode(upload.content))

"""The whole database in one file, written while it is in use, restored on SQLite and PostgreSQL alike.

The file is gzipped JSON lines (`twofeet-backup/1`): a head with the migration it was made at, one line a row in an
order that satisfies foreign keys, and a foot with the number of rows and a digest of all that precedes it.
"""

import gzip
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from enum import Enum as PythonEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, DateTime, Enum, Table, func, select, text

from eventkit import progress
from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.storage import schema
from eventkit.storage.db import Database
from eventkit.storage.encryption import Encrypting, decrypting, is_encrypted
from eventkit.storage.tables import ChangeKind, Utc, metadata
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

FORMAT = "twofeet-backup/1"
AT_ONCE = 500  # rows in one insert
DAMAGED = marked("%(file)s is damaged or was cut short, so nothing was restored. Use another backup.")

Row = tuple[str, dict[str, Any]]


def backup(database: Database, path: Path, pass_phrase: str | None = None) -> int:
    """Write a consistent copy to `path`, readable by its owner only, with a pass phrase encrypted; returns the rows.

    Raises Invalid where the database is not one that this release serves, OSError where the file cannot be written.
    """
    folder = path.absolute().parent
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with (
                nullcontext(file) if pass_phrase is None else Encrypting(file, pass_phrase) as into,
                gzip.GzipFile(fileobj=into, mode="wb", mtime=0) as packed,
            ):
                rows = _write(database, packed)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)  # a backup is whole or not there
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return rows


def restore(database: Database, path: Path, force: bool = False, pass_phrase: str | None = None) -> int:
    """Fill the database from a backup, all or nothing; returns the number of rows. Raises Invalid, OSError.

    Second phones' codes, claim codes and calendar keys end, wherever they are known: pages show new ones.
    Where something is replaced (`force`), every event is told that all may have changed: its pages may be open.
    """
    revision, expected = _checked(path, pass_phrase)
    if revision != schema.head():
        raise Invalid(
            _(
                "This backup is of migration %(backup)s, and this Twofeet is at %(here)s. Use its release.",
                backup=revision,
                here=schema.head(),
            )
        )
    schema.upgrade(database)
    with database.alone() as connection:
        replaced = _make_room(connection, force)
        read = progress.along(_("Restoring rows"), expected, _rows(path, pass_phrase))
        for name, rows in groupby(read, key=lambda row: row[0]):
            _insert(connection, metadata.tables[name], (row for _, row in rows))
        found = _count(connection)
        if found != expected:
            raise Invalid(_(DAMAGED, file=path))
        _end_codes(connection)
        if replaced:
            _tell_everybody(connection)
    return expected


def _write(database: Database, packed: gzip.GzipFile) -> int:
    digest, rows = hashlib.sha256(), 0
    with database.reading() as tx:
        head = {"format": FORMAT, "revision": _served(tx.connection())}
        _put(packed, digest, head)
        with progress.steps(_("Writing rows"), _count(tx.connection())) as step:
            for table in metadata.sorted_tables:
                for row in tx.connection().execution_options(yield_per=AT_ONCE).execute(select(table)).mappings():
                    values = {name: _plain(value) for name, value in row.items()}
                    _put(packed, digest, {"table": table.name, "row": values})
                    rows += 1
                    step(1)
    packed.write(json.dumps({"rows": rows, "sha256": digest.hexdigest()}).encode() + b"\n")
    return rows


def _count(connection: Connection) -> int:
    """The rows of all tables."""
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables)


def _served(connection: Connection) -> str:
    """The migration of a database that this release serves. Raises Invalid."""
    revision = schema.current(connection)
    if revision is None:
        raise Invalid(
            _("There is nothing to back up here. Give DATABASE_URL or TWOFEET_VAR as the running Twofeet has it.")
        )
    if revision != schema.head():
        raise Invalid(
            _(
                "The database is at migration %(database)s, and this Twofeet at %(here)s: twofeet migrate",
                database=revision,
                here=schema.head(),
            )
        )
    return revision


def _put(packed: gzip.GzipFile, digest: Any, line: dict[str, Any]) -> None:
    content = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    digest.update(content)
    packed.write(content)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, PythonEnum) else value


def _checked(path: Path, pass_phrase: str | None) -> tuple[str, int]:
    """The migration and the number of rows of a whole, undamaged backup. Raises Invalid."""
    digest, rows = hashlib.sha256(), 0
    head: dict[str, Any] = {}
    foot: dict[str, Any] = {}
    try:
        with _opened(path, pass_phrase) as file:
            for line in file:
                content = json.loads(line)
                if "sha256" in content:
                    foot = content
                    continue
                digest.update(line)
                rows += "row" in content
                head = head or content
    except (OSError, EOFError, ValueError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise Invalid(_(DAMAGED, file=path)) from error
    if head.get("format") != FORMAT:
        raise Invalid(_("%(file)s is not a backup of Twofeet.", file=path))
    if foot != {"rows": rows, "sha256": digest.hexdigest()}:
        raise Invalid(_(DAMAGED, file=path))
    return str(head["revision"]), rows


def _rows(path: Path, pass_phrase: str | None) -> Iterator[Row]:
    with _opened(path, pass_phrase) as file:
        for line in file:
            content = json.loads(line)
            if "row" in content:
                yield content["table"], content["row"]


@contextmanager
def _opened(path: Path, pass_phrase: str | None) -> Iterator[gzip.GzipFile]:
    """The backup's lines. Raises Invalid where they are encrypted and the pass phrase is missing or wrong."""
    if not is_encrypted(path):
        with gzip.open(path, "rb") as file:
            yield file
        return
    if pass_phrase is None:
        raise Invalid(_("%(file)s is encrypted. Give its pass phrase.", file=path))
    with decrypting(path, pass_phrase) as packed, gzip.GzipFile(fileobj=packed, mode="rb") as file:
        yield file


def _make_room(connection: Connection, force: bool) -> bool:
    """Empty the tables; returns whether anything was in them. Raises Invalid where something is and `force` is not."""
    tables = metadata.sorted_tables[::-1]
    used = any(connection.execute(select(table).limit(1)).first() for table in tables if table.name != "worker")
    if used and not force:
        raise Invalid(
            _("There is something in this database already. Restore into an empty one, or replace it: --force")
        )
    for table in tables:
        connection.execute(table.delete())
    return used


def _end_codes(connection: Connection) -> None:
    """End the codes and calendar keys that were valid when the backup was made: who has the file may know them."""
    table = metadata.tables["event"]
    for number in connection.execute(select(table.c.id)).scalars().all():
        salt = secrets.token_urlsafe(16)
        connection.execute(table.update().where(table.c.id == number).values(codes_salt=salt))


def _tell_everybody(connection: Connection) -> None:
    change, events = metadata.tables["change"], connection.execute(select(metadata.tables["event"].c.id)).scalars()
    rows = [{"event_id": event, "kind": kind, "ref": {}, "at": now()} for event in events for kind in ChangeKind]
    if rows:
        connection.execute(change.insert(), rows)


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """Insert the rows; what points to the same table is filled in when all of them are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    columns = {column.name: column for column in table.columns}
    later: list[dict[str, Any]] = []
    batch: list[dict[str, Any]] = []
    for row in rows:
        values = {name: _typed(columns[name], value) for name, value in row.items() if name in columns}
        if any(values.get(name) is not None for name in own):
            later.append({f"to_{name}": values[name] for name in own} | {"at_id": values["id"]})
        batch.append(values | dict.fromkeys(own))
        if len(batch) == AT_ONCE:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    for pointers in later:
        names = {name: pointers[f"to_{name}"] for name in own}
        connection.execute(table.update().where(table.c.id == pointers["at_id"]).values(names))
    continue_numbers(connection, table)


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, Utc | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.enum_class(value) if isinstance(kind, Enum) and kind.enum_class else value


def continue_numbers(connection: Connection, table: Table) -> None:
    """On PostgreSQL let new rows be numbered after the restored ones; SQLite does so by itself.

    After those that were here before, too: running processes wait for a change with a number above the last they saw.
    """
    if connection.dialect.name == "sqlite" or table.primary_key.columns.keys() != ["id"]:
        return
    newest = connection.scalar(select(func.max(table.c.id)))
    if newest is not None:
        own = "pg_get_serial_sequence(:name, 'id')"
        sequence = text(f"SELECT setval({own}, GREATEST(:newest, nextval({own})))")
        connection.execute(sequence, {"name": table.name, "newest": newest})

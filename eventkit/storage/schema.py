"""Brings the database's tables to the form this release needs, and says whether they have it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from eventkit.errors import Invalid
from eventkit.storage.db import Database
from eventkit.text.language import gettext as _

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Apply what is missing, in one transaction; several processes may try at once. Raises Invalid, DatabaseBusy."""
    with database.alone(remaking=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is None and inspect(connection).has_table("event"):
            raise Invalid(
                _("This database was not made by Twofeet’s migrations. Back it up, then restore into a new one.")
            )
        if current is not None and current not in _known():
            raise Invalid(_("This database was made by a newer Twofeet. Use that release, or restore an older backup."))
        if current != head():
            command.upgrade(_config(connection), to)
            _check_references(connection)


def revise(database: Database, message: str) -> None:
    """Write a migration from what the database has to what tables/ says; read it before it is committed."""
    with database.alone() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=f"{len(_known()) + 1:04}")


def _check_references(connection: Connection) -> None:
    """Raise RuntimeError where a migration left a row that refers to none: SQLite did not look while it ran."""
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"The migration would lose what these rows refer to: {lost[:5]}")


@cache
def head() -> str:
    """The newest migration this release knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(connection: Connection) -> str | None:
    """The migration that the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config

"""The migrations and storage/tables/ say the same, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.storage import schema
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import FormerCode, Notice, NoticeKind, metadata
from tests.world.builders import an_event
from tests.world.places import ROOT
from tests.world.postgres import Cluster


@pytest.fixture
def fresh(request: pytest.FixtureRequest, database_url: str) -> str:
    """A database without any table."""
    if database_url.startswith("sqlite"):
        return database_url
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.create_fresh("migrated")


def test_migrations_make_what_the_tables_say(fresh: str, database_url: str) -> None:
    migrated = Database(fresh)
    schema.upgrade(migrated)
    with migrated.engine.connect() as connection:
        assert schema.current(connection) == schema.head()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = _described(connection)
    migrated.close()
    assert found == _from_metadata(database_url)


def test_upgrade_of_an_upgraded_database_changes_nothing(fresh: str) -> None:
    database = Database(fresh)
    schema.upgrade(database)
    with database.engine.connect() as connection:
        before = _described(connection)
    schema.upgrade(database)
    with database.engine.connect() as connection:
        assert _described(connection) == before
    database.close()


def test_upgrade_of_a_newer_database_is_refused(fresh: str) -> None:
    database = Database(fresh)
    schema.upgrade(database)
    with database.alone() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Invalid, match="newer Twofeet"):
        schema.upgrade(database)
    database.close()


def _from_metadata(url: str) -> dict[str, Any]:
    database = Database(url if not url.startswith("sqlite") else url.replace("test.db", "other.db"))
    metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        described = _described(connection)
    database.close()
    return described


def _described(connection: Connection) -> dict[str, Any]:
    """Columns, keys, checks and indexes of every table, in an order of their own."""
    looker = inspect(connection)
    return {
        name: {
            "columns": {it["name"]: (str(it["type"]), it["nullable"]) for it in looker.get_columns(name)},
            "primary": looker.get_pk_constraint(name)["constrained_columns"],
            "foreign": sorted(
                (it["name"] or "", it["constrained_columns"], it["referred_table"], str(it["options"]))
                for it in looker.get_foreign_keys(name)
            ),
            "unique": sorted((it["name"], it["column_names"]) for it in looker.get_unique_constraints(name)),
            "checks": sorted((it["name"], it["sqltext"]) for it in looker.get_check_constraints(name)),
            "indexes": sorted((it["name"], it["column_names"], it["unique"]) for it in looker.get_indexes(name)),
        }
        for name in looker.get_table_names()
        if name != "alembic_version"
    }


def test_migrations_are_one_line_of_numbers() -> None:
    script = ScriptDirectory(str(ROOT / "eventkit" / "storage" / "migrations"))
    revisions = [it.revision for it in script.walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]


def test_codes_and_days_that_changed_go_down_and_up_again(fresh: str) -> None:
    database = Database(fresh)
    schema.upgrade(database)
    event, _ = an_event(database)
    moment = datetime(2026, 6, 1, tzinfo=UTC)

    def fill(tx: Transaction) -> None:
        tx.add(FormerCode(code="former", event_id=event.id, left_at=moment))
        for kind in (NoticeKind.DAY_CHANGED, NoticeKind.PUBLISHED):
            tx.add(Notice(event_id=event.id, revision=1, kind=kind, at=moment))

    database.write(fill)
    with database.alone(remaking=True) as connection:
        command.downgrade(schema._config(connection), "0007")
        assert "formercode" not in inspect(connection).get_table_names()
        assert connection.exec_driver_sql("SELECT kind FROM notice").scalars().all() == ["published"]
    schema.upgrade(database)
    with database.reading() as tx:
        assert events.by_code(tx, event.code).first_code is None
    database.close()

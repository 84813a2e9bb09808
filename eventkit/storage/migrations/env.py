"""What Alembic runs: our metadata on the connection that eventkit/storage/schema.py hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime
from sqlmodel.sql.sqltypes import AutoString

from eventkit.storage.tables import Utc, metadata


def render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """SQLModel's and our own types as plain SQLAlchemy: a migration must not change when our code does."""
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    if kind == "type" and isinstance(thing, Utc | DateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter: Alembic copies the table instead
    render_item=render,
    compare_type=True,
    transactional_ddl=True,  # we begin and commit ourselves, on SQLite too
)
context.run_migrations()

"""The metadata of all tables, and columns that many of them have: moments, enums, references."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, DateTime, Enum, ForeignKey, MetaData, false
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata = metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_of(kind: type[StrEnum], name: str) -> Enum:
    """The type of a column that has one of these values, as text that the database checks."""
    return Enum(
        kind,
        name=name,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=20,
    )


def moment(nullable: bool = False, index: bool = False) -> Any:
    """A column with a moment."""
    return Column(Utc, nullable=nullable, index=index)


def cascade(target: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Any:
    """A reference to a row that takes this one along when it goes."""
    return Column(ForeignKey(target, ondelete="CASCADE"), primary_key=primary_key, nullable=nullable, index=index)


def no() -> Any:
    """A column that came later and is false in the rows that were there."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def blank(longest: int) -> Any:
    """A text that came later and is empty in the rows that were there."""
    return Field(default="", max_length=longest, sa_column_kwargs={"server_default": ""})


def forgotten(target: str) -> Any:
    """A row that may go away while this one stays."""
    return Column(ForeignKey(target, ondelete="SET NULL"), nullable=True, index=True)

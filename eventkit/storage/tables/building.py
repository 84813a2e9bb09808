"""Tables of building: builds, the grids they found, studies of these, workers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import blank, cascade, enum_of, moment


class BuildState(StrEnum):
    """The life of a build: queued -> running -> done or failed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Build(SQLModel, table=True):
    """A request to solve. The lease and the fence keep a lost worker's answers out."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    number: int
    state: BuildState = Field(
        default=BuildState.QUEUED, sa_column=Column(enum_of(BuildState, "state"), nullable=False, index=True)
    )
    seconds: int
    base_version: int
    begins_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # what is earlier stays as it is
    since_change: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # newest change when it began
    problem: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    leaves_out: str = blank(20)  # ballots: stuffing.py
    fence: int = 0
    worker: str = Field(default="", max_length=80)
    lease_until: float = 0.0  # on the database's clock that nobody sets: see builds.py
    stop_requested: bool = False
    message: str = Field(default="", max_length=500)
    adopted_version: int | None = None
    asked_at: datetime = Field(sa_column=moment())
    started_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    __table_args__ = (UniqueConstraint("event_id", "number"),)


class StoredIncumbent(SQLModel, table=True):
    """The best grid a build had at one moment: the fields of the solver's answer."""

    __tablename__ = "incumbent"

    build_id: int = Field(sa_column=cascade("build.id", primary_key=True))
    seq: int = Field(primary_key=True)
    answer: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=moment())


class Study(SQLModel, table=True):
    """What is found out about a build's best grid once the build has ended; held by a lease and a fence of its own."""

    build_id: int = Field(sa_column=cascade("build.id", primary_key=True))
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    bound: float | None = None  # no grid with as many sessions has a greater total
    help: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    spent: float = 0.0  # seconds
    fence: int = 0
    worker: str = Field(default="", max_length=80)
    lease_until: float = 0.0  # see leases.py
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True, index=True))


class Worker(SQLModel, table=True):
    """A worker process, and when it was last heard of, on the same clock as the leases."""

    name: str = Field(primary_key=True, max_length=80)
    seen: float

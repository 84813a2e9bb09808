"""Tables of notifications on phones: which browsers asked for them, and how far each event's were sent."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, moment
from eventkit.text import lengths


class PushSubscription(SQLModel, table=True):
    """A browser of somebody's that asked for notifications: see event/subscribing.py."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    person_id: int = Field(sa_column=cascade("person.id", index=True))
    endpoint: str = Field(max_length=lengths.ENDPOINT)
    p256dh: str = Field(max_length=lengths.PUSH_KEY)
    auth: str = Field(max_length=lengths.PUSH_KEY)
    language: str = Field(max_length=lengths.LANGUAGE)
    asked_on: date
    __table_args__ = (UniqueConstraint("person_id", "endpoint"),)


class PushProgress(SQLModel, table=True):
    """What phones of an event were told last: moved on before it is sent, so that nothing is told twice."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    revision: int
    announcement_id: int
    starts_until: datetime = Field(sa_column=moment())  # sessions that start until then were told of

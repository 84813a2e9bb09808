"""Tables of imports: what files said last of pitches, rooms and slots, so that the same file again doubles nothing."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, forgotten


class ImportedPitch(SQLModel, table=True):
    """What a line of a file said of a pitch when it came last, as digests; without its pitch that was deleted here.

    A digest is empty where the file said nothing. All of them go when names are erased.
    """

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    pitch_id: int | None = Field(default=None, sa_column=forgotten("pitch.id"))
    number: int  # of the import, counted at the event
    line: str = Field(max_length=32)  # the file's own id of it
    key: str = Field(max_length=32)  # its title as titles are compared
    title: str = Field(max_length=32)
    description: str = Field(max_length=32)
    host: str = Field(max_length=32)


class ImportedPlace(SQLModel, table=True):
    """What a file said of a room or slot when it came last; without both, that was removed here."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    number: int  # of the import, counted at the event
    room_id: int | None = Field(default=None, sa_column=forgotten("room.id"))
    slot_id: int | None = Field(default=None, sa_column=forgotten("slot.id"))
    said: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # see imports/again.py

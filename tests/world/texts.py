"""Texts of every kind that people could write, and an event that says them everywhere, for tests of all formats."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from eventkit.exports.source import Source
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.market.ballots import Count
from eventkit.storage.tables import Event, Note, NoteKind, Pitch, Room, Slot
from eventkit.text import clean

NOON = datetime(2026, 6, 26, 12, tzinfo=UTC)
TEXT = st.text(max_size=60) | st.text("*_`#->[]()!|\\\n<&=+@\"' \t1.~:", max_size=60)


def a_source(title: str, text: str, name: str) -> Source:
    """An event with one session that says these things everywhere; titles and names are lines, as forms make them."""
    title, name = clean.clean_line(title) or "x", clean.clean_line(name)
    event = Event(
        id=1, code="bafoki", name=title, day=date(2026, 6, 26), timezone="UTC", created_at=NOON, organiser_hash=""
    )
    slot = Slot(id=1, event_id=1, starts_at=NOON, ends_at=NOON.replace(hour=13))
    room = Room(id=1, event_id=1, name=name or "Room", capacity=20)
    made = {"created_at": NOON, "edited_at": NOON}
    said = {"title": title, "description": text, "host_name": name, "topic": name[:40], "needs": []}
    pitch = Pitch.model_validate({"id": 1, "event_id": 1, **made, **said})
    common: dict[str, Any] = {
        "event_id": 1,
        "pitch_id": 1,
        "text": text or "x",
        "made_at": NOON,
        "author_name": name,
        "owner": name,
    }
    written = tuple(Note(id=n, kind=kind, url="", **common) for n, kind in enumerate(NoteKind))
    grid = PublishedGrid(
        version=1,
        revision=1,
        published_at=NOON,
        revised_at=NOON,
        slots=(slot,),
        rooms=(room,),
        sessions=(Placed(pitch=pitch, slot=slot, room=room),),
        closed={},
        items={},
        news=(),
    )
    return Source(
        event=event,
        slots=(slot,),
        rooms=(room,),
        pitches=(pitch,),
        grid=grid,
        notes={1: written},
        tallies={1: Count(3, 1)},
        base_url="http://localhost",
    )


HOSTILE = st.lists(
    st.sampled_from(
        [
            *(
                "\\",
                "<",
                ">",
                "img onerror=x ",
                "script",
                "!--",
                "?",
                "https://a.example",
                "mailto:a@b",
                "`",
                "```\n",
                "\n",
                " ",
            ),
            *(
                "[a](",
                ")",
                "[a]: ",
                "[a]",
                "javascript:x",
                "JaVa&#115;cript:x",
                "data:text/html,x",
                "java\\script:x",
                "*",
                "- ",
            ),
        ]
    ),
    max_size=14,
).map("".join)

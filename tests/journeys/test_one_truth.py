"""Every kind of change of the published grid, on the wall, doors, grid, my day, session, calendar, frab, CSV, stream.

A row is a kind of change; each face must then say the same state and the same sentence, and know that it changed.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlmodel import select

from eventkit.clock import now
from eventkit.event import announcements, events, settings
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.as_typed import RoomLine
from eventkit.event.roles import Organiser, Viewer, at_the_machine
from eventkit.grid import closures, moderation, venue, versions
from eventkit.grid.venue import SlotChange
from eventkit.grid.versions import Spot
from eventkit.market import pitches
from eventkit.market.pitches import Content
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, ModerationKind, Notice, NoticeKind, Person
from eventkit.web.live.sse_frames import VIEWS, Feed
from tests.world.days import votes
from tests.world.phone import Page, Phone
from tests.world.published import Day, a_published_day
from tests.world.serving import wait_until
from tests.world.visitors import Phones, joined

LIBRARY, FIRST = "Library", "10:00"
HELPER = Viewer(token="", organiser=True, facilitator=True)
FOR_THE_ORGANISER = {NoticeKind.LATE_PITCH}
WITHOUT_A_SENTENCE = {NoticeKind.PUBLISHED, NoticeKind.EDITED, NoticeKind.ANNOUNCED}

Act = Callable[[Transaction, Organiser, Day], Any]


@dataclass(frozen=True)
class Row:
    """A change, and what each face says of the session that it is about."""

    name: str
    act: Act
    kinds: set[NoticeKind]
    line: str  # in the news of wall, door, grid, my day and session
    said: str = ""  # beside the session; empty where it is just on
    status: str = "CONFIRMED"
    listed: str | None = "on"  # its state in CSV; None where frab and CSV do not have it any more
    at: tuple[str, str] = (FIRST, LIBRARY)
    title: str = "Pitch 2"
    subject: int = 1  # whose session it is about: the pitch's place in the cast
    before: Act | None = None
    door: int = 1
    marked: str = ""
    gone: bool = field(default=False)  # nobody's page has the session any more, but for the news


def _close(tx: Transaction, by: Organiser, day: Day) -> None:
    closures.close_room(tx, by, day.rooms[1].id, {day.slots[0].id})


def _open(tx: Transaction, by: Organiser, day: Day) -> None:
    closures.close_room(tx, by, day.rooms[1].id, set())


def _withdraw(tx: Transaction, by: Organiser, day: Day) -> None:
    pitches.withdraw(tx, day.event.id, HELPER, day.pitches[1].id)


def _bring_back(tx: Transaction, by: Organiser, day: Day) -> None:
    pitches.bring_back(tx, day.event.id, HELPER, day.pitches[1].id)


def _hidden(hidden: bool) -> Act:
    def act(tx: Transaction, by: Organiser, day: Day) -> None:
        moderation.set_hidden(tx, by, ModerationKind.PITCH, day.pitches[1].id, hidden)

    return act


def _merge_into(kept: int) -> Act:
    def act(tx: Transaction, by: Organiser, day: Day) -> None:
        pitches.merge(tx, by, day.pitches[kept].id, day.pitches[1].id)

    return act


def _unmerge(tx: Transaction, by: Organiser, day: Day) -> None:
    pitches.unmerge(tx, by, day.pitches[1].id)


def _republish(cells: dict[int, int]) -> Act:
    """Publish a grid: number of the pitch -> number of the cell."""

    def act(tx: Transaction, by: Organiser, day: Day) -> None:
        grid = {day.pitches[pitch].id: Spot(*day.cells[cell]) for pitch, cell in cells.items()}
        versions.replace(tx, by, by.event.grid_version, grid, GridCause.MOVE)
        versions.publish(tx, by, by.event.grid_version)

    return act


def _retitle(tx: Transaction, by: Organiser, day: Day) -> None:
    pitches.edit(tx, day.event.id, HELPER, day.pitches[1].id, Content(title="Parks"))


def _rename(tx: Transaction, by: Organiser, day: Day) -> None:
    venue.change_room(tx, by, day.rooms[1].id, RoomLine("Attic", 40, ("step-free",)))


def _slot(starts: str, ends: str, title: str = "") -> Act:
    def act(tx: Transaction, by: Organiser, day: Day) -> None:
        venue.change_slot(tx, by, day.slots[0].id, SlotChange(starts, ends, title), sure=99)

    return act


def _remove_room(tx: Transaction, by: Organiser, day: Day) -> None:
    venue.remove_room(tx, by, day.rooms[1].id, sure=99)


def _remove_slot(tx: Transaction, by: Organiser, day: Day) -> None:
    venue.remove_slot(tx, by, day.slots[1].id, sure=99)


K = NoticeKind
WITHDRAWN = "Withdrawn: this session does not happen."
ROWS = [
    Row(
        "room closed",
        _close,
        {K.ROOM_CLOSED},
        "Library is closed at 10:00.",
        said="Library is closed. A new place is being found.",
        status="TENTATIVE",
        listed="room closed",
    ),
    Row("room opened", _open, {K.ROOM_OPENED}, "Library is open again at 10:00.", before=_close),
    Row(
        "withdrawn",
        _withdraw,
        {K.WITHDRAWN},
        "‘Pitch 2’ was withdrawn and does not happen. It was at 10:00, Library.",
        said=WITHDRAWN,
        status="CANCELLED",
        listed=None,
    ),
    Row(
        "brought back",
        _bring_back,
        {K.BROUGHT_BACK},
        "‘Pitch 2’ happens after all, at 10:00, Library.",
        before=_withdraw,
    ),
    Row(
        "hidden",
        _hidden(True),
        {K.HIDDEN},
        "The session at 10:00, Library does not happen.",
        said="This session does not happen.",
        status="CANCELLED",
        listed=None,
        title="",
    ),
    Row(
        "shown again",
        _hidden(False),
        {K.SHOWN},
        "‘Pitch 2’ happens after all, at 10:00, Library.",
        before=_hidden(True),
    ),
    Row(
        "merged into a session",
        _merge_into(3),
        {K.MERGED, K.EDITED},
        "‘Pitch 2’ is now part of ‘Pitch 4’, at 11:00, Main hall.",
        said="Now part of ‘Pitch 4’, 11:00, Main hall.",
        status="CANCELLED",
        listed=None,
        gone=True,
    ),
    Row(
        "merged into a pitch without a place",
        _merge_into(4),
        {K.MERGED, K.PLACED},
        "‘Pitch 2’ is now part of ‘Pitch 5’, at 10:00, Library.",
        title="Pitch 5",
        subject=4,
    ),
    Row(
        "taken apart",
        _unmerge,
        {K.UNMERGED, K.EDITED},
        "‘Pitch 2’ is a session of its own again, at 10:00, Library.",
        before=_merge_into(3),
    ),
    Row(
        "moved",
        _republish({0: 0, 1: 4, 2: 2, 3: 3}),
        {K.MOVED},
        "‘Pitch 2’ is now at 11:00, Library. It was at 10:00, Library.",
        at=("11:00", LIBRARY),
        marked="was 10:00, Library",
    ),
    Row(
        "new",
        _republish({0: 0, 1: 1, 2: 2, 3: 3, 4: 4}),
        {K.PLACED},
        "‘Pitch 5’ is new, at 11:00, Library.",
        title="Pitch 5",
        subject=4,
        at=("11:00", LIBRARY),
    ),
    Row(
        "taken off",
        _republish({0: 0, 2: 2, 3: 3}),
        {K.TAKEN_OFF},
        "‘Pitch 2’ is off the grid. It was at 10:00, Library.",
        status="CANCELLED",
        listed=None,
        gone=True,
    ),
    Row(
        "room removed",
        _remove_room,
        {K.TAKEN_OFF},
        "‘Pitch 2’ is off the grid. It was at 10:00, Library.",
        status="CANCELLED",
        listed=None,
        gone=True,
        door=-1,
    ),
    Row(
        "room removed where a part gave its place",
        _remove_room,
        {K.TAKEN_OFF},
        "‘Pitch 5’ is off the grid. It was at 10:00, Library.",
        before=_merge_into(4),
        status="CANCELLED",
        listed=None,
        gone=True,
        subject=4,
        title="Pitch 5",
        door=-1,
    ),
    Row(
        "slot removed",
        _remove_slot,
        {K.TAKEN_OFF},
        "‘Pitch 4’ is off the grid. It was at 11:00, Main hall.",
        status="CANCELLED",
        listed=None,
        gone=True,
        subject=3,
        title="Pitch 4",
        door=0,
    ),
    Row("retitled", _retitle, {K.RETITLED}, "‘Pitch 2’ is now called ‘Parks’.", title="Parks"),
    Row(
        "room renamed",
        _rename,
        {K.ROOM_RENAMED},
        "Library is now called Attic.",
        at=(FIRST, "Attic"),
        marked="was Library",
    ),
    Row(
        "slot shifted",
        _slot("10:05", "10:50"),
        {K.SLOT_SHIFTED},
        "What was at 10:00 is now at 10:05–10:50.",
        at=("10:05", LIBRARY),
        marked="was 10:00",
    ),
    Row(
        "slot taken",
        _slot("10:00", "10:45", "Prayer"),
        {K.SLOT_TAKEN},
        "10:00–10:45 is now Prayer.",
        said="This time is now Prayer. A new place is being found.",
        status="TENTATIVE",
        listed="slot taken",
    ),
    Row(
        "slot for sessions again",
        _slot("10:00", "10:45"),
        {K.SLOT_OPENED},
        "10:00–10:45 is for sessions now.",
        before=_slot("10:00", "10:45", "Prayer"),
    ),
]


FACES = ("wall", "door", "grid", "my day", "session")


@dataclass(frozen=True)
class Seen:
    """All that people and programs read of a day, at one moment."""

    texts: dict[str, str]
    news: dict[str, str]
    calendar: dict[str, Any]  # by the pitch's id
    frab: dict[str, Any]
    csv: dict[str, dict[str, str]]
    tags: dict[str, str]

    def frab_event(self, pitch_id: int) -> dict[str, Any] | None:
        """The session in the frab schedule, where it is in it."""
        days = self.frab["conference"]["days"]
        rooms = [room for day in days for room in day["rooms"].values()]
        return next((it for room in rooms for it in room if it["id"] == pitch_id), None)


def look(visitor: Phone, day: Day, row: Row) -> Seen:
    subject = day.pitches[row.subject].id
    pages = {
        "wall": ("wall", "wall", "wall-news"),
        "door": (f"doors/{day.rooms[max(row.door, 0)].id}", "door", "door-news"),
        "grid": ("grid", "grid", "grid-news"),
        "my day": ("me", "mine", "my-news"),
        "session": (f"pitches/{subject}", "place", "place"),
    }
    texts, news = {}, {}
    for face, (address, block, lines) in pages.items():
        answer = visitor.get(f"{day.address}/{address}", follow_redirects=True)
        assert answer.status_code == 200, face
        texts[face], news[face] = Page(answer.text).by_id(block).text, Page(answer.text).by_id(lines).text
    files = {name: visitor.get(f"{day.address}/{name}") for name in ("schedule.ics", "schedule.json", "grid.csv")}
    entries = Calendar.from_ical(files["schedule.ics"].data).walk("VEVENT")
    return Seen(
        texts,
        news,
        {str(it["URL"]).rsplit("/", 1)[1]: it for it in entries},
        json.loads(files["schedule.json"].text)["schedule"],
        {it["pitch"]: it for it in csv.DictReader(io.StringIO(files["grid.csv"].text))},
        {name: answer.headers["ETag"] for name, answer in files.items()}
        | {"grid": visitor.get(f"{day.address}/grid").headers["ETag"]},
    )


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database, placed=4, day=date(2099, 6, 26))


def act(database: Database, day: Day, change: Act) -> None:
    database.write(lambda tx: change(tx, at_the_machine(events.by_code(tx, day.event.code)), day))


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "-"))
def test_each_change_is_said_alike_on_every_face(
    row: Row, app: Flask, database: Database, phone: Phones, day: Day
) -> None:
    visitor = joined(phone, day.event)
    visitor.post(f"{day.address}/name", name="Sam")
    with database.reading() as tx:
        person = tx.scalars(select(Person).where(Person.event_id == day.event.id)).one()
    votes(database, person, [(day.pitches[1], 2), (day.pitches[row.subject], 1)][: 2 if row.subject != 1 else 1])
    if row.before:
        act(database, day, row.before)
    subject, before = day.pitches[row.subject].id, look(visitor, day, row)
    feeds = {view: app.extensions["streams"].feed(day.event.id, view) for view in VIEWS}
    wait_until(lambda: feeds["phone"].newest >= newest(database, day))
    heard_until = newest(database, day)

    act(database, day, row.act)

    after = look(visitor, day, row)
    for face in FACES:
        if face != "door" or row.door >= 0:
            assert row.line in after.news[face], face
            assert row.line not in before.news[face], face
            assert row.gone or row.title in after.texts[face] or face == "session", face
            assert row.gone or row.said in after.texts[face], face
        if face in ("grid", "my day", "session") and not row.gone:
            assert row.marked in after.texts[face], face
    _files_say(row, subject, before, after)
    for feed in feeds.values():
        wait_until(partial(_hears, feed, heard_until))
    assert row.line in feeds["grid"].since(heard_until).decode(), "phones on the grid are sent it as it is now"


def _hears(feed: Feed, since: int) -> bool:
    return "notice" in (feed.delta(since) or {"kinds": []})["kinds"]


@pytest.mark.only_on("sqlite")
def test_open_pages_ask_again_with_the_kinds_that_are_sent(phone: Phones, day: Day) -> None:
    visitor = joined(phone, day.event)
    blocks = {
        "wall": ("wall", {"changed-notice", "changed-event"}),  # which of its modes is an event's change
        f"doors/{day.rooms[0].id}": ("door", {"changed-notice"}),
        "grid": ("grid", {"changed-block"}),
        "me": ("my-news", {"changed-notice"}),
        f"pitches/{day.pitches[0].id}": ("place", {"changed-notice"}),
        "": ("announced", {"changed-notice"}),
    }
    for address, (block, kinds) in blocks.items():
        triggers = visitor.page(f"{day.address}/{address}".rstrip("/")).by_id(block).attributes["hx-trigger"]
        assert {it for it in kinds if f"{it} from:body" in triggers} == kinds, address


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("change", ["wall", "announced", "unpublished"])
def test_what_is_of_no_session_reaches_every_open_screen_too(
    change: str, app: Flask, database: Database, day: Day
) -> None:
    kind, happen = {
        "wall": ("event", lambda tx, by, _: settings.choose_wall(tx, by, "now")),
        "announced": ("notice", _announce),
        "unpublished": ("notice", lambda tx, by, _: versions.unpublish(tx, by, by.event.grid_version)),
    }[change]
    feeds = [app.extensions["streams"].feed(day.event.id, view) for view in VIEWS]
    wait_until(lambda: feeds[0].newest >= newest(database, day))
    before = newest(database, day)
    act(database, day, happen)
    for feed in feeds:
        wait_until(partial(lambda it: kind in (it.delta(before) or {"kinds": []})["kinds"], feed))


def _announce(tx: Transaction, by: Organiser, day: Day) -> None:
    announcements.announce(tx, by, AnnouncementContent("Cake in the yard", now() + timedelta(minutes=30)))


def _files_say(row: Row, subject: int, before: Seen, after: Seen) -> None:
    entry = after.calendar[str(subject)]
    was = before.calendar.get(str(subject))
    assert str(entry["STATUS"]) == row.status
    assert was is None or (entry["SEQUENCE"] > was["SEQUENCE"] and entry["UID"] == was["UID"])
    assert entry.decoded("LAST-MODIFIED") == entry.decoded("DTSTAMP")
    assert row.gone or row.said in str(entry["DESCRIPTION"])
    assert int(after.frab["version"]) > int(before.frab["version"])
    assert all(after.tags[name] != before.tags[name] for name in after.tags)
    listed, line = after.frab_event(subject), after.csv.get(str(subject))
    if row.listed is None:
        assert (listed, line) == (None, None)
        return
    assert listed is not None and line is not None
    assert (listed["start"], listed["room"], listed["subtitle"], listed["title"]) == (*row.at, row.said, row.title)
    assert (line["start"][11:16], line["room"], line["state"], line["says"]) == (*row.at, row.listed, row.said)
    assert (entry.decoded("DTSTART").strftime("%H:%M"), str(entry["LOCATION"])) == (utc(row.at[0]), row.at[1])


def utc(clock: str) -> str:
    """London's summer time is an hour ahead."""
    return f"{int(clock[:2]) - 1:02}{clock[2:]}"


@pytest.mark.only_on("sqlite")
def test_table_has_every_kind_of_notice(database: Database, phone: Phones) -> None:
    told = {kind for row in ROWS for kind in row.kinds}
    of_the_event = {NoticeKind.UNPUBLISHED, NoticeKind.DAY_CHANGED}  # of no session: see test_settings.py
    assert told | WITHOUT_A_SENTENCE | FOR_THE_ORGANISER | of_the_event == set(NoticeKind)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "-"))
def test_each_change_leaves_its_notices_in_the_same_write(row: Row, database: Database, day: Day) -> None:
    if row.before:
        act(database, day, row.before)
    with database.reading() as tx:
        revision = tx.get_one(Event, day.event.id).revision
    act(database, day, row.act)
    with database.reading() as tx:
        left = tx.scalars(select(Notice).where(Notice.event_id == day.event.id, Notice.revision > revision)).all()
    assert {it.kind for it in left} == row.kinds


@pytest.mark.only_on("sqlite")
def test_grid_that_is_taken_back_is_nowhere(database: Database, phone: Phones, day: Day) -> None:
    act(database, day, lambda tx, by, _: versions.unpublish(tx, by, by.event.grid_version))
    visitor = joined(phone, day.event)
    for address in ("wall", f"doors/{day.rooms[0].id}", "grid", "me", f"pitches/{day.pitches[0].id}"):
        text = visitor.page(f"{day.address}/{address}").one("main").text
        assert "10:00" not in text, address
    assert "VEVENT" not in visitor.get(f"{day.address}/schedule.ics").text


def newest(database: Database, day: Day) -> int:
    with database.reading() as tx:
        return change_log.newest(tx, day.event.id)

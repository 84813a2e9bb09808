"""Announcements: shown until a time, edited, ended, kept."""

from datetime import datetime, timedelta

import pytest

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import announcements
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.roles import Organiser, at_the_machine
from eventkit.storage import change_log
from eventkit.storage.db import Database
from eventkit.storage.tables import Announcement, ChangeKind, Event
from tests.world.builders import an_event


def by(database: Database) -> Organiser:
    return at_the_machine(an_event(database)[0])


def announce(database: Database, who: Organiser, text: str = "Lunch is late", minutes: int = 30) -> Announcement:
    content = AnnouncementContent(text, now() + timedelta(minutes=minutes))
    return database.write(lambda tx: announcements.announce(tx, _again(tx.get_one(Event, who.event.id)), content))


def _again(event: Event) -> Organiser:
    return at_the_machine(event)


def shown(database: Database, who: Organiser, minutes: int = 0) -> list[str]:
    with database.reading() as tx:
        return [it.text for it in announcements.current(tx, who.event.id, now() + timedelta(minutes=minutes))]


def test_an_announcement_is_shown_until_its_time_and_kept(database: Database) -> None:
    who = by(database)
    announce(database, who)
    announce(database, who, "Coffee is here", minutes=60)
    assert shown(database, who) == ["Coffee is here", "Lunch is late"]
    assert shown(database, who, minutes=31) == ["Coffee is here"]
    with database.reading() as tx:
        assert len(announcements.every(tx, who.event.id)) == 2
        kinds = [change.kind for change in change_log.since(tx, 0)]
    assert kinds.count(ChangeKind.NOTICE) == 2  # before a grid is published too


def test_an_announcement_whose_form_comes_again_is_there_once(database: Database) -> None:
    who, content = by(database), AnnouncementContent("Lunch is late", now() + timedelta(minutes=30))
    for _ in range(2):
        database.write(lambda tx: announcements.announce(tx, _again(tx.get_one(Event, who.event.id)), content))
    assert shown(database, who) == ["Lunch is late"]


def test_an_announcement_is_edited_and_ended(database: Database) -> None:
    who = by(database)
    row = announce(database, who)
    again = AnnouncementContent("Lunch is early", now() + timedelta(hours=1))
    database.write(lambda tx: announcements.edit(tx, _again(tx.get_one(Event, who.event.id)), row.id, again))
    assert shown(database, who, minutes=45) == ["Lunch is early"]
    database.write(lambda tx: announcements.end(tx, _again(tx.get_one(Event, who.event.id)), row.id))
    assert shown(database, who) == []


def test_an_announcement_of_another_event_is_not_here(database: Database) -> None:
    row, other = announce(database, by(database)), by(database)
    with pytest.raises(NotFound):
        database.write(lambda tx: announcements.end(tx, _again(tx.get_one(Event, other.event.id)), row.id))


def test_an_announcement_that_is_over_at_once_is_refused(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        announce(database, by(database), minutes=-1)
    assert list(refused.value.fields) == ["until"]


def test_an_announcement_usually_ends_in_half_an_hour_past_midnight_too(database: Database) -> None:
    event, _ = an_event(database)
    for clock, end in (("10:00", "10:30"), ("10:01", "10:35"), ("10:58", "11:30"), ("23:50", "00:20")):
        moment = datetime.fromisoformat(f"2026-06-26T{clock}:00+01:00")
        assert f"{announcements.usual_end(event, moment):%H:%M}" == end

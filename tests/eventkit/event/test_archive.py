"""The archive: closed by itself some days after the event, closed or opened by its organiser, never the rehearsal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventkit.errors import Closed, Invalid
from eventkit.event import archive
from eventkit.event.roles import at_the_machine
from eventkit.grid import venue
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_past_event, an_event

LAST_OPEN = datetime(2026, 7, 9, 22, 59, tzinfo=UTC)  # 23:59 in London, thirteen days after 26 June


def shown(database: Database, event: Event) -> Event:
    with database.reading() as tx:
        return tx.get_one(Event, event.id)


def test_event_closes_on_the_fourteenth_day_after_it_by_its_own_clock(database: Database) -> None:
    event = a_past_event(database)
    assert archive.close_due(database, LAST_OPEN) == []
    assert archive.close_due(database, LAST_OPEN + timedelta(minutes=1)) == [event.code]
    assert archive.close_due(database, LAST_OPEN + timedelta(minutes=2)) == []
    now = shown(database, event)
    assert (now.pitching_open, now.voting_open, now.notes_open) == (False, False, False)
    with pytest.raises(Closed):
        archive.refuse_archived(now)


def test_event_made_after_its_day_stays_open_as_long(database: Database) -> None:
    event, _ = an_event(database)
    assert archive.close_due(database, event.created_at + timedelta(days=13)) == []
    assert archive.close_due(database, event.created_at + timedelta(days=15)) == [event.code]


def test_rehearsal_never_closes(database: Database) -> None:
    a_past_event(database, rehearsal=True)
    assert archive.close_due(database, LAST_OPEN + timedelta(days=500)) == []


def test_organiser_closes_it_and_opens_it_again_with_its_phases_closed(database: Database) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: archive.close_now(tx, at_the_machine(tx.get_one(Event, event.id))))
    assert shown(database, event).archived_at is not None
    for phase in venue.PHASES:
        with pytest.raises(Closed, match="Open it again first"):
            database.write(
                lambda tx, p=phase: venue.set_phase(tx, at_the_machine(tx.get_one(Event, event.id)), p, True)
            )
    day = date.today() + timedelta(days=3)  # noqa: DTZ011 (three days from now on any clock)
    database.write(lambda tx: archive.set_date(tx, at_the_machine(tx.get_one(Event, event.id)), day))
    now = shown(database, event)
    archive.refuse_archived(now)
    assert (now.archive_on, now.voting_open) == (day, False)
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert archive.close_due(database, moment - timedelta(days=1)) == []
    assert archive.close_due(database, moment) == [event.code]


@pytest.mark.parametrize("days", [-1000, 0, 2000])
def test_day_that_is_over_or_far_away_is_refused_with_those_that_would_do(database: Database, days: int) -> None:
    event, _ = an_event(database)
    day = date.today() + timedelta(days=days)  # noqa: DTZ011
    with pytest.raises(Invalid, match="Choose a day from") as refused:
        database.write(lambda tx: archive.set_date(tx, at_the_machine(tx.get_one(Event, event.id)), day))
    assert list(refused.value.fields) == ["archive_on"]

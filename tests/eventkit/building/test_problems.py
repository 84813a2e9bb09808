"""Rows as a problem: every hard rule's input arrives, and only what can be placed is asked for."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

import solver
from eventkit.building import problems
from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.grid import versions
from eventkit.market import ballots, pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Closure, Event, Pitch, Placement
from tests.world.builders import a_person, an_event, queries
from tests.world.days import host, some_pitches, votes


class Day:
    """An event, and its problem at a moment."""

    def __init__(self, database: Database, **changes: Any):
        self.database = database
        self.event, _ = an_event(database, **changes)
        self.rooms = database.write(lambda tx: events.rooms(tx, self.event.id))
        self.slots = [slot for slot in database.write(lambda tx: events.slots(tx, self.event.id)) if not slot.title]

    def problem(self, moment: datetime | None = None) -> solver.Problem:
        def read(tx: Transaction) -> solver.Problem:
            event = tx.get_one(Event, self.event.id)
            return problems.problem(
                tx, event, versions.draft(tx, event), moment or self.slots[0].starts_at - timedelta(1)
            )

        problem = self.database.write(read)
        solver.parse(solver.unparse(problem))
        return problem

    def place(self, pitch: Pitch, slot: int, room: int, pin: bool = False) -> None:
        cell = self.slots[slot].id, self.rooms[room].id

        def move(tx: Transaction) -> None:
            event = tx.get_one(Event, self.event.id)
            versions.move(tx, at_the_machine(event), event.grid_version, pitch.id, cell, pin)

        self.database.write(move)


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database)


def test_problem_has_slots_without_lunch_and_rooms_with_seats_features_and_closures(day: Day) -> None:
    library, second = day.rooms[1], day.slots[1]
    day.database.write(lambda tx: tx.add(Closure(room_id=library.id, slot_id=second.id)))
    problem = day.problem()
    assert [slot.id for slot in problem.slots] == [str(slot.id) for slot in day.slots]
    assert len(problem.slots) == 3
    assert problem.rooms[1] == solver.MeetingRoom(
        str(library.id), 40, frozenset({"step-free"}), frozenset({str(second.id)})
    )


def test_problem_has_wishes_of_standing_pitches_only(day: Day) -> None:
    open_data, bikes, gone, merged = some_pitches(day.database, day.event, 4)
    ann = a_person(day.database, day.event)
    votes(day.database, ann, [(open_data, ballots.INTERESTED), (gone, 2), (merged, ballots.MUST_GO)])

    def change(tx: Transaction) -> None:
        tx.get_one(Pitch, gone.id).withdrawn_at = datetime(2026, 6, 1, tzinfo=UTC)
        tx.get_one(Pitch, merged.id).merged_into = bikes.id

    day.database.write(change)
    problem = day.problem()
    assert [session.id for session in problem.sessions] == [str(open_data.id), str(bikes.id)]
    assert problem.people == (solver.Attendee(str(ann.id), {str(open_data.id): 1, str(bikes.id): 3}),)


def test_problem_asks_for_all_votes_once(day: Day) -> None:
    some_pitches(day.database, day.event, 2)
    with queries(day.database) as seen:
        day.problem()
    assert sum("FROM vote" in statement for statement in seen) == 2  # and once which ones are set aside


def test_problem_has_hosts_by_phone_and_by_name(day: Day) -> None:
    first, *_ = some_pitches(day.database, day.event, 3, host_name="Maya  Lind")
    ann = a_person(day.database, day.event)
    host(day.database, ann, first)
    assert [session.hosts for session in day.problem().sessions] == [
        (str(ann.id),),
        ("name:maya lind",),
        ("name:maya lind",),
    ]


def test_problem_keeps_pins_and_what_was_placed_before(day: Day) -> None:
    first, second = some_pitches(day.database, day.event, 2, topic="Climate", needs=["step-free"], crowd=30)
    day.place(first, 0, 0, pin=True)
    day.place(second, 1, 1)
    problem = day.problem()
    cell = solver.Pin(str(day.slots[0].id), str(day.rooms[0].id))
    assert problem.sessions[0] == solver.Session(
        id=str(first.id), hosts=(), needs=frozenset({"step-free"}), slots=None, pin=cell, topic="climate", crowd=30
    )
    assert problem.sessions[1].pin is None
    assert [p.session for p in problem.previous] == [str(first.id), str(second.id)]


def test_moving_costs_nothing_until_a_grid_is_published(day: Day) -> None:
    (pitch,) = some_pitches(day.database, day.event, 1)
    day.place(pitch, 0, 0)
    assert day.problem().weights.moved == 0
    day.database.write(lambda tx: versions.publish(tx, at_the_machine(tx.get_one(Event, day.event.id)), 1))
    assert day.problem().weights.moved == 5


@pytest.mark.parametrize(
    ("hour", "minute", "frozen"),
    [(8, 59, 0), (9, 0, 1), (9, 59, 1), (10, 0, 2), (12, 59, 3), (13, 0, 0)],
)
def test_slots_freeze_when_they_begin_and_thaw_when_the_day_is_over(
    day: Day, hour: int, minute: int, frozen: int
) -> None:
    moment = datetime(2026, 6, 26, hour, minute, tzinfo=UTC)  # London is an hour ahead
    assert [slot.frozen for slot in day.problem(moment).slots] == [n < frozen for n in range(3)]


def test_rehearsal_is_never_frozen(database: Database) -> None:
    day = Day(database, rehearsal=True)
    assert not any(slot.frozen for slot in day.problem(datetime(2026, 6, 26, 11, tzinfo=UTC)).slots)


def test_problem_survives_its_json(day: Day) -> None:
    first, second = some_pitches(day.database, day.event, 2, host_name="Maya")
    votes(day.database, a_person(day.database, day.event), [(first, 1), (second, 2)])
    day.place(first, 0, 0, pin=True)
    problem = solver.parse(json.loads(json.dumps(solver.unparse(day.problem()))))
    assert problem == day.problem()
    *_, last = solver.solve(problem, iterations=2000, workers=1)
    spots = problems.spots(last.grid)
    assert spots[first.id] == (day.slots[0].id, day.rooms[0].id)
    assert solver.violations(problem, problems.placements(spots)) == []


def test_query_count_is_the_same_for_1_and_30_pitches(database: Database) -> None:
    from sqlalchemy import event as listen

    seen: list[int] = []
    for number in (1, 30):
        day = Day(database)
        for pitch in some_pitches(database, day.event, number):
            host(database, a_person(database, day.event), pitch)
        statements: list[str] = []
        record = lambda *args, to=statements: to.append(args[2])  # noqa: E731
        listen.listen(database.engine, "before_cursor_execute", record)
        day.problem()
        listen.remove(database.engine, "before_cursor_execute", record)
        seen.append(len(statements))
    assert seen[0] == seen[1]


def test_placement_in_a_slot_that_became_a_fixed_item_is_not_previous(day: Day) -> None:
    (pitch,) = some_pitches(day.database, day.event, 1)
    lunch = next(s for s in day.database.write(lambda tx: events.slots(tx, day.event.id)) if s.title)
    row = Placement(event_id=day.event.id, version=0, pitch_id=pitch.id, slot_id=lunch.id, room_id=day.rooms[0].id)
    day.database.write(lambda tx: tx.add(row))
    assert day.problem().previous == ()


def test_hosts_are_absent_outside_the_hours_that_their_pitch_says(database: Database) -> None:
    event, _ = an_event(database)  # 10:00, 11:00, lunch, 13:15 to 14:00
    named, phoned, _ = some_pitches(database, event, 3)
    person = a_person(database, event)
    host(database, person, phoned)
    helper = Viewer(token="", organiser=True, facilitator=True)

    def say(tx: Transaction) -> None:
        tx.get_one(Pitch, named.id).host_name = "Ada"
        pitches.set_hours(tx, event.id, helper, named.id, (time(11), None))
        pitches.set_hours(tx, event.id, helper, phoned.id, (None, time(13, 59)))

    database.write(say)
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        problem = problems.problem(tx, stored, [], datetime(2026, 6, 1, tzinfo=UTC))
        first, *_, last = (str(slot.id) for slot in events.slots(tx, event.id))
    absent = {it.id: set(it.absent) for it in problem.people if it.absent}
    assert absent == {problems.host_known_by_name("Ada"): {first}, str(person.id): {last}}


def test_hosts_who_go_before_they_come_are_refused(database: Database) -> None:
    event, _ = an_event(database)
    (pitch,) = some_pitches(database, event, 1)
    helper = Viewer(token="", organiser=True, facilitator=True)
    with pytest.raises(Invalid):
        database.write(lambda tx: pitches.set_hours(tx, event.id, helper, pitch.id, (time(14), time(9))))


def test_what_is_under_way_in_a_lost_room_may_find_a_place_later_and_what_is_over_may_not(day: Day) -> None:
    over, lost, stays = some_pitches(day.database, day.event, 3)
    for pitch, slot, room in ((over, 0, 1), (lost, 1, 1), (stays, 1, 0)):
        day.place(pitch, slot, room, pin=True)
    closed = [Closure(room_id=day.rooms[1].id, slot_id=slot.id) for slot in day.slots]
    day.database.write(lambda tx: tx.add_all(closed))
    problem = day.problem(day.slots[1].starts_at + timedelta(minutes=10))
    assert {it.session for it in problem.previous} == {str(over.id), str(stays.id)}
    assert [it.pin for it in problem.sessions if it.id == str(lost.id)] == [None]

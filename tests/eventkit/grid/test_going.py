"""Saying that one goes: one session at a time, apart from the ballot, told to hosts from three people on."""

from datetime import timedelta

import pytest

from eventkit.clock import now
from eventkit.errors import Closed
from eventkit.event import people
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.grid import closures, going, my_day, published, versions
from eventkit.grid.going import Seats
from eventkit.grid.my_day import Choices, PersonalDay
from eventkit.grid.times import Times
from eventkit.market import ballots, pitches
from eventkit.privacy import erasure, forgetting, my_data
from eventkit.privacy.forgetting import Part
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Going, Person, Pitch, Room
from tests.world.builders import a_person
from tests.world.days import host, votes
from tests.world.published import Day, a_published_day, at_this_hour, publish

TOMORROW = (now() + timedelta(days=1)).date()


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database, placed=4, day=TOMORROW)  # 1 to 3 are on at once, then 4; 5 has no place


def go(database: Database, day: Day, person: Person, pitch: Pitch, will: bool = True) -> None:
    database.write(lambda tx: going.say(tx, tx.get_one(Event, day.event.id), person, pitch.id, will))


def goes(database: Database, day: Day, person: Person) -> set[int]:
    with database.reading() as tx:
        return going.of(tx, day.event.id, person.id)


def of(database: Database, day: Day, person: Person) -> PersonalDay:
    with database.reading() as tx:
        grid = published.read(tx, tx.get_one(Event, day.event.id))
        return my_day.day(tx, day.event.id, Choices(person.id), grid, Times("Europe/London"), now())


def test_who_goes_elsewhere_at_that_time_goes_there_no_more(database: Database, day: Day) -> None:
    ada, (one, two, _, four, _) = a_person(database, day.event), day.pitches
    for pitch in (one, four, two, two):
        go(database, day, ada, pitch)
    assert goes(database, day, ada) == {two.id, four.id}
    go(database, day, ada, two, will=False)
    assert goes(database, day, ada) == {four.id}


def test_session_that_is_not_on_the_grid_or_over_takes_nobody(database: Database, day: Day) -> None:
    ada = a_person(database, day.event)
    with pytest.raises(Closed):
        go(database, day, ada, day.pitches[4])
    at_this_hour(database, day, 3)
    with pytest.raises(Closed):
        go(database, day, ada, day.pitches[0])
    assert goes(database, day, ada) == set()


def test_going_is_no_vote_and_no_wish(database: Database, day: Day) -> None:
    ada, (one, two, *_) = a_person(database, day.event), day.pitches
    votes(database, ada, [(one, 2)])
    go(database, day, ada, two)
    with database.reading() as tx:
        assert ballots.own(tx, day.event.id, ada.id) == {one.id: 2}
        assert ballots.tally(tx, day.event.id)[one.id].people == 1
    mine = of(database, day, ada)
    assert [(it.pitch.title, it.word, it.going) for it in mine.stretches[0].choices] == [
        ("Pitch 2", "You go", True),
        ("Pitch 1", "Must go", False),
    ]
    assert (mine.wishes, mine.kept) == (1, 0)


def test_clash_is_settled_by_saying_where_one_goes(database: Database, day: Day) -> None:
    ada, (one, two, *_) = a_person(database, day.event), day.pitches
    votes(database, ada, [(one, 2), (two, 2)])
    assert of(database, day, ada).stretches[0].clash
    go(database, day, ada, two)
    first = of(database, day, ada).stretches[0]
    assert (first.clash, first.choices[0].pitch.title) == ("", "Pitch 2")


def test_latecomer_is_offered_what_is_on_the_rooms_with_seats_first(database: Database, day: Day) -> None:
    late, room = a_person(database, day.event), day.rooms[0]

    def shrink(tx: Transaction) -> None:
        seen = tx.get_one(Room, room.id)
        seen.capacity = 3

    database.write(shrink)
    for _ in range(3):
        go(database, day, a_person(database, day.event), day.pitches[0])
    mine = of(database, day, late)
    assert mine.empty
    assert mine.offering
    first = mine.stretches[0].offers
    assert [it.placed.pitch.title for it in first] == ["Pitch 2", "Pitch 3", "Pitch 1"]
    assert [it.seats for it in first] == [Seats.FREE, Seats.FREE, Seats.NONE]


def test_latecomer_is_offered_a_long_session_that_runs(database: Database, day: Day) -> None:
    late, (one, *_) = a_person(database, day.event), day.pitches
    database.write(lambda tx: setattr(tx.get_one(Pitch, one.id), "length", 2))

    def offered(minutes: int) -> dict[int, list[tuple[str, bool]]]:
        with database.reading() as tx:
            grid = published.read(tx, tx.get_one(Event, day.event.id))
            assert grid is not None
            moment = grid.by_pitch[one.id].starts_at + timedelta(minutes=minutes)
            found = my_day.day(tx, day.event.id, Choices(late.id), grid, Times("Europe/London"), moment)
        stretches = [it for it in found.stretches if not it.slot.title]
        return {n: [(it.placed.pitch.title, it.running) for it in part.offers] for n, part in enumerate(stretches)}

    beside = [("Pitch 2", False), ("Pitch 3", False)]
    assert offered(-5) == {0: [("Pitch 1", False), *beside], 1: [("Pitch 4", False)], 2: []}
    assert offered(10) == {0: [("Pitch 1", True), *beside], 1: [("Pitch 4", False)], 2: []}
    for minutes in (50, 70):  # in the pause, and after it
        assert offered(minutes) == {0: [], 1: [("Pitch 1", True), ("Pitch 4", False)], 2: []}
    assert offered(110)[1] == []


def test_host_is_there_anyway_and_never_asked(database: Database, day: Day) -> None:
    ada, ben, (one, two, *_) = a_person(database, day.event), a_person(database, day.event), day.pitches
    host(database, ada, one)
    host(database, ben, two)
    for person, pitch in ((ada, one), (ben, two)):
        with pytest.raises(Closed):
            go(database, day, person, pitch)
    go(database, day, ben, one)
    database.write(lambda tx: setattr(tx.get_one(Pitch, two.id), "merged_into", one.id))
    with pytest.raises(Closed):  # theirs now, too
        go(database, day, ben, one)


def test_who_goes_is_told_what_becomes_of_the_session(database: Database, day: Day) -> None:
    """Moved, its room closed, withdrawn and back, off the grid and on it again: the choice stays theirs."""
    ada, (one, two, _, four, _) = a_person(database, day.event), day.pitches
    for pitch in (two, four):
        go(database, day, ada, pitch)
    by = Viewer(token="", organiser=True, facilitator=True)

    def told() -> list[tuple[str, bool, bool]]:
        mine = of(database, day, ada)
        return [
            (it.pitch.title, it.placed is not None and it.placed.standing, bool(it.said))
            for stretch in mine.stretches
            for it in stretch.choices
        ]

    both = [("Pitch 2", True, False), ("Pitch 4", True, False)]
    assert told() == both
    publish(database, day, {one.id: day.cells[0], two.id: day.cells[4], four.id: day.cells[3]})
    assert told() == both and "equally" in of(database, day, ada).stretches[1].clash
    go(database, day, ada, two)
    assert goes(database, day, ada) == {two.id} and not of(database, day, ada).stretches[1].clash
    closed = day.rooms[1].id, {day.slots[1].id}
    database.write(lambda tx: closures.close_room(tx, at_the_machine(tx.get_one(Event, day.event.id)), *closed))
    assert told() == [("Pitch 2", True, True)]
    database.write(lambda tx: pitches.withdraw(tx, day.event.id, by, two.id))
    assert told() == [("Pitch 2", False, True)]
    with pytest.raises(Closed):
        go(database, day, ada, two)
    database.write(lambda tx: pitches.bring_back(tx, day.event.id, by, two.id))
    assert told() == [("Pitch 2", True, True)]
    publish(database, day, {one.id: day.cells[0]})
    assert told() == [] and of(database, day, ada).unplaced == ()
    publish(database, day, {two.id: day.cells[3]})
    assert told() == [("Pitch 2", True, False)]


def test_nobody_goes_anywhere_before_there_is_a_grid(database: Database, day: Day) -> None:
    ada, one = a_person(database, day.event), day.pitches[0]
    go(database, day, ada, one)

    def take_back(tx: Transaction) -> None:
        event = tx.get_one(Event, day.event.id)
        versions.unpublish(tx, at_the_machine(event), event.grid_version)

    database.write(take_back)
    with pytest.raises(Closed):
        go(database, day, ada, day.pitches[1])
    assert of(database, day, ada).empty or not of(database, day, ada).offering
    go(database, day, ada, one, will=False)
    assert goes(database, day, ada) == set()


def test_hosts_are_told_a_number_from_three_on(database: Database, day: Day) -> None:
    ada, told = a_person(database, day.event), []
    host(database, ada, day.pitches[0])
    for _ in range(4):
        told.append(of(database, day, ada).stretches[0].choices[0].others)
        go(database, day, a_person(database, day.event), day.pitches[0])
    assert told == [None, None, None, 3]


def test_who_goes_to_a_merged_pitch_goes_to_what_it_is_now_and_takes_that_back(database: Database, day: Day) -> None:
    ada, (one, two, *_) = a_person(database, day.event), day.pitches
    go(database, day, ada, two)

    def merge(tx: Transaction) -> None:
        tx.get_one(Pitch, two.id).merged_into = one.id

    database.write(merge)
    assert goes(database, day, ada) == {one.id}
    go(database, day, ada, two, will=False)
    assert goes(database, day, ada) == set()


def test_who_turns_out_to_have_two_phones_goes_where_both_said(database: Database, day: Day) -> None:
    ada, also_ada = a_person(database, day.event), a_person(database, day.event)
    for person, pitch in ((ada, day.pitches[0]), (also_ada, day.pitches[0]), (also_ada, day.pitches[3])):
        go(database, day, person, pitch)
    database.write(lambda tx: people.absorb(tx, tx.get_one(Person, ada.id), tx.get_one(Person, also_ada.id)))
    assert goes(database, day, ada) == {day.pitches[0].id, day.pitches[3].id}


def test_it_is_in_ones_data_and_goes_with_the_votes_and_with_names(database: Database, day: Day) -> None:
    ada, bob = a_person(database, day.event), a_person(database, day.event)
    for person in (ada, bob):
        go(database, day, person, day.pitches[0])
    with database.reading() as tx:
        mine = my_data.read(tx, tx.get_one(Event, day.event.id), tx.get_one(Person, ada.id))
    assert mine.as_json()["going"] == ["Pitch 1"]
    database.write(
        lambda tx: forgetting.forget(tx, tx.get_one(Event, day.event.id), tx.get_one(Person, ada.id), [Part.VOTES])
    )
    with database.reading() as tx:
        assert [it.person_id for it in tx.query(Going)] == [bob.id]
    erasure.erase_now(database, day.event.code)
    with database.reading() as tx:
        assert tx.query(Going).count() == 0


def test_seats() -> None:
    assert [going.seats(10, it) for it in (0, 7, 8, 10, 20)] == [Seats.FREE, Seats.FREE, Seats.FEW, *[Seats.NONE] * 2]
    assert [going.seats(1, it) for it in (1, 2, 3)] == [Seats.FREE, Seats.FREE, Seats.NONE]

"""One person's day: what they want and host by slot, and in plain words what the grid makes of it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from eventkit.clock import now
from eventkit.grid import my_day, published
from eventkit.grid.my_day import HOSTING, Choices, PersonalDay, Stretch, Wanted
from eventkit.grid.times import Times
from eventkit.market import on_offer
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Going, Person, Pitch
from tests.world.builders import a_person, close
from tests.world.days import host, votes
from tests.world.published import Day, a_published_day

LONDON = Times("Europe/London")


def of(database: Database, day: Day, person: Person) -> PersonalDay:
    with database.reading() as tx:
        grid = published.read(tx, tx.get_one(Event, day.event.id))
        return my_day.day(tx, day.event.id, Choices(person.id), grid, LONDON, now())


def titles(day: PersonalDay) -> list[list[str]]:
    return [[choice.pitch.title for choice in stretch.choices] for stretch in day.stretches if stretch.choices]


def test_day_has_the_strongest_choice_of_each_slot_first_and_the_rest_beside(database: Database) -> None:
    day = a_published_day(database, placed=4, pitches=5)  # three rooms: 1 to 3 are on at once, then 4
    person = a_person(database, day.event)
    one, two, three, four, five = day.pitches
    votes(database, person, [(one, 1), (two, 2), (four, 1), (five, 2)])
    host(database, person, three)
    mine = of(database, day, person)
    assert titles(mine) == [["Pitch 3", "Pitch 2", "Pitch 1"], ["Pitch 4"]]
    assert [choice.word for choice in mine.stretches[0].choices] == ["You host this", "Must go", "Interested"]
    assert [choice.pitch.id for choice in mine.unplaced] == [five.id]
    assert mine.told == ("You get 2 of your 5 wishes: 2 are on at the same time as another, 1 is not on the grid.")


def test_day_before_there_is_a_grid_is_what_one_chose(database: Database) -> None:
    day = a_published_day(database)
    person = a_person(database, day.event)
    votes(database, person, [(day.pitches[0], 1)])
    with database.reading() as tx:
        mine = my_day.day(tx, day.event.id, Choices(person.id), None, LONDON, now())
        nobody = my_day.day(tx, day.event.id, Choices(None), None, LONDON, now())
    assert ([choice.pitch.title for choice in mine.unplaced], mine.told) == (["Pitch 1"], "")
    assert (mine.empty, nobody.empty) == (False, True)


def test_what_was_wanted_of_a_merged_pitch_is_wanted_of_the_one_it_is_now(database: Database) -> None:
    day = a_published_day(database, placed=2)
    one, two = day.pitches[:2]
    person = a_person(database, day.event)
    votes(database, person, [(two, 2)])

    def merge(tx: Transaction) -> None:
        tx.get_one(Pitch, two.id).merged_into = one.id

    database.write(merge)
    assert titles(of(database, day, person)) == [["Pitch 1"]]


def test_withdrawn_pitch_that_nobody_sees_is_no_wish(database: Database) -> None:
    day = a_published_day(database, placed=1, pitches=2)
    person = a_person(database, day.event)
    votes(database, person, [(day.pitches[0], 1), (day.pitches[1], 1)])

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[1].id).withdrawn_at = datetime(2026, 6, 26, tzinfo=UTC)

    database.write(withdraw)
    assert of(database, day, person).told == "You get your one wish."
    with database.reading() as tx:
        assert not on_offer.stands(tx.get_one(Pitch, day.pitches[1].id))


@pytest.mark.parametrize(
    ("strengths", "said"),
    [
        ([], ""),
        ([2], ""),
        ([HOSTING, 2], "You host one of these, so you miss the others."),
        ([HOSTING, HOSTING], "You host two sessions at once here. Tell the organiser."),
        ([2, 1, 1], "These are on at once. The first is your stronger choice: Pitch 0."),
        ([1, 1], "2 sessions that you want equally are on at once. You can change rooms half way."),
    ],
)
def test_clash_is_said_plainly(strengths: list[int], said: str) -> None:
    choices = [
        Wanted(pitch=cast(Pitch, SimpleNamespace(title=f"Pitch {n}")), strength=it, placed=None)
        for n, it in enumerate(strengths)
    ]
    assert Stretch(cast(Any, None), tuple(choices)).clash == said


def test_day_has_one_of_a_session_and_its_repeat_and_hosts_have_both(database: Database) -> None:
    """1 to 3 are on at once, then 4 is, which is held again for 1."""
    day = a_published_day(database, placed=4, pitches=4)
    one, two, _, again = day.pitches
    clashing, free, host_of_it, goes = (a_person(database, day.event) for _ in range(4))

    def make(tx: Transaction) -> None:
        tx.get_one(Pitch, again.id).repeat_of = one.id
        tx.add(Going(person_id=goes.id, pitch_id=again.id))

    votes(database, clashing, [(one, 1), (two, 1)])
    votes(database, free, [(one, 1)])
    votes(database, goes, [(one, 1)])
    host(database, host_of_it, one, again)
    database.write(make)
    assert titles(of(database, day, clashing)) == [["Pitch 2"], ["Pitch 4"]]
    assert (of(database, day, clashing).kept, of(database, day, clashing).wishes) == (2, 2)
    assert titles(of(database, day, free)) == [["Pitch 1"]]
    assert titles(of(database, day, host_of_it)) == [["Pitch 1"], ["Pitch 4"]]
    assert titles(of(database, day, goes)) == [["Pitch 4"]]
    assert of(database, day, free).stretches[0].choices[0].again == "Held twice. Also: 11:00, Main hall."


def test_day_spreads_over_a_session_and_its_repeat_those_who_have_no_seats_at_the_first(database: Database) -> None:
    """The studio seats 30 of 40, the main hall, where it is held again, all; nobody is spread while people vote."""
    day = a_published_day(database, placed=4, pitches=4)
    first, again = day.pitches[2], day.pitches[3]
    database.write(lambda tx: setattr(tx.get_one(Pitch, again.id), "repeat_of", first.id))
    crowd = [a_person(database, day.event) for _ in range(40)]
    for person in crowd:
        votes(database, person, [(first, 1)])

    def at_the_first() -> int:
        return sum(titles(of(database, day, person)) == [["Pitch 3"]] for person in crowd)

    assert at_the_first() == 40
    close(database, day.event, voting=True)
    assert at_the_first() == 27
    torn = crowd[0]
    votes(database, torn, [(day.pitches[0], 1)])
    assert titles(of(database, day, torn)) == [["Pitch 1"], ["Pitch 4"]]

"""Merging with consent: asked, answered, told, left."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from eventkit.errors import Forbidden, Invalid, NotFound
from eventkit.event import people, roles
from eventkit.event.roles import Viewer
from eventkit.market import joining, listings, merging, pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.builders import a_person, a_pitch, a_vote, an_event, viewer_of

T = TypeVar("T")


class World:
    """Two hosts who pitched the same, somebody who voted for one of both, and a third pitch."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.event, _ = an_event(database)
        self.ada, self.ben, self.voter = (a_person(database, self.event, name) for name in ("Ada", "Ben", "Vi"))
        self.bins = a_pitch(database, self.event, self.ada, "Sensors in bins", description="Mine", host_name="Ada")
        self.waste = a_pitch(
            database, self.event, self.ben, "Bins: can sensors help?", description="His", host_name="Ben & Jo"
        )
        self.other = a_pitch(database, self.event, title="Open data")
        a_vote(database, self.event, self.voter, self.waste)

    def ask(self, who: Person, mine: Pitch, other: Pitch, keep_mine: bool = True) -> bool:
        return self.write(who, lambda tx, e, v: joining.ask(tx, e, v, mine.id, other.id, keep_mine))

    def answer(self, who: Person, agree: bool) -> None:
        (question,) = self.questions(who)
        self.write(who, lambda tx, e, v: joining.answer(tx, e, v, question.id, agree))

    def questions(self, who: Person) -> list[joining.Question]:
        return self.write(who, joining.questions)

    def write(self, who: Person, act: Callable[[Transaction, Event, Viewer], T]) -> T:
        def do(tx: Transaction) -> T:
            event = tx.get_one(Event, self.event.id)
            return act(tx, event, people.viewer(tx, event, who.token))

        return self.database.write(do)

    def titles(self) -> list[str]:
        with self.database.reading() as tx:
            return [it.title for it in listings.titles(tx, self.event.id)]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_a_host_asks_and_the_other_says_yes(world: World) -> None:
    assert not world.ask(world.ada, world.bins, world.waste)
    assert world.titles() == ["Sensors in bins", "Bins: can sensors help?", "Open data"]
    assert [(it.asked, it.answers) for it in world.questions(world.ada)] == [(True, False)]
    (question,) = world.questions(world.ben)
    assert question.answers and question.outcome.hosts == ("Ada", "Ben", "Jo")
    assert world.questions(world.voter) == []
    world.answer(world.ben, agree=True)
    assert world.titles() == ["Sensors in bins", "Open data"]
    told = [world.write(who, joining.told) for who in (world.ada, world.ben, world.voter)]
    assert [[it.apart for it in them] for them in told] == [[False], [], [False]]
    with world.database.reading() as tx:
        pitch = tx.get_one(Pitch, world.bins.id)
        assert merging.hosts(pitch) == ("Ada", "Ben", "Jo")
        assert merging.text(pitch) == "Mine\n\n**Bins: can sensors help?**\n\nHis"
        (card,) = listings.own(tx, world.event.id, viewer_of(world.database, world.event, world.ben))
        assert (card.id, card.host_name, card.together) == (
            world.bins.id,
            "Ada, Ben and Jo",
            ("Bins: can sensors help?: His",),
        )


def test_no_leaves_them_apart_and_both_asking_is_a_yes(world: World) -> None:
    world.ask(world.ada, world.bins, world.waste)
    world.answer(world.ben, agree=False)
    assert world.questions(world.ben) == world.questions(world.ada) == []
    assert not world.ask(world.ada, world.bins, world.waste, keep_mine=False)
    assert world.ask(world.ben, world.waste, world.bins)
    assert world.titles() == ["Bins: can sensors help?", "Open data"]


def test_only_hosts_ask_and_only_who_was_asked_answers(world: World) -> None:
    with pytest.raises(Forbidden):
        world.ask(world.voter, world.bins, world.waste)
    with pytest.raises(Invalid):
        world.ask(world.ada, world.bins, world.bins)
    world.ask(world.ada, world.bins, world.waste)
    (question,) = world.questions(world.ada)
    for who in (world.ada, world.voter):
        with pytest.raises(Forbidden):
            world.write(who, lambda tx, e, v: joining.answer(tx, e, v, question.id, True))
    with pytest.raises(Forbidden):
        world.write(world.ben, lambda tx, e, v: joining.take_back(tx, e, v, question.id))
    world.write(world.ada, lambda tx, e, v: joining.take_back(tx, e, v, question.id))
    with pytest.raises(NotFound):
        world.write(world.ben, lambda tx, e, v: joining.answer(tx, e, v, question.id, True))


def test_each_host_changes_the_joint_pitch_and_leaves_it_and_each_has_its_own_text_again(world: World) -> None:
    world.ask(world.ada, world.bins, world.waste)
    world.answer(world.ben, agree=True)
    joint = pitches.Content(title="Smart bins", description="Ours", host_name="Somebody")
    world.write(world.ben, lambda tx, e, v: pitches.edit(tx, e.id, v, world.bins.id, joint))
    assert world.titles() == ["Smart bins", "Open data"]
    with pytest.raises(Forbidden):
        world.write(world.ben, lambda tx, e, v: pitches.withdraw(tx, e.id, v, world.bins.id))
    with pytest.raises(Forbidden):
        world.write(world.ben, lambda tx, e, v: joining.leave(tx, e, v, world.bins.id))
    world.write(world.ben, lambda tx, e, v: joining.leave(tx, e, v, world.waste.id))
    assert world.titles() == ["Sensors in bins", "Bins: can sensors help?", "Open data"]
    with world.database.reading() as tx:
        own = tx.get_one(Pitch, world.bins.id)
        assert (own.description, own.host_name, own.own_content) == ("Mine", "Ada", None)
    assert [it.apart for it in world.write(world.voter, joining.told)] == [True]


def test_who_leaves_what_others_are_part_of_leaves_them_together(world: World) -> None:
    with world.database.reading() as tx:
        by = roles.at_the_machine(tx.get_one(Event, world.event.id))
    for part in (world.waste, world.other):
        world.database.write(lambda tx, part=part: pitches.merge(tx, by, world.bins.id, part.id))
    world.write(world.ada, lambda tx, e, v: joining.leave(tx, e, v, world.bins.id))
    assert world.titles() == ["Sensors in bins", "Bins: can sensors help?"]


def test_doubles_are_the_hosts_own_first(world: World) -> None:
    assert [(one.id, other.id) for one, other in world.write(world.ben, joining.doubles)] == [
        (world.waste.id, world.bins.id)
    ]
    assert world.write(world.voter, joining.doubles) == []

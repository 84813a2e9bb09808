"""Pitches: who may do what with them, and in which order each person sees them."""

import pytest
from sqlmodel import col, delete

from eventkit.errors import Closed, Forbidden, Invalid, NotFound, TooMany
from eventkit.event import people
from eventkit.event.roles import Viewer, at_the_machine, facilitator
from eventkit.market import ballots, hosting, listings, pitches
from eventkit.market.pitches import Content
from eventkit.storage.change_log import since
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch, Room
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close, viewer_of

STRANGER = Viewer(token="nobody's")
FACILITATOR = Viewer(token="facilitator's", facilitator=True)


def _add(database: Database, event: Event, person: Person, viewer: Viewer, content: Content, other: bool) -> Pitch:
    def add(tx: Transaction) -> Pitch:
        stored = tx.get_one(Event, event.id)
        if other:
            return pitches.add_for_another(tx, facilitator(stored, viewer), person, content)
        return pitches.add(tx, stored, viewer, person, content)

    return database.write(add)


def _titles(database: Database, event: Event, viewer: Viewer = STRANGER, **chosen: str) -> set[str]:
    with database.reading() as tx:
        return {card.title for card in listings.listing(tx, event.id, viewer, **chosen)}


def test_add_makes_its_person_the_host_and_takes_their_name(database: Database) -> None:
    event, _ = an_event(database)
    ada = a_person(database, event, "Ada")
    pitch = a_pitch(database, event, ada, "Bins", description="All of them", topic="Places", needs=("projector",))
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {pitch.id: {ada.id}}
        stored = pitches.get(tx, event.id, pitch.id)
        assert (stored.host_name, stored.topic, stored.needs) == ("Ada", "Places", ["projector"])
        last = since(tx, 0)[-1]
        assert (last.kind, last.ref) == (ChangeKind.PITCH, {"pitch": pitch.id})


def test_add_for_somebody_else_is_for_facilitators_and_has_no_host_yet(database: Database) -> None:
    event, _ = an_event(database)
    typist = a_person(database, event, "Typist")
    with pytest.raises(Forbidden):
        _add(database, event, typist, viewer_of(database, event, typist), Content(title="Bins"), other=True)
    pitch = _add(database, event, typist, FACILITATOR, Content(title="Bins", host_name="Shy"), other=True)
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {}
        assert [waiting.host_name for waiting in listings.unclaimed(tx, event.id)] == ["Shy"]
        assert pitches.get(tx, event.id, pitch.id).created_by == typist.id


def test_add_while_pitching_is_closed_is_for_facilitators_only(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    close(database, event, pitching=True)
    with pytest.raises(Closed, match="Pitching is closed"):
        _add(database, event, person, viewer_of(database, event, person), Content(title="Bins"), other=False)
    _add(database, event, person, FACILITATOR, Content(title="Bins"), other=True)
    assert _titles(database, event) == {"Bins"}


def test_add_above_a_persons_limit_is_refused_and_the_organiser_can_raise_it(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    for number in range(20):
        a_pitch(database, event, person, f"Pitch {number}")
    with pytest.raises(TooMany, match="You have pitched 20 times"):
        a_pitch(database, event, person)
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"pitches": 21}))
    a_pitch(database, event, person)
    with pytest.raises(TooMany, match="21 times"):
        a_pitch(database, event, person)


def test_add_with_needs_that_no_room_has_names_them(database: Database) -> None:
    event, _ = an_event(database)
    with pytest.raises(Invalid, match="No room here has a swimming pool"):
        a_pitch(database, event, needs=("projector", "a swimming pool"))


def test_edit_is_for_its_host_and_facilitators(database: Database) -> None:
    event, _ = an_event(database)
    host, other = a_person(database, event), a_person(database, event)
    pitch = a_pitch(database, event, host)

    def edit(viewer: Viewer, title: str) -> str:
        return database.write(lambda tx: pitches.edit(tx, event.id, viewer, pitch.id, Content(title=title)).title)

    assert edit(viewer_of(database, event, host), "Wheelie bins") == "Wheelie bins"
    assert edit(FACILITATOR, "Recycling") == "Recycling"
    with pytest.raises(Forbidden):
        edit(viewer_of(database, event, other), "Mine")
    with pytest.raises(Forbidden):
        edit(STRANGER, "Mine")
    assert _titles(database, event) == {"Recycling"}


def test_edit_keeps_a_need_whose_room_is_gone(database: Database) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event, needs=("projector",))
    database.write(lambda tx: tx.execute(delete(Room).where(col(Room.event_id) == event.id)))
    content = Content(title="Bins", needs=("projector",))
    database.write(lambda tx: pitches.edit(tx, event.id, FACILITATOR, pitch.id, content))
    with pytest.raises(Invalid):
        content = Content(title="Bins", needs=("step-free",))
        database.write(lambda tx: pitches.edit(tx, event.id, FACILITATOR, pitch.id, content))


def test_pitch_of_another_event_is_not_found(database: Database) -> None:
    (one, _), (other, _) = an_event(database), an_event(database)
    pitch = a_pitch(database, one)
    for act in (pitches.edit, pitches.withdraw, pitches.bring_back):
        extra = (Content(title="Stolen"),) if act is pitches.edit else ()
        with pytest.raises(NotFound):
            database.write(lambda tx, act=act, extra=extra: act(tx, other.id, FACILITATOR, pitch.id, *extra))
    with pytest.raises(NotFound), database.reading() as tx:
        pitches.get(tx, other.id, pitch.id)


def test_withdrawn_pitch_leaves_the_listing_and_comes_back_with_its_host(database: Database) -> None:
    event, _ = an_event(database)
    host = a_person(database, event)
    pitch, viewer = a_pitch(database, event, host), viewer_of(database, event, host)
    database.write(lambda tx: pitches.withdraw(tx, event.id, viewer, pitch.id))
    assert _titles(database, event) == set()
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {}
        assert [(card.id, card.withdrawn) for card in listings.own(tx, event.id, viewer)] == [(pitch.id, True)]
    with pytest.raises(Closed):
        database.write(lambda tx: pitches.edit(tx, event.id, viewer, pitch.id, Content(title="New")))
    database.write(lambda tx: pitches.bring_back(tx, event.id, viewer, pitch.id))
    assert _titles(database, event) == {"Bins"}


def test_withdrawn_pitch_is_seen_by_its_hosts_and_facilitators_only(database: Database) -> None:
    event, _ = an_event(database)
    ada = a_person(database, event)
    pitch, host = a_pitch(database, event, ada), viewer_of(database, event, ada)
    database.write(lambda tx: pitches.withdraw(tx, event.id, host, pitch.id))
    with database.reading() as tx:
        assert {pitches.seen(tx, event.id, viewer, pitch.id).id for viewer in (host, FACILITATOR)} == {pitch.id}
        with pytest.raises(NotFound):
            pitches.seen(tx, event.id, STRANGER, pitch.id)


def test_withdraw_twice_is_told_once(database: Database) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    for _ in range(2):
        database.write(lambda tx: pitches.withdraw(tx, event.id, FACILITATOR, pitch.id))
    with database.reading() as tx:
        told = [change.ref for change in since(tx, 0) if change.kind == ChangeKind.PITCH]
    assert told == [{"pitch": pitch.id}, {"pitch": pitch.id, "withdrawn": True}]


def test_listing_finds_by_words_of_any_field_and_by_topic(database: Database) -> None:
    event, _ = an_event(database)
    a_pitch(database, event, title="Bins", description="All about recycling", topic="Places")
    a_pitch(database, event, title="Open data", host_name="Grace", topic="data")
    a_pitch(database, event, title="100% paper_less", topic="Data")
    assert _titles(database, event, search="RECYCLING") == {"Bins"}
    assert _titles(database, event, search="grace") == {"Open data"}
    assert _titles(database, event, search="0% p") == {"100% paper_less"}
    assert _titles(database, event, search="s%l") == set()
    a_pitch(database, event, title="Grün", topic="École", description="x" * 2000 + "needle")
    assert _titles(database, event, search="GRÜN") == _titles(database, event, topic="école") == {"Grün"}
    assert _titles(database, event, search="needle") == {"Grün"}
    assert _titles(database, event, topic="DATA") == {"Open data", "100% paper_less"}
    with database.reading() as tx:
        assert listings.topics(tx, event.id) == ["Data", "Places", "École"]
        assert pitches.features(tx, event.id) == ["projector", "step-free"]


def test_withdrawing_a_merged_pitch_leaves_the_other_hosts_pitch(database: Database) -> None:
    event, _ = an_event(database)
    ada, grace = a_person(database, event), a_person(database, event)
    kept, other = a_pitch(database, event, ada, "Bins"), a_pitch(database, event, grace, "Wheelie bins")
    a_vote(database, event, grace, other, 2)
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), kept.id, other.id))
    viewer = viewer_of(database, event, ada)
    database.write(lambda tx: pitches.withdraw(tx, event.id, viewer, kept.id))
    assert _titles(database, event) == {"Wheelie bins"}
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {other.id: {grace.id}}
        assert ballots.tally(tx, event.id) == {other.id: ballots.Count(must_go=1)}


def test_merge_unites_hosts_and_unmerge_gives_everything_back(database: Database) -> None:
    event, _ = an_event(database)
    ada, grace = a_person(database, event), a_person(database, event)
    kept, other = a_pitch(database, event, ada, "Bins"), a_pitch(database, event, grace, "Wheelie bins")
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), kept.id, other.id))
    assert _titles(database, event) == {"Bins"}
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {kept.id: {ada.id, grace.id}}
    database.write(lambda tx: pitches.unmerge(tx, at_the_machine(event), other.id))
    assert _titles(database, event) == {"Bins", "Wheelie bins"}
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {kept.id: {ada.id}, other.id: {grace.id}}


def test_merge_of_a_pitch_with_itself_or_a_withdrawn_one_is_refused(database: Database) -> None:
    event, _ = an_event(database)
    one, other = a_pitch(database, event), a_pitch(database, event)
    with pytest.raises(Invalid):
        database.write(lambda tx: pitches.merge(tx, at_the_machine(event), one.id, one.id))
    database.write(lambda tx: pitches.withdraw(tx, event.id, FACILITATOR, one.id))
    for kept, part in ((one, other), (other, one)):
        with pytest.raises(Invalid):
            database.write(lambda tx, kept=kept, part=part: pitches.merge(tx, at_the_machine(event), kept.id, part.id))


def test_absorb_makes_two_phones_one_person(database: Database) -> None:
    event, _ = an_event(database)
    phone, laptop = a_person(database, event, "Ada"), a_person(database, event, "Laptop")
    both, second = a_pitch(database, event), a_pitch(database, event)
    mine = a_pitch(database, event, laptop)
    a_vote(database, event, phone, both, 1)
    a_vote(database, event, laptop, both, 2)
    a_vote(database, event, laptop, second, 1)

    def absorb(tx: Transaction) -> None:
        people.absorb(tx, tx.get_one(Person, phone.id), tx.get_one(Person, laptop.id))

    database.write(absorb)
    with database.reading() as tx:
        assert ballots.own(tx, event.id, phone.id) == {both.id: 2, second.id: 1}
        assert hosting.hosts(tx, event.id)[mine.id] == {phone.id}
        assert tx.get(Person, laptop.id) is None
        assert ballots.turnout(tx, event.id) == (1, 2)


def test_withdrawn_pitches_count_for_no_limit_until_there_are_heaps(database: Database) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"pitches": 2, "all_pitches": 3}))
    person, content = a_person(database, event), pitches.Content(title="Bins")

    def pitch(tx: Transaction, by: Person) -> int:
        viewer = people.viewer(tx, here := tx.get_one(Event, event.id), by.token)
        return pitches.add(tx, here, viewer, by, content).id

    def withdraw(tx: Transaction, ident: int) -> None:
        pitches.withdraw(tx, event.id, people.viewer(tx, tx.get_one(Event, event.id), person.token), ident)

    made = [database.write(lambda tx: pitch(tx, person)) for _ in range(2)]
    with pytest.raises(TooMany, match="You have pitched 2 times"):
        database.write(lambda tx: pitch(tx, person))
    for number in range(2, pitches.WITHDRAWN_TOO * 2):
        database.write(lambda tx, ident=made[-1]: withdraw(tx, ident))
        made.append(database.write(lambda tx: pitch(tx, person)))
        assert len(made) == number + 1
    database.write(lambda tx: withdraw(tx, made[-1]))
    with pytest.raises(TooMany):
        database.write(lambda tx: pitch(tx, person))
    others = [a_person(database, event) for _ in range(3)]
    for other in others[:2]:
        database.write(lambda tx, other=other: pitch(tx, other))
    with pytest.raises(TooMany, match="This event has 3 pitches"):
        database.write(lambda tx: pitch(tx, others[2]))

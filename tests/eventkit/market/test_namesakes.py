"""Who already goes by a name that is typed for somebody else."""

import pytest

from eventkit.errors import Invalid
from eventkit.event import people, roles
from eventkit.grid import moderation
from eventkit.market import namesakes, pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, ModerationKind
from tests.world.builders import a_person, a_pitch, an_event


def typed(database: Database, event: Event, *hosts: str) -> None:
    """Pitches that a facilitator typed for these hosts."""

    def add(tx: Transaction) -> None:
        by = roles.at_the_machine(event)
        for number, host in enumerate(hosts, 1):
            content = pitches.Content(title=f"Pitch {number}", host_name=host)
            pitches.add_for_another(tx, by, people.ensure(tx, event.id, "helper"), content)

    database.write(add)


def asked(database: Database, event: Event, name: str) -> list[str]:
    """What can be answered about a name."""
    with database.reading() as tx:
        found = namesakes.questions(tx, roles.at_the_machine(event), name)
    return [f"{known.answer} {known.title}".strip() for it in found for known in it.known]


def test_names_are_compared_as_people_compare(database: Database) -> None:
    event, _ = an_event(database)
    typed(database, event, "Zoë O’Neill-Ward", "Sam Lee & Ana Diaz", "Al")
    assert asked(database, event, "zoe  o'neill ward") == ["named:Zoë O’Neill-Ward Pitch 1"]
    assert asked(database, event, "ANA DÍAZ") == ["named:Ana Diaz Pitch 2"]
    for other in ("Sam", "Alice", "Lee", "", "Sam Lee-Smith"):
        assert asked(database, event, other) == []


def test_who_hosts_without_a_name_or_whose_name_is_hidden_stays_unknown(database: Database) -> None:
    event, _ = an_event(database)
    ana, ben = a_person(database, event, "Ana"), a_person(database, event, "Ben")
    a_pitch(database, event, ana, title="What nobody should know is hers", host_name="A member of staff")
    assert asked(database, event, "ana") == [f"phone:{ana.id}"]
    a_pitch(database, event, ben, title="Bins", host_name="Ben")
    assert asked(database, event, "ben") == [f"phone:{ben.id} Bins"]
    hidden = roles.at_the_machine(event), ModerationKind.NAME, ben.id, True
    database.write(lambda tx: moderation.set_hidden(tx, *hidden))
    assert asked(database, event, "ben") == []


def test_answers_hold_for_the_names_that_they_were_given_for(database: Database) -> None:
    event, _ = an_event(database)
    by = roles.at_the_machine(event)
    typed(database, event, "Sam Lee", "Sam Lee (2)", "Ana")
    with database.reading() as tx:
        for answers in ({"another:ana"}, {"named:Ana"}, {"named:Sam Lee", "another:sam lee"}, set[str]()):
            with pytest.raises(Invalid):
                namesakes.settle(tx, by, "Sam Lee", answers)
        assert namesakes.settle(tx, by, "sam lee + Bo", {"another:sam lee"}).host_name == "sam lee (3) + Bo"
        assert namesakes.settle(tx, by, "SAM LEE, Bo", {"named:Sam Lee (2)"}).host_name == "Sam Lee (2), Bo"
        assert namesakes.settle(tx, by, "Bo", set()).host_name == "Bo"

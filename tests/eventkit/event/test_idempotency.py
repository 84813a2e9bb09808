"""IdempotencyKeys: the same post again finds what the first one made."""

import pytest

from eventkit.event import idempotency
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import IdempotencyKey
from tests.world.builders import a_person, an_event


def test_once_makes_the_first_time_and_finds_it_ever_after(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    made: list[str] = []

    def make(nonce: str) -> int:
        made.append(nonce)
        return 40 + len(made)

    def post(tx: Transaction, nonce: str, kind: str = "pitch") -> int:
        return idempotency.once(tx, person.id, kind, nonce, lambda: make(nonce))

    assert [database.write(lambda tx, n=n: post(tx, n)) for n in ("a", "a", "b", "a")] == [41, 41, 42, 41]
    assert database.write(lambda tx: post(tx, "a", kind="note")) == 43
    assert made == ["a", "b", "a"]


def test_once_of_two_people_are_two(database: Database) -> None:
    event, _ = an_event(database)
    people = [a_person(database, event), a_person(database, event)]
    refs = [database.write(lambda tx, p=p: idempotency.once(tx, p.id, "pitch", "a", lambda: p.id)) for p in people]
    assert refs == [people[0].id, people[1].id]


def test_once_without_a_nonce_promises_nothing(database: Database) -> None:
    event, _ = an_event(database)
    person, numbers = a_person(database, event), iter((1, 2))
    assert [
        database.write(lambda tx: idempotency.once(tx, person.id, "pitch", "", lambda: next(numbers))) for _ in range(2)
    ] == [1, 2]


def test_once_that_fails_leaves_no_receipt(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)

    def fail() -> int:
        raise KeyError("closed")

    with pytest.raises(KeyError):
        database.write(lambda tx: idempotency.once(tx, person.id, "pitch", "a", fail))
    with database.reading() as tx:
        assert tx.query(IdempotencyKey).count() == 0
    assert database.write(lambda tx: idempotency.once(tx, person.id, "pitch", "a", lambda: 7)) == 7


def test_nonces_are_those_of_one_s_own_forms_of_a_kind(database: Database) -> None:
    event, _ = an_event(database)
    one, other = a_person(database, event), a_person(database, event)
    made = (
        (one, "note", "a", 1),
        (one, "note", "b:c", 2),
        (one, "pitch", "d", 3),
        (other, "note", "e", 4),
        (one, "notes", "f", 5),
    )
    for person, kind, nonce, ref in made:
        database.write(lambda tx, p=person, k=kind, n=nonce, r=ref: idempotency.once(tx, p.id, k, n, lambda: r))
    with database.reading() as tx:
        assert idempotency.nonces(tx, one.id, "note", [1, 2, 3, 4, 5]) == {1: "a", 2: "b:c"}
        assert idempotency.nonces(tx, one.id, "note", [2]) == {2: "b:c"}
        assert idempotency.nonces(tx, None, "note", [1]) == {}

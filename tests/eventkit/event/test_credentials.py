"""Codes and keys are derived: shown again and again, kept nowhere, ended by a generation or a salt."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from eventkit.errors import NotFound
from eventkit.event import people
from eventkit.event.credentials import Credentials
from eventkit.storage import backups, schema
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event


def test_codes_of_rows_differ_by_row_kind_event_and_server(database: Database) -> None:
    event, _ = an_event(database)
    other, _ = an_event(database)
    one, two = a_person(database, event), a_person(database, event)
    pitch = a_pitch(database, event, one)
    elsewhere = replace(CREDENTIALS, secret_key="another server's secret")
    found = [
        CREDENTIALS.phone_code(event, one),
        CREDENTIALS.phone_code(event, two),
        CREDENTIALS.phone_code(other, one),
        CREDENTIALS.claim_code(event, pitch),
        elsewhere.phone_code(event, one),
    ]
    assert len(set(found)) == 5
    assert CREDENTIALS.phone_code(event, one) == found[0]


def test_phone_code_finds_its_person_however_it_is_typed_and_works_once(database: Database) -> None:
    event, _ = an_event(database)
    a_person(database, event)
    person = a_person(database, event)
    code = CREDENTIALS.phone_code(event, person)
    typed = f" {code[:4].upper()} {code[4:]}"
    assert database.write(lambda tx: people.link(tx, event, CREDENTIALS, typed)).id == person.id
    with pytest.raises(NotFound):
        database.write(lambda tx: people.link(tx, event, CREDENTIALS, code))


def test_code_that_two_phones_show_joins_neither(database: Database) -> None:
    """One of 2,000,000,000 codes may be two people's: whose phone was meant nobody knows."""

    class Alike(Credentials):
        def _code(self, kind: str, event: Event, number: int, generation: int) -> str:
            return "bafo22"

    event, _ = an_event(database)
    a_person(database, event)
    with database.reading() as tx:
        assert Alike("secret").person_by_phone_code(tx, event, "bafo22")
    a_person(database, event)
    with database.reading() as tx, pytest.raises(NotFound):
        Alike("secret").person_by_phone_code(tx, event, "bafo22")


def test_calendar_key_finds_its_person_until_a_new_one_is_made(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    key = CREDENTIALS.calendar_key(event, person)
    with database.reading() as tx:
        found = CREDENTIALS.person_by_calendar_key(tx, event, key)
        assert found is not None
        assert found.id == person.id
        for wrong in ("", "x", f"{person.id}", f"{person.id}-", f"{person.id + 1}-{key.partition('-')[2]}", "9" * 40):
            assert CREDENTIALS.person_by_calendar_key(tx, event, wrong) is None

    def renew(tx: object) -> None:
        tx.get_one(Person, person.id).calendar_key_generation += 1  # type: ignore[attr-defined]

    database.write(renew)
    with database.reading() as tx:
        assert CREDENTIALS.person_by_calendar_key(tx, event, key) is None


def test_restored_backup_ends_what_was_valid_when_it_was_made(database: Database, tmp_path: Path) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    backups.backup(database, tmp_path / "camp.backup")
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    backups.restore(restored, tmp_path / "camp.backup")
    with restored.reading() as tx:
        same, again = tx.get_one(Event, event.id), tx.get_one(Person, person.id)
        assert again.token == person.token
        assert CREDENTIALS.phone_code(same, again) != CREDENTIALS.phone_code(event, person)
        assert CREDENTIALS.calendar_key(same, again) != CREDENTIALS.calendar_key(event, person)
    restored.close()


@pytest.mark.only_on("sqlite")
def test_migration_keeps_every_row_and_none_of_the_codes(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    schema.upgrade(database, "0003")
    with database.alone() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    schema.upgrade(database)
    with database.reading() as tx:
        counts = {name: tx.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("person", "pitch", "vote", "host")}
        assert tx.scalar(text("SELECT length(codes_salt) FROM event")) > 20
    assert counts == {"person": 2, "pitch": 1, "vote": 1, "host": 1}
    assert database.compact()
    database.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"sekret" not in content


MOMENT = "'2026-06-26 10:00:00.000000'"
OLD_ROWS = (
    "INSERT INTO event (id, code, name, day, timezone, pitching_open, voting_open, grid_version, organiser_hash,"
    f" rehearsal, limits, created_at, revision) VALUES (1, 'bafoki', 'Camp', '2026-06-26', 'UTC', 1, 1, 0, '', 0,"
    f" '{{}}', {MOMENT}, 0)",
    *(
        "INSERT INTO person (id, event_id, token, name, link_code, calendar_key, created_at)"
        f" VALUES ({n}, 1, 'token{n}', '', 'sekret{n}', 'sekretkey{n}', {MOMENT})"
        for n in (1, 2)
    ),
    "INSERT INTO pitch (id, event_id, title, description, host_name, topic, needs, claim_code, created_at, edited_at)"
    f" VALUES (1, 1, 'Bins', '', '', '', '[]', 'sekretclaim', {MOMENT}, {MOMENT})",
    "INSERT INTO host (pitch_id, person_id) VALUES (1, 1)",
    f"INSERT INTO vote (person_id, pitch_id, interest, cast_at) VALUES (2, 1, 2, {MOMENT})",
)

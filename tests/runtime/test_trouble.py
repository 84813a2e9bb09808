"""Locks, full disks and broken connections: a clear answer, nothing acknowledged lost, service back by itself."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlmodel import func, select

from eventkit.building import builds
from eventkit.event.roles import at_the_machine
from eventkit.storage import writer
from eventkit.storage.db import Database, DatabaseBusy, DatabaseFull, Transaction, sqlite
from eventkit.storage.tables import Event, Note, NoteKind, Pitch, Vote, metadata
from tests.world.builders import a_person, a_pitch, an_event
from tests.world.serving import Standing, wait_until


def refuse(tx: Transaction) -> None:
    raise KeyError("wanted")


def test_writes_of_one_batch_fail_or_stand_alone(database: Database) -> None:
    event, _ = an_event(database)

    def named(name: str) -> None:
        def work(tx: Transaction) -> None:
            tx.get_one(Event, event.id).name = name
            tx.flush()
            if name == "bad":
                raise KeyError(name)
            tx.add(Event(**{**event.model_dump(exclude={"id"}), "code": name}))

        database.write(work)

    started = threading.Event()

    def hold(tx: Transaction) -> None:
        started.set()
        wait_until(lambda: database.waiting == 4)

    names, failures = ["first", "bad", event.code, "last"], []

    def guarded(name: str) -> None:
        try:
            named(name)
        except Exception as failure:
            failures.append((name, type(failure).__name__))

    threads = [threading.Thread(target=database.write, args=(hold,))]
    threads[0].start()
    started.wait()
    for count, name in enumerate(names, 1):
        threads.append(threading.Thread(target=guarded, args=(name,)))
        threads[-1].start()
        wait_until(lambda count=count: database.waiting == count or not threads[0].is_alive())
    for thread in threads:
        thread.join()
    assert sorted(failures) == sorted([("bad", "KeyError"), (event.code, "IntegrityError")])
    with database.reading() as tx:
        assert tx.get_one(Event, event.id).name == "last"
        assert sorted(tx.scalars(select(Event.code))) == sorted([event.code, "first", "last"])


@pytest.mark.only_on("sqlite")
def test_lock_held_by_another_process_is_503_and_then_passes(standing: Standing) -> None:
    database, phone = standing.database, standing.site.phone()
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    phone.get(f"/e/{event.code}")
    other = sqlite.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    address = f"/e/{event.code}/pitches/{pitch.id}/vote"
    refused = phone.once("POST", address, interest=2)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert phone.once("GET", f"/e/{event.code}").status == 200, "reading goes on"
    other.execute("ROLLBACK")
    assert phone.once("POST", address, interest=2).status == 303
    with database.reading() as tx:
        assert tx.scalars(select(Vote.interest).where(Vote.pitch_id == pitch.id)).all() == [2]


@pytest.mark.only_on("sqlite")
def test_all_who_wait_for_a_lock_are_refused_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    event, _ = an_event(database)
    monkeypatch.setattr(writer, "LOCK_PATIENCE", 0.3)
    other = sqlite.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = []

    def write() -> None:
        with pytest.raises(DatabaseBusy):
            database.write(lambda tx: tx.get_one(Event, event.id))
        refused.append(True)

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 20
    other.execute("ROLLBACK")
    other.close()
    an_event(database)


@pytest.mark.only_on("sqlite")
def test_full_database_refuses_clearly_keeps_what_was_there_and_goes_on(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    pages: list[int] = []

    @sqlalchemy_event.listens_for(database.engine, "connect")
    def limit(connection: sqlite.Connection, _record: object) -> None:
        if pages:
            connection.execute(f"PRAGMA max_page_count={pages[0]}")

    with database.engine.connect() as connection:
        pages.append(connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 20)
    database.close()
    acknowledged = _fill(database, event, person.id)
    assert acknowledged > 5
    pages.clear()
    database.close()
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Note)) == acknowledged
    an_event(database)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can be made by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_refuses_clearly_keeps_what_was_there_and_goes_on(small_disk: Path) -> None:
    database = Database(f"sqlite:///{small_disk / 'test.db'}")
    metadata.create_all(database.engine)
    event, _ = an_event(database)
    person = a_person(database, event)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (2 << 20))
    acknowledged = _fill(database, event, person.id)
    assert acknowledged > 5
    ballast.unlink()
    acknowledged += _fill(database, event, person.id, most=20)
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Note)) == acknowledged
        assert tx.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    database.close()


def test_connection_that_breaks_in_the_middle_of_a_post_changes_nothing(standing: Standing) -> None:
    event, _ = an_event(standing.database)
    port, phone = standing.site.port, standing.site.phone()
    nonce = phone.get(f"/e/{event.code}").nonce
    body = f"title=Broken&nonce={nonce}".encode()
    for part in (0, 5, len(body) - 1):
        _break(port, event.code, phone.cookies, body, part)
    assert phone.post(f"/e/{event.code}/pitches", title="Whole", nonce=nonce).status == 303
    sent = f"title=Whole&nonce={nonce}".encode()
    _break(port, event.code, phone.cookies, sent, 1000)  # all of it, no answer read
    assert phone.post(f"/e/{event.code}/pitches", title="Whole", nonce=nonce).status == 303
    with standing.database.reading() as tx:
        assert tx.scalars(select(Pitch.title).where(Pitch.event_id == event.id)).all() == ["Whole"]


@pytest.mark.only_on("sqlite")
def test_clock_set_back_expires_no_lease(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    event, _ = an_event(database)
    a_pitch(database, event)
    database.write(lambda tx: builds.start(tx, at_the_machine(tx.get_one(Event, event.id)), 5))
    held = database.write(lambda tx: builds.claim(tx, "one"))
    assert held is not None
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert database.write(lambda tx: builds.claim(tx, "other")) is None
    database.write(lambda tx: builds.renew(tx, held))


def _fill(database: Database, event: Event, person_id: int, most: int = 100_000) -> int:
    """Take notes until there is no room; how many were acknowledged."""
    pitch = 0
    try:
        pitch = a_pitch(database, event).id
    except DatabaseFull:
        return 0
    for count in range(most):
        try:
            database.write(lambda tx: tx.add(_note(event, pitch, person_id)))
        except DatabaseFull:
            return count
    return most


def _note(event: Event, pitch_id: int, person_id: int) -> Note:
    return Note(
        event_id=event.id,
        pitch_id=pitch_id,
        person_id=person_id,
        kind=NoteKind.NOTE,
        text="n" * 3000,
        made_at=event.created_at,
    )


def _break(port: int, code: str, cookies: dict[str, str], body: bytes, part: int) -> None:
    """Send a post's head and a part of its body, then reset the connection."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = (
        f"POST /e/{code}/pitches HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + body[:part])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

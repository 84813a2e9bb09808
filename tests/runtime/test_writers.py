"""Twelve write the notes of one session: connections break, posts come again, the server is killed; nothing is lost."""

import os
import random
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select

from eventkit.market import summaries
from eventkit.storage.db import Database
from eventkit.storage.tables import Note
from tests.world.builders import a_pitch, an_event
from tests.world.serving import Answer, Process, RetryingPhone, free_port, surroundings

WRITERS = 12
TURNS = 2


class Writer:
    """Somebody on bad wifi who adds entries and lines of the summary, and remembers what they wrote."""

    def __init__(self, number: int, port: int, session: str, done: threading.Semaphore):
        self.number, self.session, self.done = number, session, done
        self.chance = random.Random(number)
        self.phone = RetryingPhone(port)
        self.entries: list[str] = []
        self.lines: list[str] = []
        self.failures: list[BaseException] = []
        self.thread = threading.Thread(target=self._guarded)

    def _guarded(self) -> None:
        try:
            self.phone.get(self.session.split("/pitches")[0])
            for turn in range(TURNS):
                self._add_an_entry(turn)
                self._write_the_summary(turn)
                self.done.release()
        except BaseException as failure:
            self.failures.append(failure)

    def _add_an_entry(self, turn: int) -> None:
        text = f"Entry {turn} of writer {self.number}"
        fields = {"kind": "note", "text": text, "nonce": f"w{self.number}t{turn}"}
        self._break_off("/notes", fields)
        assert self.phone.post(f"{self.session}/notes", **fields).status == 303
        self.entries.append(text)

    def _write_the_summary(self, turn: int) -> None:
        """Two lines: the first is sent, and where no answer comes, they go on typing in the same form and send both."""
        form = Form.of(self.phone.get(self.session))
        first, second = (f"Line {turn}{letter} of writer {self.number}" for letter in "ab")
        begun = form.with_line(first)
        if self._break_off("/notes/summary", begun.fields):
            begun = begun.with_line(second)
        answer = self.phone.post(f"{self.session}/notes/summary", **begun.fields)
        while answer.status == 409:  # somebody changed what stands beside it: both are in the form, and both stay
            answer = self.phone.post(f"{self.session}/notes/summary", **Form.of(answer).fields)
        assert answer.status == 303, answer.text
        self.lines += [line for line in (first, second) if line in begun.lines]

    def _break_off(self, path: str, fields: dict[str, str]) -> bool:
        """Send a form in part or whole and hear no answer, or do not send it; whether all of it was sent."""
        sent = self.chance.choice((0.0, 0.5, 1.0, 1.0))
        if sent:
            _send(self.phone, self.session + path, urlencode(fields), sent)
        return sent == 1.0


class Form:
    """The form of the summary as a page gave it: its text, and the version seen."""

    def __init__(self, text: str, seen: str):
        self.text, self.seen = text, seen

    @classmethod
    def of(cls, answer: Answer) -> "Form":
        whole = answer.text.split('name="summary"', 1)[1]
        typed = unescape(whole.split(">", 1)[1].split("</textarea>", 1)[0])
        form = next(it for it in answer.text.split("<form") if 'name="summary"' in it and "<textarea" in it)
        return cls(typed.removeprefix("\n"), form.split('name="seen" value="', 1)[1].split('"', 1)[0])

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n") if self.text else []

    @property
    def fields(self) -> dict[str, str]:
        return {"summary": self.text, "seen": self.seen}

    def with_line(self, line: str) -> "Form":
        return Form("\n".join([*self.lines, line]), self.seen)


def _send(phone: RetryingPhone, path: str, body: str, share: float) -> None:
    """Send so much of a post, then cut the connection without reading."""
    cookies = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
    home = f"127.0.0.1:{phone.port}"
    head = f"POST {path} HTTP/1.1\r\nHost: {home}\r\nOrigin: http://{home}\r\nCookie: {cookies}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", phone.port), timeout=15) as connection:
            connection.sendall((head + body[: int(len(body) * share)]).encode())
    except OSError:
        pass  # the server is just being started again


@pytest.fixture
def server(migrated: str, tmp_path: Path) -> Iterator[Process]:
    environment = surroundings(migrated, tmp_path, free_port())
    process = Process([sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"], environment).start()
    yield process
    process.end()


@pytest.mark.only_on("sqlite")  # tests/runtime/test_crash.py kills on both
def test_twelve_writers_lose_nothing_and_nothing_is_doubled(server: Process, behind: Database) -> None:
    event, _ = an_event(behind)
    pitch = a_pitch(behind, event)
    port, session = int(server.surroundings["PORT"]), f"/e/{event.code}/pitches/{pitch.id}"
    done = threading.Semaphore(0)
    writers = [Writer(number, port, session, done) for number in range(WRITERS)]
    for writer in writers:
        writer.thread.start()
    for _ in range(WRITERS * TURNS // 3):
        assert done.acquire(timeout=60)
    os.killpg(server.pid, signal.SIGKILL)
    server.running.wait()
    server.start()
    for writer in writers:
        writer.thread.join()
    assert [it for writer in writers for it in writer.failures] == []
    with behind.reading() as tx:
        entries = sorted(tx.scalars(select(Note.text).where(col(Note.pitch_id) == pitch.id)))
        newest = summaries.newest(tx, pitch.id)
    assert entries == sorted(text for writer in writers for text in writer.entries)
    assert newest is not None
    assert sorted(newest.text.split("\n")) == sorted(line for writer in writers for line in writer.lines)
    _one_line_by_two(writers[0].phone, writers[1].phone, session, newest.text)


def _one_line_by_two(one: RetryingPhone, other: RetryingPhone, session: str, text: str) -> None:
    """Both change the first line: who comes second gets both lines back to choose from, and their choice is kept."""
    first, rest = text.split("\n", 1)
    forms = [Form.of(phone.get(session)) for phone in (one, other)]
    assert one.post(f"{session}/notes/summary", summary=f"Bins\n{rest}", seen=forms[0].seen).status == 303
    again = other.post(f"{session}/notes/summary", summary=f"Lids\n{rest}", seen=forms[1].seen)
    assert again.status == 409
    assert Form.of(again).text == f"Bins\nLids\n{rest}"
    chosen = {"summary": f"Lids\n{rest}", "seen": Form.of(again).seen}
    assert other.post(f"{session}/notes/summary", **chosen).status == 303
    assert Form.of(one.get(session)).text == f"Lids\n{rest}"
    assert first in text

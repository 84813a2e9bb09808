"""Frames of a stream: made once for all who need the same, and no more of them kept than that is worth."""

import json
import time

from flask import Flask

from eventkit.clock import now
from eventkit.storage import change_log
from eventkit.storage.db import Database
from eventkit.storage.tables import Change, ChangeKind
from eventkit.web.live.sse_frames import MOST_FRAMES, VIEWS, Feed, Ring
from tests.world.builders import a_pitch, an_event


def a_feed(changes: int) -> tuple[Feed, list[str]]:
    """A feed of so many changed pitches, and the names of the blocks that it had rendered."""
    made = [Change(id=n, event_id=1, kind=ChangeKind.PITCH, ref={"pitch": n}, at=now()) for n in range(1, changes + 1)]
    rendered: list[str] = []

    def render(name: str) -> str:
        rendered.append(name)
        return "<p>The grid</p>"

    return Feed(Ring(made), VIEWS["grid"], changes, render, audience=lambda: 0), rendered


def kinds(frame: bytes) -> list[str]:
    return json.loads(frame.decode().split("data: ")[-1])["kinds"] if frame else []


def test_frame_for_the_same_cursor_is_made_once() -> None:
    feed, _ = a_feed(3)
    assert feed.since(1) is feed.since(1)
    assert kinds(feed.since(1)) == ["pitch"]
    assert feed.since(3) == b""


def test_frames_for_any_numbers_that_strangers_claim_are_not_kept() -> None:
    feed, _ = a_feed(500)
    frames = [feed.since(cursor) for cursor in range(500)]
    assert {tuple(kinds(frame)) for frame in frames} == {("pitch",)}
    assert len(feed._frames) <= MOST_FRAMES


def test_feed_that_nobody_needs_is_forgotten_and_resumes_from_the_log(app: Flask, database: Database) -> None:
    broadcaster = app.extensions["streams"]
    event, _ = an_event(database)
    before = broadcaster.feed(event.id, "phone")
    cursor = before.newest
    broadcaster.forget_idle(before.asked)
    assert broadcaster.feed(event.id, "phone") is before
    broadcaster.forget_idle(before.asked + 1)
    assert (broadcaster._feeds, broadcaster._rings, broadcaster._clients) == ({}, {}, {})
    pitch = a_pitch(database, event)
    with database.reading() as tx:
        told = change_log.newest(tx)
    while broadcaster.position < told:
        time.sleep(0)
    again = broadcaster.feed(event.id, "phone")
    assert again.delta(cursor) == {"kinds": ["pitch"], "spread": 0, "refs": {"pitch": [{"pitch": pitch.id}]}}


def test_change_that_arrives_while_a_block_is_rendered_is_in_the_next_frame() -> None:
    """Rendering reads the database, and others run meanwhile."""
    grids = iter(["old", "new"])

    def arrive(kind: ChangeKind, number: int) -> None:
        feed._ring.extend([Change(id=number, event_id=1, kind=kind, ref={"version": number}, at=now())])
        feed.advance(number, [kind])

    def render(_name: str) -> str:
        grid = next(grids)
        if grid == "old":
            arrive(ChangeKind.NOTICE, 4)
            arrive(ChangeKind.NOTE, 5)
        return grid

    feed = Feed(Ring([]), VIEWS["grid"], 2, render, audience=lambda: 0)
    arrive(ChangeKind.NOTICE, 3)
    first = feed.since(2)
    assert [line for line in first.decode().splitlines()[:4] if line] == ["event: block", "data: old", "id: 3"]
    for cursor in (2, 3):  # who has seen no more than before, and who has had the first frame
        second = feed.since(cursor)
        assert [line for line in second.decode().splitlines()[:4] if line] == ["event: block", "data: new", "id: 5"]
        assert kinds(second) == ["note", "notice"]


def test_block_is_rendered_once_for_all_until_it_changes() -> None:
    feed, rendered = a_feed(3)
    for number in (4, 5):
        feed._ring.extend([Change(id=number, event_id=1, kind=ChangeKind.NOTICE, ref={"version": number}, at=now())])
        feed.advance(number, [ChangeKind.NOTICE])
        frames = [feed.since(cursor) for cursor in range(3)]
        assert {frame.split(b"\n")[0] for frame in frames} == {b"event: block"}
    assert rendered == ["grid", "grid"]

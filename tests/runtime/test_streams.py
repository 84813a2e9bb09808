"""What changes reaches every page, once, whoever made it and whatever broke in between."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage import change_log
from eventkit.storage.db import Database
from eventkit.storage.tables import ChangeKind, Event
from tests.world.builders import a_pitch, an_event
from tests.world.places import ROOT
from tests.world.serving import Site, Standing, Stream, wait_until, web


def change(database: Database, code: str, kind: ChangeKind, **ref: Any) -> int:
    """Record a change as another process would; its number."""

    def record(tx: Any) -> int:
        change_log.record(tx, tx.scalar(select(Event.id).where(Event.code == code)), kind, **ref)
        return change_log.newest(tx)

    return database.write(record)


def test_change_by_another_process_reaches_the_stream(standing: Standing) -> None:
    site, behind = standing.site, standing.database
    code = an_event(behind)[0].code
    standing.catch_up(code)
    stream = site.stream(code)
    number = change(behind, code, ChangeKind.PITCH, pitch=7)
    assert stream.change() == (
        number,
        ["pitch"],
        {"kinds": ["pitch"], "spread": 0, "refs": {"pitch": [{"pitch": 7}]}},
    )


def test_stream_resumes_after_a_graceful_restart_and_no_request_is_lost(
    migrated: str, behind: Database, code: str, tmp_path: Path
) -> None:
    with web(migrated, tmp_path) as site:
        phone = site.phone()
        assert phone.get(f"/e/{code}").status == 200
        stream = site.stream(code)
        seen = change(behind, code, ChangeKind.PITCH, pitch=1)
        assert stream.change()[0] == seen
        [old] = wait_until(site.process.children)
        site.process.running.send_signal(signal.SIGHUP)
        answered = []
        while old in site.process.children():
            answered.append(phone.once("GET", f"/e/{code}/grid").status)
        assert set(answered) == {200}
        with pytest.raises(EOFError):
            while True:
                stream.frame()
        missed = change(behind, code, ChangeKind.NOTE, note=5, pitch=1)
        number, kinds, said = site.stream(code, last=seen).change()
        assert (number, kinds, said["refs"]) == (missed, ["note"], {"note": [{"note": 5, "pitch": 1}]})


@pytest.mark.only_on("sqlite")
def test_phones_hear_little_and_nothing_of_votes(standing: Standing) -> None:
    site, behind = standing.site, standing.database
    code = an_event(behind)[0].code
    standing.catch_up(code)
    phone, wall = site.stream(code), site.stream(code, "wall")
    votes = [change(behind, code, ChangeKind.VOTE, pitch=1) for _ in range(20)]
    first = change(behind, code, ChangeKind.PITCH, pitch=1)
    last = [change(behind, code, ChangeKind.PITCH, pitch=number) for number in range(2, 90)][-1]
    heard = [phone.change()]
    while heard[-1][0] < last:
        heard.append(phone.change())
    assert {kind for _, kinds, _ in heard for kind in kinds} == {"pitch"}
    assert len(heard) <= 3, "a burst is one frame, and one a second later"
    assert max(len(json.dumps(said)) for _, _, said in heard) < 300
    seen = [wall.change()]
    while seen[-1][0] < last:
        seen.append(wall.change())
    assert "vote" in {kind for _, kinds, _ in seen for kind in kinds}
    assert all(ref == {} for _, _, said in seen for ref in said.get("refs", {}).get("vote", ())), "no one may count"
    assert votes[-1] < first < last


def test_published_grid_comes_rendered(standing: Standing) -> None:
    site, behind = standing.site, standing.database
    event, _ = an_event(behind)
    pitch = a_pitch(behind, event, title="Bread & circuses")
    standing.catch_up(event.code)
    stream = site.stream(event.code, "grid")
    behind.write(lambda tx: _publish(tx, event.id, pitch.id))
    frame = stream.frame()
    assert frame["event"] == "block"
    assert frame["data"].startswith('<section id="grid"')
    assert "Bread &amp; circuses" in frame["data"]
    assert set(stream.change()[1]) <= {"notice", "publish"}, "nothing but a page that was not whole fetches more"


def test_polling_says_the_same_and_nothing_new_is_304(standing: Standing) -> None:
    site, behind = standing.site, standing.database
    code = an_event(behind)[0].code
    standing.catch_up(code)
    phone, address = site.phone(), f"/e/{code}/stream?poll=1"
    before = phone.get(address)
    assert json.loads(before.text)["kinds"] == []
    known = before.headers["ETag"]
    assert phone.get(address, **{"If-None-Match": known}).status == 304
    number = change(behind, code, ChangeKind.PUBLISH)
    after = wait_until(lambda: (it := phone.get(address, **{"If-None-Match": known})).status == 200 and it)
    assert json.loads(after.text) == {"id": number, "kinds": ["publish"], "spread": 0, "refs": {"publish": [{}]}}
    assert after.headers["ETag"] == f'"{number}"'


@pytest.mark.only_on("sqlite")
def test_page_says_from_which_change_on_it_wants_to_hear(standing: Standing) -> None:
    site, behind = standing.site, standing.database
    code = an_event(behind)[0].code
    standing.catch_up(code)
    number = change(behind, code, ChangeKind.PITCH, pitch=1)
    stream = Stream(site.port, f"/e/{code}/stream?since={number - 1}")
    assert stream.change()[0] == number
    page = wait_until(lambda: f'data-since="{number}"' in (it := site.phone().get(f"/e/{code}").text) and it)
    assert f'data-stream="/e/{code}/stream?view=phone&amp;lang=en"' in page


def test_stream_of_an_unknown_event_is_404(standing: Standing) -> None:
    assert standing.site.phone().get("/e/nowhere/stream").status == 404


def test_closed_streams_are_forgotten(standing: Standing) -> None:
    code, phone = an_event(standing.database)[0].code, standing.site.phone()

    def opened() -> float:
        return _gauge(phone.get("/metrics").text, "twofeet_streams")

    wait_until(lambda: opened() == 0)  # those of tests before
    streams = [standing.site.stream(code) for _ in range(20)]
    assert opened() == 20
    for stream in streams:
        stream.close()
    wait_until(lambda: opened() == 0)


SLOW_START = """
exec(open({ours!r}).read())

def post_fork(_server, worker):
    import pathlib, time
    started = pathlib.Path({folder!r}, "started")
    while started.exists() and not pathlib.Path({folder!r}, "go").exists():
        time.sleep(0.01)
    started.touch()
"""


@pytest.mark.only_on("sqlite")
def test_reload_leaves_nobody_waiting_while_the_new_process_starts(migrated: str, code: str, tmp_path: Path) -> None:
    settings = tmp_path / "settings.py"
    settings.write_text(SLOW_START.format(ours=str(ROOT / "gunicorn.conf.py"), folder=str(tmp_path)))
    with web(migrated, tmp_path, settings=settings) as site:
        site.phone().get("/")
        old, answered = _process(site), set()
        site.process.running.send_signal(signal.SIGHUP)
        wait_until(lambda: len(site.process.children()) == 2)
        until = time.monotonic() + 3  # it would have ended by then
        while time.monotonic() < until:
            answered.add(_process(site))
        assert answered == {old}
        (tmp_path / "go").touch()
        wait_until(lambda: _process(site) != old)


def _process(site: Site) -> str:
    """Which process answers a new connection: a request's id begins with it."""
    phone = site.phone()
    answer = phone.once("GET", "/")
    phone.close()
    return answer.headers["X-Request-ID"].partition("-")[0]


@pytest.mark.only_on("sqlite")
def test_metrics_of_one_process_count_the_streams_of_all(migrated: str, code: str, tmp_path: Path) -> None:
    with web(migrated, tmp_path, WEB_PROCESSES="2") as site:
        phone = site.phone()
        phone.get("/")
        streams = [site.stream(code) for _ in range(20)]
        wait_until(lambda: _gauge(phone.get("/metrics").text, "twofeet_streams") == 20)
        for stream in streams:
            stream.close()
        wait_until(lambda: _gauge(phone.get("/metrics").text, "twofeet_streams") == 0)


def _gauge(text: str, name: str) -> float:
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))


def _publish(tx: Any, event_id: int, pitch_id: int) -> None:
    event = tx.get_one(Event, event_id)
    slot = next(slot for slot in events.slots(tx, event_id) if not slot.title)
    room = events.rooms(tx, event_id)[0]
    versions.move(tx, at_the_machine(event), event.grid_version, pitch_id, (slot.id, room.id))
    versions.publish(tx, at_the_machine(event), event.grid_version)

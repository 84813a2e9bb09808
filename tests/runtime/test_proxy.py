"""Behind a proxy without settings, which puts its own name for us into Host: posts hold, streams flow, a 502 passes."""

from pathlib import Path

import pytest
from sqlmodel import select

from eventkit.storage.db import Database
from eventkit.storage.tables import Pitch
from tests.world.builders import a_pitch, an_event
from tests.world.proxy import bare_proxy
from tests.world.serving import RetryingPhone, Stream, free_port, web


@pytest.mark.only_on("sqlite")
def test_bare_proxy_in_front_loses_no_post_no_stream_and_believes_no_stranger(
    migrated: str, behind: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, _ = an_event(behind)
    home, pitch = f"/e/{event.code}", a_pitch(behind, event)
    upstream = free_port()
    monkeypatch.setattr("tests.world.serving.free_port", lambda: upstream)
    with bare_proxy(upstream) as port, web(migrated, tmp_path, PUBLIC_URL=f"http://127.0.0.1:{port}") as site:
        site.phone().get("/")
        phone = RetryingPhone(port)
        nonce = phone.get(home).nonce
        assert phone.post(f"{home}/pitches/{pitch.id}/vote", interest=2).status == 303
        assert phone.post(f"{home}/pitches", title="Through it", nonce=nonce).headers["Location"].startswith(home)
        foreign = phone._once("POST", f"{home}/name", "name=Eve", {"Origin": "http://elsewhere.example"})
        assert foreign.status == 403
        elsewhere = {"X-Forwarded-Host": "elsewhere.example", "Forwarded": "host=elsewhere.example;proto=https"}
        poster = phone.get(f"{home}/poster", **elsewhere, **{"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"})
        assert f"127.0.0.1:{port}" in poster.text
        assert "elsewhere.example" not in poster.text
        assert "Strict-Transport-Security" not in poster.headers
        assert phone.get("/join?code=" + event.code, **elsewhere).headers["Location"] == home
        stream = Stream(port, f"{home}/stream?view=phone")
        assert phone.post(f"{home}/pitches", title="Paths", nonce="another").status == 303
        assert "pitch" in stream.change()[1]
        site.process.end()
        assert phone.once("GET", home).status == 502
        site.process.start()
        site.phone().get("/")
        assert phone.once("GET", home).status == 200
        assert phone.post(f"{home}/pitches", title="Through it", nonce=nonce).status == 303
        with behind.reading() as tx:
            assert len(tx.scalars(select(Pitch).where(Pitch.title == "Through it")).all()) == 1

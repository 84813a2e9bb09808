"""The cookie with a friend's secret: whatever stands in it, the pitches are shown."""

import pytest

from eventkit.storage.db import Database
from eventkit.web.base.friends import COOKIE
from tests.world.builders import a_pitch, an_event
from tests.world.visitors import Phones, joined


@pytest.mark.parametrize("content", ["", "x", "x" * 3000, "%00", "é"])
def test_any_cookie_shows_nobodys_choices(phone: Phones, database: Database, content: str) -> None:
    event, _ = an_event(database)
    a_pitch(database, event)
    device = joined(phone, event)
    device.client.set_cookie(COOKIE, content, path=f"/e/{event.code}")
    page = device.page(f"/e/{event.code}")
    assert page.all("p", class_="friend-says") == []
    assert page.all("div", id="friend") == []

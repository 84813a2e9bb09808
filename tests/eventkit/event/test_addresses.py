"""Addresses that leave the site are those of its pages."""

import pytest
from flask import Flask, url_for

from eventkit.event import addresses

BASE = "https://camp.example"


@pytest.mark.only_on("sqlite")
def test_addresses_that_leave_the_site_are_those_of_its_pages(app: Flask) -> None:
    with app.test_request_context("/"):
        assert addresses.event(BASE, "abc") == BASE + url_for("marketplace.show", code="abc")
        assert addresses.console(BASE, "abc", "s") == BASE + url_for("console.show", code="abc", key="s")
        assert addresses.pitch(BASE, "abc", 7) == BASE + url_for("pitch.show", code="abc", pitch_id=7)
        assert addresses.grid(BASE, "abc") == BASE + url_for("grid.show", code="abc")
        assert addresses.schedule(BASE, "abc") == BASE + url_for("exports.export", code="abc", name="schedule.xml")
        assert addresses.feed(BASE, "abc", "k") == BASE + url_for("mine.feed", code="abc", key="k")

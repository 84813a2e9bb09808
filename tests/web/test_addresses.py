"""Addresses have one home: templates and views name views."""

import re
from pathlib import Path

import pytest
from flask import Flask

import eventkit.web
from eventkit.web.base.rendering import remembered_url_for

TEMPLATES = Path(__file__).parents[2] / "templates"
VIEWS = Path(str(eventkit.web.__file__)).parent


@pytest.mark.only_on("sqlite")
def test_remembered_address_is_the_same_again(app: Flask) -> None:
    for code in ("abc", "xyz", "abc"):
        with app.test_request_context("/"):
            assert remembered_url_for("pitch.show", code=code, pitch_id=7) == f"/e/{code}/pitches/7"


def test_no_template_spells_an_address() -> None:
    typed = re.compile(r"""/e/|(?:href|action|hx-get|hx-post)="/""")
    assert {path.name for path in TEMPLATES.rglob("*.html") if typed.search(path.read_text("utf-8"))} == {
        "offline.html"  # its addresses are of no event: the worker puts the event's own in their place
    }


def test_no_view_spells_an_address() -> None:
    typed = re.compile(r"""^(?!@pages)(?!.*[.]route).*["']/e/|^(?!@pages).*f["'].*/e/[{]""", re.MULTILINE)
    found = {path.name for path in VIEWS.rglob("*.py") if typed.search(path.read_text("utf-8"))}
    assert found == set()

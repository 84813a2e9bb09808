"""Authority: whoever has not become an organiser or facilitator holds none."""

import ast
from datetime import date
from pathlib import Path

import pytest

import eventkit.web
from eventkit.clock import now
from eventkit.errors import Forbidden
from eventkit.event import roles
from eventkit.event.roles import Facilitator, Organiser, Viewer
from eventkit.storage.tables import Event

EVENT = Event(code="abc", name="Camp", day=date(2026, 6, 26), timezone="UTC", organiser_hash="", created_at=now())
ATTENDEE = Viewer("token")
HELPER = Viewer("token", facilitator=True)
BOSS = Viewer("token", organiser=True, facilitator=True)


def test_attendee_gets_no_authority() -> None:
    for become in (roles.facilitator, roles.organiser):
        with pytest.raises(Forbidden):
            become(EVENT, ATTENDEE)


def test_facilitator_is_no_organiser() -> None:
    assert roles.facilitator(EVENT, HELPER).event is EVENT
    with pytest.raises(Forbidden):
        roles.organiser(EVENT, HELPER)


def test_organiser_may_do_what_facilitators_may() -> None:
    assert isinstance(roles.organiser(EVENT, BOSS), Facilitator)
    assert roles.facilitator(EVENT, BOSS).event is EVENT


def test_authority_is_made_by_nobody_else() -> None:
    for kind in (Facilitator, Organiser):
        with pytest.raises(TypeError):
            kind(EVENT, None, object())


def test_no_request_is_given_the_authority_of_the_machine() -> None:
    files = sorted(Path(str(eventkit.web.__file__)).parent.rglob("*.py"))
    names = {file.name: {_name(node) for node in ast.walk(ast.parse(file.read_text("utf-8")))} for file in files}
    assert [file for file, used in names.items() if roles.at_the_machine.__name__ in used] == []


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.alias):
        return node.name
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

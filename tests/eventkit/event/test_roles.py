"""Authority: it comes from what a device has opened, and from nowhere else."""

import pytest

from eventkit.errors import Forbidden
from eventkit.event import roles
from eventkit.event.roles import Organiser, Viewer
from eventkit.storage.db import Database
from tests.world.builders import an_event


def test_device_without_the_link_is_told_which_one_it_takes(database: Database) -> None:
    event, _ = an_event(database)
    with pytest.raises(Forbidden, match="organiser’s link"):
        roles.organiser(event, Viewer("a token", facilitator=True))
    with pytest.raises(Forbidden, match="their link"):
        roles.facilitator(event, Viewer("a token"))
    assert roles.organiser(event, Viewer("a token", 7, organiser=True, facilitator=True)).person_id == 7
    assert roles.facilitator(event, Viewer("a token", facilitator=True)).event is event


def test_nobody_makes_an_authority_by_hand(database: Database) -> None:
    event, _ = an_event(database)
    with pytest.raises(TypeError):
        Organiser(event, None, object())

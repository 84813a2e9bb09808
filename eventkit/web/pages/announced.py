"""What is announced to whoever looks: a page, and the block of it that other pages keep up to date."""

from flask import Blueprint, Response

from eventkit import clock
from eventkit.grid import hearing, my_day, published
from eventkit.grid.hearing import Heard
from eventkit.grid.times import Times
from eventkit.web.base import own_ballot
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import Visit, looking

pages = Blueprint("announced", __name__)


@pages.get("/e/<code>/announced")
def show(code: str) -> Response:
    """What concerns the viewer."""
    with looking(code) as visit:
        return page("announced.html", "announced", event=visit.event, viewer=visit.viewer, heard=heard(visit))


def heard(visit: Visit) -> list[Heard]:
    """What is announced to the viewer; their day is read where something is for a room or a slot only."""
    moment = clock.now()
    announced = hearing.read(visit.tx, visit.event, moment)
    if len(announced.everybody) == len(announced.items):
        return announced.everybody
    grid = published.read(visit.tx, visit.event)
    times = Times(visit.event.timezone, grid.days if grid else ())
    day = my_day.day(visit.tx, visit.event.id, own_ballot.choices(visit), grid, times, moment)
    return announced.of_person(day)

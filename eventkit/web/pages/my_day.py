"""My day, and its calendar feed."""

from flask import Blueprint, Response, make_response, request

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import addresses, events
from eventkit.exports import calendar
from eventkit.grid import my_day, published
from eventkit.grid.published import Times
from eventkit.storage.tables import Person
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import Visit, looking, services
from eventkit.web.pages.grid import when

pages = Blueprint("mine", __name__)


@pages.get("/e/<code>/me")
def show(code: str) -> Response:
    """What the viewer chose and hosts, slot by slot."""
    with looking(code) as visit:
        grid = published.read(visit.tx, visit.event)
        day = my_day.day(visit.tx, visit.event.id, visit.viewer.person_id, grid)
        moment = clock.now()
        return page(
            "mine.html",
            "mine",
            event=visit.event,
            viewer=visit.viewer,
            grid=grid,
            day=day,
            times=Times(visit.event.timezone),
            when={stretch.slot.id: when(grid, stretch.slot, moment) for stretch in day.stretches} if grid else {},
            feed=_feed(visit),
        )


@pages.get("/e/<code>/me.ics")
def feed(code: str) -> Response:
    """The same for a calendar program, which has no cookie but the key in its address. Raises NotFound."""
    with services().database.reading() as tx:
        event = events.by_code(tx, code)
        key = request.args.get("key", "")[:100]
        person = services().credentials.person_by_calendar_key(tx, event, key)
        if person is None:
            raise NotFound("This calendar's address is not known. Copy it again from My day.")
        grid = published.read(tx, event)
        day = my_day.day(tx, event.id, person.id, grid)
        body = calendar.of_day(event, grid, day, services().config.public_url)
    return make_response(body, 200, {"Content-Type": calendar.TYPE, "Cache-Control": "private, no-cache"})


def _feed(visit: Visit) -> str | None:
    """The address of the viewer's feed, once they have a row and so a key."""
    if visit.viewer.person_id is None:
        return None
    person = visit.tx.get_one(Person, visit.viewer.person_id)
    key = services().credentials.calendar_key(visit.event, person)
    return addresses.feed(services().config.public_url, visit.event.code, key)

"""The facilitators' desk: what somebody should see to, in short lists, each line a link to where one does so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from eventkit import clock
from eventkit.event import events
from eventkit.grid import desk
from eventkit.grid.times import Times
from eventkit.market import joining
from eventkit.web.base.rendering import page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Facilitating, facilitating

pages = Blueprint("desk", __name__)

LISTS = "unnoted", "untaken", "unclaimed", "alike", "actions"
AT_FIRST = 10  # of each list, where all are shown
ON_A_PAGE = 40  # of one list that is shown alone


@dataclass(frozen=True)
class ShortList:
    """The beginning of a list, or a page of it where it is shown alone; how long it is, whether more follows."""

    shown: Sequence[Any]
    total: int
    more: bool


@pages.get("/e/<code>/desk")
def show(code: str) -> Response:
    """All lists, or with `only` one of them, a page at a time.

    Pitches are compared in the helper process, since there may be many, and while that goes on nothing is held open.
    """
    only = request.args.get("only", "")
    only, number = (only, max(request.args.get("page", 0, int), 0)) if only in LISTS else ("", 0)
    with facilitating(code) as visit:
        event_id = visit.event.id
    alike = services().helper.read(joining.all_doubles, event_id) if only in ("", "alike") else ()
    with facilitating(code) as visit:
        return page(
            "desk.html",
            "desk",
            event=visit.event,
            viewer=visit.viewer,
            times=Times.of(visit.event.timezone, events.slots(visit.tx, visit.event.id)),
            lists=_lists(visit, alike, only, number),
            only=only,
            number=number,
        )


def _lists(visit: Facilitating, alike: Sequence[Any], only: str, number: int) -> Mapping[str, ShortList]:
    """Name -> list."""
    found = desk.read(visit.tx, visit.by, clock.now())
    whole: Mapping[str, Sequence[Any]] = {
        "unnoted": found.unnoted,
        "untaken": found.untaken,
        "unclaimed": found.unclaimed,
        "alike": alike,
        "actions": found.actions,
    }
    size = ON_A_PAGE if only else AT_FIRST
    start = number * size
    return {
        name: ShortList(every[start : start + size], len(every), len(every) > start + size)
        for name, every in whole.items()
        if not only or name == only
    }

"""My day, and its calendar feed."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, request, url_for

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import addresses, entry, people, subscribing
from eventkit.exports import calendar
from eventkit.grid import hearing, my_day, published
from eventkit.grid.hearing import Heard
from eventkit.grid.my_day import PersonalDay, Stretch
from eventkit.grid.published import PublishedGrid
from eventkit.grid.times import Times
from eventkit.storage.tables import Person
from eventkit.text.language import gettext as _
from eventkit.web.base import own_ballot
from eventkit.web.base.posting import Refused
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Visit, acting, event_at, looking
from eventkit.web.pages.grid import when
from eventkit.web_push import Signer

pages = Blueprint("mine", __name__)


@dataclass(frozen=True)
class Notifying:
    """What a browser needs to ask for notifications: this server's key, and by digests which of one's are told."""

    key: str
    told: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What the viewer's own day shows."""

    grid: PublishedGrid | None
    day: PersonalDay
    times: Times
    announced: list[Heard]  # those that concern this viewer
    when: dict[int, str]  # where each slot stands now, by slot id
    feed: str | None  # the address for calendar programs
    notifying: Notifying | None  # where notifications can be had

    @property
    def looks_back(self) -> bool:
        """Whether the last slot has begun, so that people are asked what they take along."""
        slots = self.grid.slots if self.grid else ()
        return bool(slots) and max(it.starts_at for it in slots) <= clock.now()

    @property
    def by_day(self) -> list[tuple[str, list[Stretch]]]:
        """The slots under the day that they are of; without its name where there is only one."""
        known = self.grid.days if self.grid else ()
        of = {stretch.slot.id: stretch for stretch in self.day.stretches}
        name = self.times.day if len(known) > 1 else lambda _moment: ""
        return [(name(it.starts_at), [of[slot.id] for slot in it.slots]) for it in known]


@pages.get("/e/<code>/me")
def show(code: str) -> Response:
    """What the viewer chose and hosts, slot by slot."""
    with looking(code) as visit:
        block = "news" if request.args.get("part") == "news" else "mine"
        return page("mine.html", block, event=visit.event, viewer=visit.viewer, mine=_mine(visit), refused="")


def again(visit: Visit, refused: Refused) -> Response:
    """The whole page with what was not done about notifications."""
    said = " ".join(refused.errors("on").values())
    mine = _mine(visit)
    return page("mine.html", status=refused.status, event=visit.event, viewer=visit.viewer, mine=mine, refused=said)


def mine_block(visit: Visit) -> Response:
    """The block of the page that has the day."""
    return page("mine.html", "mine", event=visit.event, viewer=visit.viewer, mine=_mine(visit), refused="")


def _mine(visit: Visit) -> Mine:
    grid = published.read(visit.tx, visit.event)
    times, moment = Times(visit.event.timezone, grid.days if grid else ()), clock.now()
    day = my_day.day(visit.tx, visit.event.id, own_ballot.choices(visit), grid, times, moment)
    return Mine(
        grid=grid,
        day=day,
        times=times,
        announced=hearing.read(visit.tx, visit.event, moment).of_person(day),
        when={stretch.slot.id: when(grid, stretch.slot, moment) for stretch in day.stretches} if grid else {},
        feed=_feed(visit),
        notifying=_notifying(visit) if grid else None,
    )


@pages.get("/e/<code>/me.ics")
def feed(code: str) -> Response:
    """The same for a calendar program, which has no cookie but the key in its address. Raises NotFound."""
    with services().database.reading() as tx:
        event = event_at(tx, code)  # a private one too: who has a key was in, and a program types no word
        g.private = entry.is_private(event)
        key = request.args.get("key", "")[:100]
        person = services().credentials.person_by_calendar_key(tx, event, key)
        if person is None:
            raise NotFound(_("This calendar’s address is not known. Copy it again from My day."))
        grid = published.read(tx, event)
        kept = own_ballot.read(event.code).choices if event.sealed_at else None  # no calendar program has that
        times = Times(event.timezone, grid.days if grid else ())
        day = my_day.day(tx, event.id, my_day.Choices(person.id, kept), grid, times, clock.now())
        gone = published.gone(tx, event, grid) if grid else []
        body = calendar.of_day(event, grid, day, gone, public_url(event))
    return make_response(body, 200, {"Content-Type": calendar.TYPE, "Cache-Control": "private, no-cache"})


@pages.post("/e/<code>/me/calendar")
def renew_feed(code: str) -> Response:
    """A new address for my calendar feed; the old one ends."""
    acting(code, lambda visit: people.renew_calendar_key(visit.person()), archived=True)
    return done(url_for("mine.show", code=code, _anchor="feed"))


def _feed(visit: Visit) -> str | None:
    """The address of the viewer's feed, once they have a row and so a key."""
    if visit.viewer.person_id is None:
        return None
    person = visit.tx.get_one(Person, visit.viewer.person_id)
    key = services().credentials.calendar_key(visit.event, person)
    return addresses.feed(public_url(visit.event), visit.event.code, key)


def _notifying(visit: Visit) -> Notifying | None:
    """None where this server sends none, and in the archive, where nothing changes any more."""
    config = services().config
    if not config.push or visit.event.archived_at is not None:
        return None
    told = subscribing.of_person(visit.tx, visit.viewer.person_id)
    return Notifying(Signer(config.secret_key, config.public_url).public_key, tuple(map(subscribing.digest, told)))

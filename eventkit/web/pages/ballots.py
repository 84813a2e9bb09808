"""The organiser's page about ballots: how many came when, which are alike, the wall's word, and sealing."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.building import builds
from eventkit.errors import Invalid
from eventkit.grid.times import Times
from eventkit.market import ballots, listings, stuffing
from eventkit.market.ballots import Count, Turnout
from eventkit.market.stuffing import Alike, Arrivals
from eventkit.privacy import erasure, sealing
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.forms import Form, Line
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, organising

pages = Blueprint("ballots", __name__)


class SealForm(Form):
    """That the organiser means it."""

    sure: bool = Field(default=False, title="The tick")


class WatchForm(Form):
    """How many people are here, and whether the wall's word is asked."""

    people_here: Line = Field(default="", max_length=lengths.NUMBER_TYPED, title=marked("The number of people"))
    vote_word: bool = Field(default=False, title="The word")


@dataclass(frozen=True)
class CountWithout:
    """How many want a pitch, with all ballots and without a group of those that are alike."""

    title: str
    interest: int  # what those say of it
    people: int
    without: int


@dataclass(frozen=True)
class Group:
    """Ballots that are alike, and what the counts are without them."""

    alike: Alike
    counts: tuple[CountWithout, ...]


@dataclass(frozen=True)
class Watch:
    """What the page shows of how people voted."""

    turnout: Turnout
    arrivals: Arrivals | None
    groups: tuple[Group, ...]
    word: str  # that the wall shows now; empty where none is asked for
    times: Times
    seconds: int = builds.USUAL


@pages.get("/e/<code>/organise/ballots")
def show(code: str) -> Response:
    """What can be done about ballots."""
    with organising(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/ballots")
def watch(code: str) -> Response:
    """Say how many people are here, and whether the wall's word is asked before a first vote."""

    def act(visit: Organising, form: WatchForm) -> None:
        stuffing.set_people_here(visit.tx, visit.by, _number(form.people_here), form.vote_word)

    return post_as_organiser(code, WatchForm, act, lambda _: done(url_for("ballots.show", code=code)), _page)


@pages.post("/e/<code>/organise/ballots/seal")
def seal(code: str) -> Response:
    """Delete for good whose ballot is whose."""

    def act(visit: Organising, form: SealForm) -> None:
        if not form.sure:
            raise Invalid(sure=_("Tick that you mean it: this cannot be undone."))
        sealing.seal(visit.tx, visit.by)

    def then(_: None) -> Response:
        erasure.compact(services().database)
        return done(url_for("ballots.show", code=code))

    return post_as_organiser(code, SealForm, act, then, _page)


def _number(typed: str) -> int | None:
    """The number as typed: `1,200` and `1 200` are understood; nothing is None. Raises Invalid."""
    plain = typed.replace(",", "").replace(".", "").replace(" ", "")
    if plain and not (plain.isascii() and plain.isdecimal()):
        raise Invalid(people_here=_("Give a whole number, like 120, or leave it empty."))
    return int(plain) if plain else None


def _page(visit: Organising, refused: Refused | None = None) -> Response:
    return page(
        "ballots.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        watch=_watch(visit),
        typed=request.form.to_dict() if refused else {},
        errors=refused.errors("seal") if refused else {},
    )


def _watch(visit: Organising) -> Watch:
    tx, event = visit.tx, visit.event
    titles = {it.id: it.title for it in listings.all_titles(tx, event.id)}
    tally = ballots.shown_tally(tx, event) or {}
    return Watch(
        turnout=ballots.turnout(tx, event.id),
        arrivals=stuffing.arrivals(tx, event.id),
        groups=tuple(Group(it, tuple(_counts(it, titles, tally))) for it in stuffing.alike(tx, event)),
        word=services().credentials.wall_word(event, clock.now().timestamp()) if event.vote_word else "",
        times=Times(event.timezone),
    )


def _counts(group: Alike, titles: dict[int, str], tally: dict[int, Count]) -> list[CountWithout]:
    """The strongest first."""
    people = {it: tally.get(it, Count()).people for it in group.votes}
    found = [
        CountWithout(titles[it], interest, people[it], people[it] - group.phones)
        for it, interest in group.votes.items()
    ]
    return sorted(found, key=lambda it: (-it.interest, it.title.casefold()))

"""Voting on one pitch at a time: the next one not looked at, with big buttons, beside the list."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from eventkit.market import listings
from eventkit.market.listings import Card
from eventkit.web.base import friends, own_ballot
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import looking

pages = Blueprint("one_by_one", __name__)


@dataclass(frozen=True)
class Next:
    """The pitch to look at now (None where all are), the one before with its vote, and how far one is."""

    card: Card | None
    before: Card | None
    said: int | None  # of `before`; None where it was skipped
    looked: int
    of: int


@pages.get("/e/<code>/pitches/next")
def show(code: str) -> Response:
    """The next pitch in the viewer's order that they did not look at; after the pitch `after` where one is given."""
    with looking(code) as visit:
        cards = [card for card in listings.listing(visit.tx, visit.event.id, visit.viewer) if not card.hosted]
        own = own_ballot.marked(visit, listings.newest(visit.tx, visit.event.id))
        found = _next(cards, own, request.args.get("after", 0, int))
        friend = friends.of(visit)
        response = page("one_by_one.html", event=visit.event, viewer=visit.viewer, next=found, friend=friend)
        return friends.passing(response, bool(friend))


def _next(cards: list[Card], own: dict[int, int], after: int) -> Next:
    place = next((number for number, card in enumerate(cards, 1) if card.id == after), 0)
    unseen = [card for card in cards[place:] + cards[:place] if card.id not in own]
    others = [card for card in unseen if card.id != after] or unseen
    return Next(
        card=others[0] if others else None,
        before=cards[place - 1] if place else None,
        said=own.get(after),
        looked=sum(card.id in own for card in cards),
        of=len(cards),
    )

"""The marketplace: joining, everybody's pitches in one's own order, votes, pitching, one's own choices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.errors import ArrivedLate, NotFound
from eventkit.event import events, idempotency, runs
from eventkit.grid.hearing import Heard
from eventkit.market import ballots, casting, formats, joining, line_up, listings, namesakes, pitches, series
from eventkit.market.ballots import Count, Turnout
from eventkit.market.line_up import HostsTurn
from eventkit.market.listings import Card
from eventkit.market.series import SeriesPart
from eventkit.market.showing import Shown
from eventkit.storage.tables import Event
from eventkit.text import clean, language, lengths, likeness
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base import friends, own_ballot
from eventkit.web.base.forms import FilledForm, Form, Heading, Line, Text, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page, render_block, unless_known, wants_block
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, check_code, joined, looking, refused_at_once
from eventkit.web.pages import announced, pitch_box, showing

pages = Blueprint("marketplace", __name__)

# how long each filter may be
FILTERED = {
    "q": lengths.SEARCH,
    "topic": lengths.TOPIC,
    "format": lengths.FORMAT,
    "show": len("unseen"),
    "after": len("2147483647"),
}
ANSWER = lengths.PERSON_NAME + 20  # of a namesakes.Question
NEW = timedelta(hours=1)  # for so long a pitch counts as new


class PitchForm(Form):
    """What a pitch says. `other` is for facilitators: somebody else is the host."""

    title: Heading = Field(
        min_length=1,
        max_length=lengths.PITCH_TITLE,
        title=marked("The title"),
        description=marked("Give it a title; a question is fine."),
    )
    description: Text = Field(default="", max_length=lengths.DESCRIPTION, title=marked("The description"))
    host_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("The host’s name"))
    topic: Line = Field(default="", max_length=lengths.TOPIC, title=marked("The topic"))
    needs: list[Line] = Field(default=[], max_length=lengths.FEATURES, title="Needs")
    format: Line = Field(default="", max_length=lengths.FORMAT, title=marked("The format"))
    length: int = Field(default=0, ge=0, le=lengths.SLOTS, title=marked("How long it takes"))
    parts: int = Field(default=1, ge=1, le=series.MOST_PARTS, title=marked("The number of parts"))
    nonce: Line = Field(default="", max_length=30, title="The form")
    other: bool = Field(default=False, title="For somebody else")
    same: Line = Field(default="", max_length=ANSWER, title=marked("Whether it is the same person"))
    same2: Line = Field(default="", max_length=ANSWER, title=marked("Whether it is the same person"))
    same3: Line = Field(default="", max_length=ANSWER, title=marked("Whether it is the same person"))
    seen: Line = Field(default="", max_length=12, title="The form")

    @property
    def answers(self) -> set[str]:
        """What was said of the names that are here already."""
        return {self.same, self.same2, self.same3}

    def content(self) -> pitches.Content:
        """What the domain keeps of it."""
        needs = tuple(dict.fromkeys(self.needs))
        kind = formats.key(self.format)
        return pitches.Content(
            title=self.title,
            description=self.description,
            host_name=self.host_name,
            topic=self.topic,
            needs=needs,
            format=kind,
            length=self.length,
        )


class VoteForm(Form):
    """A vote, and the page it was cast on."""

    interest: int = Field(ge=0, le=2, title="Your interest")
    back: str = Field(default="", max_length=10)


@dataclass(frozen=True)
class Looked:
    """How many of the pitches that the viewer can vote on they have looked at."""

    number: int
    of: int
    elsewhere: int  # of `number`, those that the page does not show


@dataclass(frozen=True, kw_only=True)
class Market:
    """What the marketplace shows one viewer: cards in their order, their votes, the counts once they may be seen."""

    filters: Mapping[str, str]  # what was asked for, by FILTERED
    looked: Looked
    mine: list[Card]
    nonces: Mapping[int, str]  # with which the viewer made those of `mine`, by pitch id
    cards: list[Card]  # of other people, on all pages
    pages: list[list[Card]]  # the same, page by page
    number: int  # of the page that is shown, from 1
    alike: Mapping[int, list[Card]]  # what sounds like each of one's own, by pitch id
    ballot: Mapping[int, int]  # one's interest by pitch id; 0 is not for me, missing not looked at
    tally: Mapping[int, Count] | None  # by pitch id
    turnout: Turnout | None
    topics: list[str]
    formats: list[str]  # to choose from, in words
    features: list[str]
    longest: int  # how many slots in a row there are
    over: bool  # the last slot
    series: Mapping[int, SeriesPart]  # by pitch id
    turns: Mapping[int, HostsTurn] | None  # in the line-up, of `mine`, by pitch id; None before it has begun
    newest: int  # the id of the pitch that came last
    phase: str  # see _phase()
    heard: list[Heard]  # what is announced to them
    asked: int  # how many questions about making two pitches one wait for the viewer's answer
    became: list[joining.Became]  # what of theirs became one, or two again
    friend: Shown | None  # who shows this phone their choices
    asks_word: bool  # before the first vote: the one that the wall shows

    @property
    def query(self) -> str:
        """What keeps the filters and the page in an address: `?topic=…`, or nothing."""
        kept = {**self.filters, **({"page": str(self.number)} if self.number > 1 else {})}
        return f"?{urlencode(kept)}" if kept else ""

    def chosen(self, interest: int) -> list[Card]:
        """The cards with this vote of one's own."""
        return [card for card in self.cards if self.ballot.get(card.id) == interest]


@pages.get("/e/<code>")
def show(code: str) -> Response:
    """Join, and see the marketplace."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        text = (
            f"There is no JSON here. See {_export(code, 'schedule.json')}, {_export(code, 'pitches.csv')} and so on.\n"
        )
        return make_response(text, 406, {"Content-Type": "text/plain; charset=utf-8"})
    with looking(code) as visit:
        market = _market(visit)
        made_from = (visit.viewer, visit.event.model_dump(), market)
        response = unless_known(made_from, lambda: _page(visit, market, pitch_box.blank_form(visit), "pitches"))
        return friends.passing(response, bool(market.friend))


@pages.post("/e/<code>/pitches")
def pitch(code: str) -> Response:
    """Pitch: once for each nonce, so that a retry on bad wifi is harmless."""

    def add() -> int:
        form = parse(PitchForm, request.form)
        return acting(code, lambda visit: _pitch(visit, form))

    def then(made: int) -> Response:
        if parse(PitchForm, request.form).other:
            return pitch_box.again(code, made)
        if not wants_block():
            return done(url_for("marketplace.show", code=code, _anchor=f"pitch-{made}"))
        with looking(code) as visit:
            return _page(visit, _market(visit), pitch_box.blank_form(visit), "pitching", made=made)

    return post(add, then, lambda refused: _form_again(code, refused))


@pages.get("/e/<code>/pitches/similar")
def similar(code: str) -> Response:
    """A hint while typing: what sounds like this title."""
    with looking(code) as visit:
        others = listings.titles(visit.tx, visit.event.id)
        found = likeness.alike(request.args.get("title", "")[: lengths.PITCH_TITLE], others)
        return page("similar.html", "similar", event=visit.event, viewer=visit.viewer, alike=found)


@pages.get("/e/<code>/pitches/news")
def news(code: str) -> Response:
    """What came since the page was made: people decide themselves when what they look at changes."""
    with looking(code) as visit:
        after = min(max(request.args.get("after", 0, int), 0), 2**31 - 1)
        known = request.args.get("known", "")[:20]
        return page(
            "news.html",
            "news",
            event=visit.event,
            viewer=visit.viewer,
            after=after,
            known=known,
            others=listings.since(visit.tx, visit.event.id, visit.viewer, after),
            happened=_happened(visit.event, known),
        )


def _phase(event: Event) -> str:
    """Which phase a page shows, as `11-0`: pitching open, voting open, and the version of the grid that people see."""
    return f"{event.pitching_open:d}{event.voting_open:d}-{event.published_version or 0}"


def _happened(event: Event, known: str) -> tuple[str, str] | None:
    """Where to go and why, for a page that was made in the phase `known`; None where that still is."""
    now = _phase(event)
    if known == now or len(known) < 4:
        return None
    if known[3:] != now[3:]:
        words = _("The grid is up: see it") if known[3:] == "0" else _("The grid changed: see it")
        return url_for("grid.show", code=event.code), words
    here = url_for("marketplace.show", code=event.code)
    if known[1] != now[1]:
        return here, _("Voting is open again: choose") if event.voting_open else _("Voting is closed: see the counts")
    return here, _("Pitching is open again: pitch") if event.pitching_open else _("Pitching is closed: see all pitches")


@pages.post("/e/<code>/pitches/<int:pitch_id>/vote")
def vote(code: str, pitch_id: int) -> Response:
    """Set one's interest in a pitch. The value, never a toggle: a retry changes nothing."""
    form = parse(VoteForm, request.form)
    kept, who = own_ballot.read(code), joined(code)
    cast = kept.cast(code, who, pitch_id, form.interest)
    stands: int | None = form.interest
    try:
        with refused_at_once(code, who[0]):
            services().database.write_together(casting.cast_all, cast)
        own_ballot.keep(code, kept.after(pitch_id, form.interest))
    except NotFound:
        check_code(code)  # a former code leads on to the new one; looked up here, so that other votes stay cheap
        raise
    except ArrivedLate:
        with looking(code) as visit:
            stands = own_ballot.marked(visit).get(pitch_id)
    if wants_block() and form.back != "next":  # that one goes on to the next pitch
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return make_response(_buttons(language.current(), code, pitch_id, stands, form.back, query))
    return done(_back(code, pitch_id, form.back))


@lru_cache(maxsize=2048)
def _buttons(_language: str, code: str, pitch_id: int, interest: int | None, back: str, query: str) -> str:
    """The three buttons after a vote: made from these alone, the same for all who voted the same in a language."""
    return render_block("vote.html", "vote", code=code, pitch_id=pitch_id, interest=interest, back=back, query=query)


@pages.get("/e/<code>/choices")
def choices(code: str) -> Response:
    """One's own choices on one page, and what one hosts."""
    with looking(code) as visit:
        shown = showing.address(visit)
        response = page("choices.html", event=visit.event, viewer=visit.viewer, market=_market(visit), shown=shown)
        return friends.passing(response, bool(shown))


def _page(
    visit: Visit, market: Market, form: FilledForm, block: str, *, status: int = 200, made: int = 0, alone: bool = False
) -> Response:
    """The marketplace, or a block of it; `alone` with the form and little else. `made` is the pitch just made."""
    return page(
        "marketplace.html",
        block,
        status,
        event=visit.event,
        viewer=visit.viewer,
        market=market,
        form=form,
        made=made,
        alone=alone,
    )


def _market(visit: Visit) -> Market:
    tx, event, viewer = visit.tx, visit.event, visit.viewer
    asked = {name: clean.clean_line(request.args.get(name, ""))[:longest] for name, longest in FILTERED.items()}
    kind = formats.key(asked["format"])
    filters = {name: value for name, value in (asked | {"format": kind}).items() if value}
    cards = listings.listing(tx, event.id, viewer, asked["q"], asked["topic"], kind)
    mine, newest = listings.own(tx, event.id, viewer), listings.newest(tx, event.id)
    own = own_ballot.marked(visit, newest)
    others = [card for card in cards if not card.hosted]
    found = [card for card in others if _is_asked_for(card, filters, own)]
    in_pages = listings.in_pages(found)
    number = _number(in_pages)
    every = listings.of_others(tx, event.id, viewer) if filters else {card.id for card in others}
    looked, slots = len(every & own.keys()), events.slots(tx, event.id)
    return Market(
        filters=filters,
        looked=Looked(looked, len(every), looked - sum(card.id in own for card in in_pages[number - 1])),
        mine=mine,
        nonces=idempotency.nonces(tx, viewer.person_id, "pitch", [card.id for card in mine]),
        cards=found,
        pages=in_pages,
        number=number,
        alike={} if filters else {card.id: _alike(card, cards) for card in mine},
        ballot=own,
        tally=ballots.shown_tally(tx, event),
        turnout=ballots.turnout(tx, event.id) if viewer.organiser else None,
        topics=listings.topics(tx, event.id),
        formats=formats.choices(listings.formats_used(tx, event.id)),
        features=pitches.features(tx, event.id),
        longest=runs.longest(slots),
        over=bool(slots) and max(it.ends_at for it in slots) < clock.now(),
        series=series.read(tx, event.id),
        turns=line_up.turns(tx, event, viewer) if mine else None,
        newest=newest,
        phase=_phase(event),
        heard=announced.heard(visit),
        asked=sum(it.answers for it in joining.questions(tx, event, viewer)) if mine or viewer.facilitator else 0,
        became=joining.told(tx, event, viewer),
        friend=friends.of(visit),
        asks_word=event.vote_word and event.voting_open and not (own or own_ballot.read(event.code).proven),
    )


def _number(in_pages: list[list[Card]]) -> int:
    """The number of the page that is asked for: by `page`, or by a pitch that is `at` it."""
    at = request.args.get("at", 0, int)
    of_pitch = (number for number, cards in enumerate(in_pages, 1) if any(it.id == at for it in cards))
    return next(of_pitch, min(max(request.args.get("page", 1, int), 1), len(in_pages)))


def _is_asked_for(card: Card, filters: Mapping[str, str], own: Mapping[int, int]) -> bool:
    """Whether a card is among those that `show` and `after` ask for."""
    show, after = filters.get("show"), filters.get("after", "")
    if show == "unseen" and card.id in own:
        return False
    if show == "new" and card.created_at < clock.now() - NEW:
        return False
    return not after.isdecimal() or card.id > int(after)


def _pitch(visit: Visit, form: PitchForm) -> int:
    person, content = visit.person(), form.content()

    def add() -> int:
        if form.other:
            by = visit.facilitating().by
            host = namesakes.settle(visit.tx, by, content.host_name, form.answers)
            mine = replace(content, host_name=host.host_name)
            made = pitches.add_for_another(visit.tx, by, person, mine, host.people)
        else:
            made = pitches.add(visit.tx, visit.event, visit.viewer, person, content)
        series.add_later_parts(visit.tx, visit.event, visit.viewer, person, made, form.parts)
        return made.id

    posted = (content, form.other, form.parts, *sorted(form.answers - {""}))
    return idempotency.once(visit.tx, person.id, "pitch", form.nonce, add, content=posted)


def _form_again(code: str, refused: Refused) -> Response:
    """The form with what was typed: as a block, or as a page with little else, so that nobody has to scroll to it."""
    with looking(code) as visit:
        form = refused.form(PitchForm, "pitching")
        if form.typed.get("other") and visit.viewer.facilitator:  # the box shows codes that make one a host
            return pitch_box.box_page(visit.facilitating(), form, status=refused.status)
        return _page(visit, _market(visit), form, "pitching", status=refused.status, alone=True)


def _alike(card: Card, cards: list[Card]) -> list[Card]:
    return likeness.alike(card.title, (other for other in cards if other.id != card.id))


def _back(code: str, pitch_id: int, page_name: str) -> str:
    if page_name == "pitch":
        return url_for("pitch.show", code=code, pitch_id=pitch_id)
    if page_name == "next":
        return url_for("one_by_one.show", code=code, after=pitch_id)
    kept: dict[str, Any] = {name: value for name in (*FILTERED, "page") if (value := request.args.get(name))}
    endpoint = "marketplace.choices" if page_name == "choices" else "marketplace.show"
    return url_for(endpoint, code=code, _anchor=f"pitch-{pitch_id}", **kept)


def _export(code: str, name: str) -> str:
    return url_for("exports.export", code=code, name=name)

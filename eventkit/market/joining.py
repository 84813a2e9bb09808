"""Merging with consent: a host asks another's hosts to make two pitches one, and they, or a facilitator, answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import and_, col, func, or_, select

from eventkit.clock import now
from eventkit.errors import Forbidden, Invalid, NotFound
from eventkit.event import notices
from eventkit.event.notices import Was
from eventkit.event.roles import Viewer
from eventkit.market import hosting, listings, merging, on_offer, pitches
from eventkit.market.merging import Title
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Host, Joining, JoiningState, Pitch, Vote
from eventkit.text import likeness, names
from eventkit.text.language import gettext as _

MOST_ASKED = 5  # that hosts of one pitch wait for
TOLD = timedelta(days=1)  # for so long voters and hosts are told of what became one
MOST_COMPARED = 400  # pitches each of which is compared with each other


@dataclass(frozen=True)
class JointSession:
    """What would be so if one pitch became part of another: title, hosts, place, what place is freed."""

    kept: Title
    part: Title
    hosts: tuple[str, ...]
    place: Was | None = None  # on the published grid
    freed: Was | None = None


@dataclass(frozen=True)
class Question:
    """What hosts were asked: what would be so, and whether the viewer answers it or asked it."""

    id: int
    outcome: JointSession
    answers: bool
    asked: bool


@dataclass(frozen=True)
class Became:
    """Two pitches that became one, or two again (`apart`), for who wanted or hosts one of them."""

    kept: Title
    part: Title
    apart: bool


def outcome(tx: Transaction, event: Event, kept: Pitch, part: Pitch) -> JointSession:
    """What would be so if `part` became part of `kept`."""
    place, freed = notices.standing_at(tx, event, kept.id), notices.standing_at(tx, event, part.id)
    hosts = names.all_of((*merging.hosts(kept), *merging.hosts(part)))
    found = Title(kept.id, kept.title), Title(part.id, part.title), hosts
    return JointSession(*found, place or freed, freed if place else None)


def ask(tx: Transaction, event: Event, viewer: Viewer, mine_id: int, other_id: int, keep_mine: bool) -> bool:
    """Ask the hosts of the other pitch to make it one with an own; `keep_mine`: the own one stands for both.

    Who hosts both, a facilitator, and who was asked the same need not ask. Returns whether the two are one now. Raises
    NotFound, Forbidden, Invalid.
    """
    mine, other = _standing(tx, event, mine_id), _standing(tx, event, other_id)
    if not viewer.facilitator and not hosting.hosts_some(tx, mine.id, viewer):
        raise Forbidden(_("Only its hosts and facilitators can ask to make this pitch one with another."))
    if mine.id == other.id:
        raise Invalid(part=_("Choose another pitch than this one."))
    kept, part = (mine, other) if keep_mine else (other, mine)
    if viewer.facilitator or hosting.hosts_some(tx, other.id, viewer) or _is_asked(tx, kept, part, of=mine):
        pitches.join(tx, kept, part, viewer.person_id)
        return True
    waiting = select(func.count()).select_from(Joining).where(Joining.state == JoiningState.ASKED)
    ours = or_(col(Joining.kept_id) == mine.id, col(Joining.part_id) == mine.id), col(Joining.answer_by) != mine.id
    if (tx.scalar(waiting.where(*ours)) or 0) >= MOST_ASKED:
        raise Invalid(part=_("You wait for %(most)s answers already. Take one question back first.", most=MOST_ASKED))
    merging.tell(tx, kept, part, JoiningState.ASKED, viewer.person_id, answer_by=other.id)
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=other.id)
    return False


def answer(tx: Transaction, event: Event, viewer: Viewer, joining_id: int, agree: bool) -> Pitch:
    """Say yes or no, as a host who was asked or a facilitator. Returns the pitch that it was about.

    Raises NotFound, Forbidden, Invalid.
    """
    row = _question(tx, event, joining_id)
    if not viewer.facilitator and not hosting.hosts_some(tx, _root(tx, row.answer_by).id, viewer):
        raise Forbidden(_("Only the hosts who were asked, or a facilitator, can answer this."))
    kept, part = _root(tx, row.kept_id), _root(tx, row.part_id)
    if not agree:
        row.state, row.at = JoiningState.DECLINED, now()
        change_log.record(tx, event.id, ChangeKind.PITCH, pitch=row.answer_by)
        return _root(tx, row.answer_by)
    tx.delete(row)
    if kept.id != part.id:
        pitches.join(tx, kept, part, viewer.person_id)
    return kept


def take_back(tx: Transaction, event: Event, viewer: Viewer, joining_id: int) -> None:
    """Ask no more. Raises NotFound, Forbidden."""
    row = _question(tx, event, joining_id)
    asked = row.kept_id if row.answer_by == row.part_id else row.part_id
    if not viewer.facilitator and not hosting.hosts_some(tx, _root(tx, asked).id, viewer):
        raise Forbidden(_("Only who asked this can take it back."))
    tx.delete(row)
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=row.answer_by)


def leave(tx: Transaction, event: Event, viewer: Viewer, pitch_id: int) -> Pitch:
    """Take an own pitch out of what it is one with, as its host or a facilitator. Raises NotFound, Forbidden."""
    pitch = pitches.to_change(tx, event.id, viewer, pitch_id)
    merging.leave(tx, pitch, viewer.person_id)
    return pitch


def questions(tx: Transaction, event: Event, viewer: Viewer) -> list[Question]:
    """What waits for an answer and concerns the viewer, oldest first; for a facilitator all of it."""
    rows = tx.scalars(
        select(Joining)
        .where(Joining.event_id == event.id, Joining.state == JoiningState.ASKED)
        .order_by(col(Joining.id))
    ).all()
    if not rows:
        return []
    by_id = {it.id: it for it in on_offer.standing(tx, event.id)}
    mine = _hosted(tx, event.id, viewer)
    found = []
    for row in rows:
        kept, part = by_id.get(row.kept_id), by_id.get(row.part_id)
        if kept is None or part is None:
            continue
        answers = row.answer_by in mine
        asked = bool({kept.id, part.id} & mine) and not answers
        if answers or asked or viewer.facilitator:
            found.append(Question(row.id, outcome(tx, event, kept, part), answers or viewer.facilitator, asked))
    return found


def told(tx: Transaction, event: Event, viewer: Viewer) -> list[Became]:
    """What became one, or two again, lately, of what the viewer wanted or hosts; newest first."""
    if viewer.person_id is None:
        return []
    lately = Joining.event_id == event.id, col(Joining.at) > now() - TOLD
    became = col(Joining.state).in_((JoiningState.JOINED, JoiningState.APART))
    rows = tx.scalars(
        select(Joining).where(*lately, became, _concerns(viewer.person_id)).order_by(col(Joining.id).desc())
    ).all()
    rows = [it for it in rows if it.asked_by != viewer.person_id]
    concerned = {pitch_id for it in rows for pitch_id in (it.kept_id, it.part_id)}
    if not concerned:
        return []
    known = {it.id: it for it in tx.scalars(select(Pitch).where(col(Pitch.id).in_(concerned), *on_offer.offered()))}
    found = []
    for row in rows:
        kept, part = known.get(row.kept_id), known.get(row.part_id)
        if kept is None or part is None:
            continue
        apart = row.state is JoiningState.APART
        if (part.merged_into is None) == apart:
            found.append(Became(Title(kept.id, kept.title), Title(part.id, part.title), apart))
    return found


def doubles(tx: Transaction, event: Event, viewer: Viewer) -> list[tuple[Title, Title]]:
    """Pitches that may be the same idea, the viewer's own first, each pair once. For a host only own ones."""
    titles, mine = listings.titles(tx, event.id), _hosted(tx, event.id, viewer)
    ours = [it for it in titles if it.id in mine]
    firsts = [*ours, *(it for it in titles if it.id not in mine)][:MOST_COMPARED] if viewer.facilitator else ours
    return likeness.alike_pairs(firsts, titles)


def all_doubles(tx: Transaction, event_id: int) -> list[tuple[Title, Title]]:
    """Pitches that may be the same idea, oldest first, each pair once."""
    titles = listings.titles(tx, event_id)
    return likeness.alike_pairs(titles[:MOST_COMPARED], titles)


def _concerns(person_id: int) -> Any:
    voted = select(Vote.pitch_id).where(Vote.person_id == person_id)
    hosted = select(Host.pitch_id).where(Host.person_id == person_id)
    return or_(*(of.in_(ids) for of in (col(Joining.kept_id), col(Joining.part_id)) for ids in (voted, hosted)))


def _hosted(tx: Transaction, event_id: int, viewer: Viewer) -> set[int]:
    """The pitches that the viewer hosts, as what they are part of now."""
    return {card.id for card in listings.own(tx, event_id, viewer)}


def _is_asked(tx: Transaction, kept: Pitch, part: Pitch, of: Pitch) -> bool:
    same = and_(col(Joining.kept_id) == kept.id, col(Joining.part_id) == part.id)
    waits = col(Joining.state) == JoiningState.ASKED, col(Joining.answer_by) == of.id
    return tx.scalar(select(Joining.id).where(same, *waits)) is not None


def _standing(tx: Transaction, event: Event, pitch_id: int) -> Pitch:
    pitch = _root(tx, pitches.get(tx, event.id, pitch_id).id)
    if not on_offer.stands(pitch):
        raise Invalid(part=_("Choose two pitches that are both still there."))
    return pitch


def _root(tx: Transaction, pitch_id: int) -> Pitch:
    pitch = tx.get_one(Pitch, pitch_id)
    return pitch if pitch.merged_into is None else tx.get_one(Pitch, pitch.merged_into)


def _question(tx: Transaction, event: Event, joining_id: int) -> Joining:
    row = tx.get(Joining, joining_id, with_for_update=True)
    if row is None or row.event_id != event.id or row.state is not JoiningState.ASKED:
        raise NotFound(_("This was answered or taken back meanwhile."))
    return row

"""Pitches: made, edited, withdrawn and brought back, merged; each for those who may."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Closed, Forbidden, Invalid, NotFound
from eventkit.event import editions, limits, moderation_log, notices, people
from eventkit.event.roles import Facilitator, Viewer
from eventkit.market import hiding, hosting, merging, on_offer, repeats
from eventkit.market.hiding import TAKEN_OFF
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    Host,
    ModerationAct,
    ModerationKind,
    NoticeKind,
    Person,
    Pitch,
    Room,
)
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

MEANWHILE = marked("Somebody changed this pitch while you were typing.")
WITHDRAWN_TOO = 5  # times as many pitches as one person may have, withdrawn ones included


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a pitch says, as its host wrote it."""

    title: str
    description: str = ""
    host_name: str = ""
    topic: str = ""
    needs: tuple[str, ...] = ()
    format: str = ""  # see formats.py
    length: int = 0  # slots; 0 leaves it as it is, which is one for a new pitch


def add(tx: Transaction, event: Event, viewer: Viewer, person: Person, content: Content) -> Pitch:
    """Pitch. The person becomes the host. Raises Closed, Invalid, TooMany."""
    if not event.pitching_open and not viewer.facilitator:
        raise Closed(_("Pitching is closed, so this was not pitched. Ask the organiser if it should still get in."))
    if not viewer.facilitator:
        _refuse_too_many_of_one(tx, event, person)
    named = "" if person.hidden_names is not None else content.host_name or person.name
    pitch = _row(tx, event, person.id, content, host_name=named)
    tx.add(Host(pitch_id=pitch.id, person_id=person.id))
    if hiding.waits(event, viewer.facilitator):
        hiding.hide_pitch(tx, pitch, person.id, waiting=True)
    return pitch


def add_for_another(
    tx: Transaction, by: Facilitator, person: Person, content: Content, people: Iterable[int] = ()
) -> Pitch:
    """Pitch for somebody else, who may claim it later; `people` have it on their phones at once. Invalid, TooMany."""
    pitch = _row(tx, by.event, person.id, content, content.host_name)
    for host in people:
        tx.add(Host(pitch_id=pitch.id, person_id=host))
    return pitch


def edit(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int, content: Content, seen: str = "") -> Pitch:
    """Change what a pitch says, as its host, a host of what is part of it, or a facilitator.

    `seen` is the edition() that they changed; without one whatever is there is replaced. Raises NotFound, Forbidden,
    Closed, Invalid, Stale.
    """
    pitch = to_change(tx, event_id, viewer, pitch_id, joint=True)
    if pitch.repeat_of is not None:
        raise Closed(_("A repeat says what the first session says, so nothing was changed. Change that one."))
    if pitch.withdrawn_at is not None:
        raise Closed(_("This pitch was withdrawn, so nothing was changed. Bring it back first."))
    content = replace(content, length=content.length or pitch.length)
    editions.refuse_changed(seen, vars(content_of(pitch)), vars(content), _(MEANWHILE))
    _refuse_unknown_needs(tx, event_id, content.needs, known=pitch.needs)
    _refuse_longer(tx, event_id, viewer, pitch, content.length)
    if not viewer.facilitator:
        content = _of_a_host(tx, viewer, pitch, content)
    _keep_in_log(tx, viewer, pitch, ModerationAct.EDIT)
    _tell_of_edit(tx, pitch, content, viewer.person_id)
    merging.keep_own(pitch)
    pitch.title, pitch.description, pitch.topic = content.title, content.description, content.topic
    pitch.host_name = people.name_kept(tx, event_id, content.host_name)
    pitch.needs, pitch.format, pitch.length = list(content.needs), content.format, content.length
    pitch.edited_at = now()
    repeats.as_the_first(tx, pitch, viewer.person_id)
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id)
    return pitch


def repeat(tx: Transaction, event: Event, viewer: Viewer, pitch_id: int) -> Pitch:
    """Hold a session a second time, as its host or a facilitator. Raises NotFound, Forbidden, Closed, Invalid."""
    first = to_change(tx, event.id, viewer, pitch_id)
    return repeats.add(tx, event, first, viewer.person_id, viewer.facilitator)


def _of_a_host(tx: Transaction, viewer: Viewer, pitch: Pitch, content: Content) -> Content:
    """What a host may make of it now; where it is to be looked at, it waits from here on. Raises Closed."""
    event = tx.get_one(Event, pitch.event_id)
    if not event.notes_open:
        raise Closed(
            _("Notes and changes are closed, so this was not kept. Ask the organiser if it should still get in.")
        )
    if not event.pitching_open:
        pitch.changed_late_at = now()
        change_log.record(tx, event.id, ChangeKind.MODERATION)
    if hiding.waits(event, helps=False):
        hiding.hide_pitch(tx, pitch, viewer.person_id, waiting=True)
    host = tx.get(Person, viewer.person_id)
    named = (host is None or host.hidden_names is None) and hosting.hosted_by(tx, pitch.id, viewer.person_id)
    return content if named else replace(content, host_name=pitch.host_name)


def content_of(pitch: Pitch) -> Content:
    """What a pitch says."""
    needs = tuple(pitch.needs)
    return Content(
        title=pitch.title,
        description=pitch.description,
        host_name=pitch.host_name,
        topic=pitch.topic,
        needs=needs,
        format=pitch.format,
        length=pitch.length,
    )


def edition(pitch: Pitch) -> str:
    """A fingerprint of what a pitch says now."""
    return editions.edition(vars(content_of(pitch)))


def withdraw(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int) -> Pitch:
    """Take a pitch off the marketplace and out of every later grid. It and its votes are kept: see bring_back().

    What was merged into it stands for itself again: one host does not take another's off.
    """
    pitch = to_change(tx, event_id, viewer, pitch_id)
    if pitch.withdrawn_at is None:
        _keep_in_log(tx, viewer, pitch, ModerationAct.WITHDRAW)
        merging.take_apart(tx, pitch, viewer.person_id)
        notices.leave_of_pitch(tx, event_id, NoticeKind.WITHDRAWN, pitch.id, by=viewer.person_id)
        pitch.withdrawn_at = now()
        again = repeats.of(tx, pitch.id)
        if again is not None and again.withdrawn_at is None:
            withdraw(tx, event_id, viewer, again.id).withdrawn_at = pitch.withdrawn_at
        change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id, withdrawn=True)
    return pitch


def set_hours(
    tx: Transaction,
    event_id: int,
    viewer: Viewer,
    pitch_id: int,
    hours: tuple[time | None, time | None],
    *,
    seen: str = "",
) -> Pitch:
    """Say when a pitch's hosts come and go, by the clocks at the venue; None is all day.

    No build places any session of theirs outside those hours; a hand may, and is warned. Raises NotFound, Forbidden,
    Invalid; Stale where they are not those that were `seen`.
    """
    first, last = hours
    if first is not None and last is not None and last <= first:
        raise Invalid(
            until=_(
                "They go at %(last)s, before they come at %(first)s.",
                last=last.strftime("%H:%M"),
                first=first.strftime("%H:%M"),
            )
        )
    pitch = to_change(tx, event_id, viewer, pitch_id)
    now_there = {"there_from": pitch.there_from, "there_until": pitch.there_until}
    editions.refuse_changed(seen, now_there, {"there_from": first, "there_until": last}, _(MEANWHILE))
    pitch.there_from, pitch.there_until = first, last
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id)
    return pitch


def bring_back(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int) -> Pitch:
    """Undo withdraw(): the votes it had count again."""
    pitch = to_change(tx, event_id, viewer, pitch_id)
    if pitch.withdrawn_at is not None:
        _keep_in_log(tx, viewer, pitch, ModerationAct.BRING_BACK)
        was, pitch.withdrawn_at = pitch.withdrawn_at, None
        notices.leave_of_pitch(tx, event_id, NoticeKind.BROUGHT_BACK, pitch.id, by=viewer.person_id)
        change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id, withdrawn=False)
        again = repeats.of(tx, pitch.id)
        if again is not None and again.withdrawn_at == was:  # it went with this one
            bring_back(tx, event_id, viewer, again.id)
    return pitch


def get(tx: Transaction, event_id: int, pitch_id: int) -> Pitch:
    """The event's pitch with this id, withdrawn ones included. Raises NotFound."""
    pitch = tx.scalar(select(Pitch).where(Pitch.id == pitch_id, Pitch.event_id == event_id))
    if pitch is None:
        raise NotFound(_("There is no such pitch at this event."))
    return pitch


def seen(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int) -> Pitch:
    """The same for whoever looks at it: withdrawn or hidden it is seen by its hosts and facilitators only. NotFound."""
    pitch = get(tx, event_id, pitch_id)
    if viewer.facilitator or hosting.hosted_by(tx, pitch.id, viewer.person_id):
        return pitch
    if pitch.hidden_at:  # also one that waits
        raise NotFound(_("This pitch is not shown at this event. Choose another."))
    if pitch.withdrawn_at:
        raise NotFound(_("This session is not happening: its host withdrew it. See what else is on."))
    return pitch


def features(tx: Transaction, event_id: int) -> list[str]:
    """What hosts may ask of a room: the features that some room of the event has."""
    rooms = tx.scalars(select(Room.features).where(Room.event_id == event_id))
    return sorted({feature for room in rooms for feature in room})


def merge(tx: Transaction, by: Facilitator, kept_id: int, other_id: int) -> None:
    """Let one pitch stand for another too: voters and hosts of both count, each once. Raises NotFound, Invalid.

    Where only the other has a place on a grid, the one that is kept stands there for it. Nothing is moved: votes and
    hosts stay with the pitch they were given to and are united when read, so that unmerge() gives everybody back what
    they had.
    """
    join(tx, get(tx, by.event.id, kept_id), get(tx, by.event.id, other_id), by.person_id)


def join(tx: Transaction, kept: Pitch, other: Pitch, by: int | None) -> None:
    """The same once those who may say so did. Raises Invalid."""
    gone = any(it.withdrawn_at is not None or it.hidden_at is not None for it in (kept, other))
    gone = gone or kept.repeat_of is not None or other.repeat_of is not None
    if other.merged_into == kept.id and not gone:
        return
    if kept.id == other.id or kept.merged_into is not None or other.merged_into is not None or gone:
        raise Invalid(_("Choose two pitches that are both still there."))
    merging.unite(tx, kept, other, by)


def unmerge(tx: Transaction, by: Facilitator, pitch_id: int) -> None:
    """Let a merged pitch stand for itself again, in its own place where it has one. Raises NotFound."""
    merging.take_out(tx, get(tx, by.event.id, pitch_id), by.person_id)


def _tell_of_edit(tx: Transaction, pitch: Pitch, content: Content, by: int | None) -> None:
    if content.title != pitch.title:
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.RETITLED, pitch.id, by, was_title=pitch.title)
    if content.length != pitch.length:
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.MOVED, pitch.id, by)
    elif replace(content, needs=()) != replace(content_of(pitch), needs=(), title=content.title):
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.EDITED, pitch.id, by)


def _keep_in_log(tx: Transaction, viewer: Viewer, pitch: Pitch, act: ModerationAct) -> None:
    """Keep a line of what a facilitator does to somebody else's."""
    if viewer.facilitator and not hosting.hosted_by(tx, pitch.id, viewer.person_id):
        moderation_log.record_of(tx, pitch.event_id, viewer, act, ModerationKind.PITCH, pitch.id)


def _refuse_too_many_of_one(tx: Transaction, event: Event, person: Person) -> None:
    """Raise TooMany for whoever has as many pitches as one may; what was withdrawn does not count.

    Whoever pitches and withdraws again and again is stopped in the end: each of these is a row that stays.
    """
    made = select(func.count()).select_from(Pitch).where(Pitch.created_by == person.id)
    standing = tx.scalar(made.where(col(Pitch.withdrawn_at).is_(None))) or 0
    limits.refuse_above(limits.PITCHES, event, max(standing, (tx.scalar(made) or 0) // WITHDRAWN_TOO))


def _row(tx: Transaction, event: Event, person_id: int, content: Content, host_name: str) -> Pitch:
    limits.refuse_above(limits.ALL_PITCHES, event, on_offer.number(tx, event.id))
    _refuse_unknown_needs(tx, event.id, content.needs)
    made = now()
    pitch = Pitch(
        event_id=event.id,
        title=content.title,
        description=content.description,
        host_name=people.name_kept(tx, event.id, host_name),
        topic=content.topic,
        needs=list(content.needs),
        format=content.format,
        length=content.length or 1,
        created_by=person_id,
        created_at=made,
        edited_at=made,
    )
    tx.add(pitch)
    tx.flush()
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=pitch.id)
    notices.leave_of_pitch(tx, event.id, NoticeKind.LATE_PITCH, pitch.id, by=person_id)
    return pitch


def to_change(tx: Transaction, event_id: int, viewer: Viewer, pitch_id: int, joint: bool = False) -> Pitch:
    """The pitch, locked, for who may change it: its hosts and facilitators; `joint`: and hosts of what is part of it.

    Raises NotFound, Forbidden.
    """
    pitch = tx.scalar(select(Pitch).where(Pitch.id == pitch_id, Pitch.event_id == event_id).with_for_update())
    if pitch is None:
        raise NotFound(_("There is no such pitch at this event."))
    host = hosting.hosts_some(tx, pitch.id, viewer) if joint else hosting.hosted_by(tx, pitch.id, viewer.person_id)
    if not viewer.facilitator and not host:
        raise Forbidden(
            _("This is somebody else’s pitch. Its host can change it from their own phone; facilitators can help.")
        )
    if pitch.hidden_at is not None and not pitch.waits and not viewer.facilitator:
        raise Forbidden(_(TAKEN_OFF))
    return pitch


def _refuse_longer(tx: Transaction, event_id: int, viewer: Viewer, pitch: Pitch, length: int) -> None:
    """Raise Closed where a host changes how long a session is that people see on the grid: its room may be taken."""
    seen = length != pitch.length and notices.standing_at(tx, tx.get_one(Event, event_id), pitch.id)
    if seen and not viewer.facilitator:
        raise Closed(_("It has its place on the grid, so only facilitators and organisers change how long it takes."))


def _refuse_unknown_needs(tx: Transaction, event_id: int, needs: Iterable[str], known: Iterable[str] = ()) -> None:
    asked = set(needs) - set(known)
    if asked and (unknown := asked - set(features(tx, event_id))):
        raise Invalid(
            needs=_("No room here has %(needs)s. Choose from what the rooms have.", needs=", ".join(sorted(unknown)))
        )

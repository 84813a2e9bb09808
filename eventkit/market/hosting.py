"""Hosting: who holds a pitch's session on their phone, who becomes that by a claim code, and when hosts are there."""

from collections import defaultdict
from datetime import time

from sqlmodel import col, func, or_, select

from eventkit.event import notices
from eventkit.event.credentials import Credentials
from eventkit.event.roles import Viewer
from eventkit.market import on_offer, repeats
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, Host, NoticeKind, Person, Pitch
from eventkit.text import clean, lengths, names


def hosted_by(tx: Transaction, pitch_id: int, person_id: int | None) -> bool:
    """Whether this person hosts this pitch."""
    return person_id is not None and tx.get(Host, (pitch_id, person_id)) is not None


def hosts_of(tx: Transaction, pitch_id: int) -> list[int]:
    """The people who host this pitch on their phones."""
    return sorted(tx.scalars(select(Host.person_id).where(Host.pitch_id == pitch_id)))


def hosts_some(tx: Transaction, pitch_id: int, viewer: Viewer) -> bool:
    """Whether the viewer hosts this pitch, or one that is part of it."""
    whole = select(Pitch.id).where(or_(Pitch.id == pitch_id, Pitch.merged_into == pitch_id))
    mine = col(Host.person_id) == (viewer.person_id or 0), col(Host.pitch_id).in_(whole)
    return tx.scalar(select(Host.pitch_id).where(*mine).limit(1)) is not None


def hosted(tx: Transaction, event_id: int, person_id: int | None) -> set[int]:
    """The ids of the pitches that somebody hosts; of a merged one that of what it is part of now."""
    return set(hosted_alone(tx, event_id, person_id).values())


def hosted_alone(tx: Transaction, event_id: int, person_id: int | None) -> dict[int, int]:
    """The id of each pitch that somebody hosts -> that of what it is part of now, which may be itself."""
    if person_id is None:
        return {}
    query = select(Pitch.id, func.coalesce(Pitch.merged_into, Pitch.id)).join(Host, col(Host.pitch_id) == Pitch.id)
    rows = tx.execute(query.where(Pitch.event_id == event_id, Host.person_id == person_id))
    return dict(rows.all())


def hosts(tx: Transaction, event_id: int) -> dict[int, set[int]]:
    """Pitch id -> the ids of its hosts, for the pitches that can be placed; a merged pitch brings its hosts along."""
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(root, Host.person_id).join(Pitch, col(Host.pitch_id) == Pitch.id).where(Pitch.event_id == event_id)
    found: dict[int, set[int]] = defaultdict(set)
    for pitch_id, person_id in tx.execute(query.where(*on_offer.offered())):
        found[pitch_id].add(person_id)
    return dict(found)


def hours(tx: Transaction, event_id: int) -> list[tuple[int, time | None, time | None]]:
    """(pitch id, when its hosts come, when they go) of those who are not there all day."""
    query = select(Pitch).where(Pitch.event_id == event_id, *on_offer.offered())
    some = query.where(or_(col(Pitch.there_from).is_not(None), col(Pitch.there_until).is_not(None)))
    return [(pitch.merged_into or pitch.id, pitch.there_from, pitch.there_until) for pitch in tx.scalars(some)]


def claim(tx: Transaction, event: Event, credentials: Credentials, person: Person, typed: str) -> Pitch:
    """Make this person a host of the pitch with this claim code. It works once: a fresh code takes its place.

    Their name, if they gave one, takes the place of the one that somebody typed for them; where somebody else hosts it
    already, it is added. Raises NotFound.
    """
    pitch = credentials.pitch_by_claim_code(tx, event, typed)
    others = tx.scalars(select(Host.person_id).where(Host.pitch_id == pitch.id, Host.person_id != person.id)).all()
    tx.execute(insert(tx, Host).values(pitch_id=pitch.id, person_id=person.id).on_conflict_do_nothing())
    repeats.share_hosts(tx, pitch.id)
    pitch.claim_code_generation += 1
    unseen = event.look_first or person.hidden_names is not None
    named = pitch.host_name if unseen else _named(pitch.host_name, person.name, bool(others))
    if named != pitch.host_name:
        notices.leave_of_pitch(tx, event.id, NoticeKind.EDITED, pitch.id, by=person.id)
    pitch.host_name = named
    repeats.as_the_first(tx, pitch, person.id)
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=pitch.id)
    return pitch


def _named(before: str, name: str, joins: bool) -> str:
    """The hosts' names once `name` has claimed the pitch: beside others, or in place of who was typed."""
    if not name or clean.name_key(name) in map(clean.name_key, names.people_in(before)):
        return before
    return f"{before}, {name}"[: lengths.PERSON_NAME] if joins and before else name

"""The summary on top of a session's notes: one text that all write, merged line by line, every version kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from eventkit.clock import now
from eventkit.errors import Closed, Invalid, NotFound, Stale, TooMany
from eventkit.event import people
from eventkit.market import hiding, notes
from eventkit.market.merging import Title
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Person, Pitch, Summary
from eventkit.text import language, lengths, merging
from eventkit.text.language import gettext as _

MOST_VERSIONS = 2000  # of one session's summary
ON_A_PAGE = 30  # of them


@dataclass(frozen=True)
class Typed:
    """A summary as somebody typed it, from the version `seen` on; 0 where there was none."""

    text: str
    seen: int = 0
    author_name: str = ""


class Unsettled(Stale):
    """What was typed is not kept before its author has looked at `text`, which was made from the version `seen`."""

    def __init__(self, told: str, text: str, seen: int, contested: Sequence[merging.Contested] = ()):
        super().__init__(told)
        self.text, self.seen, self.contested = text, seen, tuple(contested)


class SentMore(Unsettled):
    """The same person sent more than this from the same version.

    Either they deleted something since, or the network held this back and brings it after what they wrote later.
    """

    def __init__(self, text: str, seen: int):
        told = _("You sent more than this before, and that was kept. To keep less, send this again.")
        super().__init__(told, text, seen)


class BothChanged(Unsettled):
    """Somebody else changed the same lines. `text` has all that both wrote."""

    def __init__(self, text: str, seen: int, contested: Sequence[merging.Contested]):
        told = _("Somebody else changed the same line while you were typing. Choose which to keep, then send it again.")
        most = language.numeral(lengths.SUMMARY)
        long = _("With what others wrote meanwhile this is too long. Keep it to %(most)s letters.", most=most)
        super().__init__(told if contested else long, text, seen, contested)


def newest(tx: Transaction, pitch_id: int) -> Summary | None:
    """The version that is shown: the newest that is not hidden."""
    return tx.scalar(_shown(pitch_id).order_by(col(Summary.version).desc()).limit(1))


def of_session(tx: Transaction, pitch_id: int) -> list[tuple[Summary, Title]]:
    """The summaries that are shown of a pitch and of what was merged into it, its own first."""
    ids = select(Pitch.id).where(or_(Pitch.id == pitch_id, Pitch.merged_into == pitch_id))
    last = select(func.max(Summary.id)).where(col(Summary.pitch_id).in_(ids), col(Summary.hidden_at).is_(None))
    query = select(Summary, Pitch.id, Pitch.title).join(Pitch, col(Pitch.id) == Summary.pitch_id)
    query = query.where(col(Summary.id).in_(last.group_by(col(Summary.pitch_id))))
    rows = tx.execute(query.order_by(col(Pitch.id) != pitch_id, col(Pitch.id))).all()
    return [(summary, Title(number, title)) for summary, number, title in rows]


def keep(tx: Transaction, event_id: int, pitch_id: int, person: Person, typed: Typed, helps: bool = False) -> Summary:
    """Keep what somebody typed, merged with what others wrote meanwhile; nothing where it says what is there already.

    `helps`: as a facilitator. Raises Closed, Invalid, TooMany, and Unsettled: BothChanged or SentMore.
    """
    event = notes.open_to(tx, event_id, helps)
    if hiding.waits(event, helps):
        raise Closed(
            _("What people write here is looked at first, so facilitators write the summary. Add an entry below.")
        )
    if typed.text.count("\n") >= lengths.SUMMARY_LINES:
        raise Invalid(
            summary=_(
                "The summary has too many lines. Keep it to %(summary_lines)s.", summary_lines=lengths.SUMMARY_LINES
            )
        )
    there = newest(tx, pitch_id)
    merged = _merged(tx, pitch_id, person, typed, there)
    if there is not None and merged == there.text:
        return there
    number = (tx.scalar(select(func.max(Summary.version)).where(Summary.pitch_id == pitch_id)) or 0) + 1
    if number > MOST_VERSIONS:
        raise TooMany(_("This summary was changed too often. Add what is new as an entry below."))
    summary = Summary(
        event_id=event_id,
        pitch_id=pitch_id,
        version=number,
        person_id=person.id,
        author_name="" if person.hidden_names is not None else people.name_kept(tx, event_id, typed.author_name),
        text=merged,
        merged=merged != typed.text,
        typed=typed.text if merged != typed.text else "",
        seen=typed.seen,
        made_at=now(),
    )
    tx.add(summary)
    tx.flush()
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id)
    return summary


def versions(tx: Transaction, pitch_id: int, before: int | None = None) -> tuple[list[Summary], bool]:
    """Versions that are not hidden, newest first, or those before a version; and whether there are older ones."""
    query = _shown(pitch_id).order_by(col(Summary.version).desc()).limit(ON_A_PAGE + 1)
    found = tx.scalars(query if before is None else query.where(Summary.version < before)).all()
    return list(found[:ON_A_PAGE]), len(found) > ON_A_PAGE


def of_event(tx: Transaction, event_id: int) -> dict[int, str]:
    """Pitch id -> the text of its summary, where it has one and is not hidden."""
    shown = select(Pitch.id).where(Pitch.event_id == event_id, col(Pitch.hidden_at).is_(None))
    last = select(func.max(Summary.id)).where(Summary.event_id == event_id, col(Summary.hidden_at).is_(None))
    query = select(Summary.pitch_id, Summary.text).where(col(Summary.pitch_id).in_(shown))
    query = query.where(col(Summary.id).in_(last.group_by(col(Summary.pitch_id))))
    return {pitch_id: text for pitch_id, text in tx.execute(query) if text}


def get(tx: Transaction, event_id: int, number: int) -> Summary:
    """One version by its id, hidden or not. Raises NotFound."""
    summary = tx.scalar(select(Summary).where(Summary.id == number, Summary.event_id == event_id))
    if summary is None:
        raise NotFound(_("There is no such version of a summary at this event."))
    return summary


def _merged(tx: Transaction, pitch_id: int, person: Person, typed: Typed, there: Summary | None) -> str:
    """What was typed, with what was written since. Raises BothChanged, SentMore."""
    if there is None or there.version == typed.seen:
        return typed.text
    sent = _sent_before(tx, pitch_id, person, typed)
    found = merging.merge(_text_of(tx, pitch_id, typed.seen) if sent is None else sent, typed.text, there.text)
    if found.contested or len(found.text) > lengths.SUMMARY or found.text.count("\n") >= lengths.SUMMARY_LINES:
        raise BothChanged(found.text, there.version, found.contested)
    if sent is not None and typed.text != sent and merging.is_within(typed.text, sent):
        raise SentMore(found.text, there.version)
    return found.text


def _sent_before(tx: Transaction, pitch_id: int, person: Person, typed: Typed) -> str | None:
    """What the same person sent last from the same version, most likely without hearing the answer."""
    own = select(Summary).where(Summary.pitch_id == pitch_id, Summary.person_id == person.id)
    own = own.where(Summary.version > typed.seen, Summary.seen == typed.seen)
    found = tx.scalar(own.order_by(col(Summary.version).desc()).limit(1))
    if found is None:
        return None
    return found.typed if found.merged else found.text


def _text_of(tx: Transaction, pitch_id: int, version: int) -> str:
    return tx.scalar(select(Summary.text).where(Summary.pitch_id == pitch_id, Summary.version == version)) or ""


def _shown(pitch_id: int) -> SelectOfScalar[Summary]:
    return select(Summary).where(Summary.pitch_id == pitch_id, col(Summary.hidden_at).is_(None))

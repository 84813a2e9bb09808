"""Who somebody is at an event: a signed cookie, a second phone, and the links of organisers and facilitators.

A phone is known by a random token in its cookie from the first page on; the person's row is made by their first post,
so that looking (by phones, link previews, robots) writes nothing.
"""

import secrets
from dataclasses import dataclass

from sqlmodel import func, select, text

from eventkit.clock import now
from eventkit.errors import Closed, Invalid, NotFound, NotJoined
from eventkit.event import ended
from eventkit.event.credentials import Credentials
from eventkit.event.roles import Organiser, Viewer
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, Person
from eventkit.text import codes, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

NAME_TAKEN_OFF = marked("An organiser took your name off the screens. Talk to them if you think that is a mistake.")
SIGNED_OUT = marked("This device was signed out here, so this was not kept. Open the event’s page, then send it again.")
LARGEST_NUMBER = 999_999_999  # of a person
FEWEST_TOLD = 3  # people of whom a number is told: fewer could be known by name


def new_token() -> str:
    """A token for a phone that has none: 128 bits."""
    return secrets.token_urlsafe(16)


def viewer(tx: Transaction, event: Event, token: str, key_digests: tuple[str, ...] = ()) -> Viewer:
    """The viewer behind a cookie's token and the digests of the secret links that this device has opened."""
    person = find(tx, event.id, token)
    organiser = event.organiser_hash in key_digests
    helps = organiser or (event.facilitator_hash is not None and event.facilitator_hash in key_digests)
    return Viewer(
        token=token,
        person_id=person.id if person else None,
        name=person.name if person else "",
        organiser=organiser,
        facilitator=helps,
        stopped=person is not None and person.stopped_at is not None and not helps,
    )


def find(tx: Transaction, event_id: int, token: str) -> Person | None:
    """The person with this token, if they have posted anything yet."""
    return tx.scalar(select(Person).where(Person.event_id == event_id, Person.token == token))


def get(tx: Transaction, event_id: int, person_id: int) -> Person:
    """The event's person with this number. Raises NotFound."""
    person = tx.scalar(select(Person).where(Person.id == person_id, Person.event_id == event_id))
    if person is None:
        raise NotFound(_("There is no such person at this event any more."))
    return person


def named(tx: Transaction, event_id: int, most: int = 500) -> list[Person]:
    """The people who gave a name, in alphabetical order."""
    query = select(Person).where(Person.event_id == event_id, Person.name != "")
    return sorted(tx.scalars(query.limit(most)), key=lambda person: person.name.casefold())


def renew_calendar_key(person: Person) -> None:
    """End the address of a person's calendar feed: a new one takes its place."""
    person.calendar_key_generation += 1


def renew_token(tx: Transaction, person: Person) -> str:
    """A new token for a person's phone: every other device of theirs is signed out. Returns it."""
    ended.end_tokens(tx, [person.token])
    person.token = new_token()
    return person.token


def count(tx: Transaction, event_id: int) -> int:
    """How many people have posted anything: voted, pitched, written."""
    return tx.scalar(select(func.count()).select_from(Person).where(Person.event_id == event_id)) or 0


def ensure(tx: Transaction, event_id: int, token: str) -> Person:
    """The person with this token, made now if need be. Safe when two posts of a new phone arrive at once.

    Raises NotJoined for a token that was somebody's once: what arrives late from a device that was signed out.
    """
    if person := find(tx, event_id, token):
        return person
    if ended.is_token(tx, token):
        raise NotJoined(_(SIGNED_OUT))
    tx.execute(
        insert(tx, Person)
        .values(
            id=_number(tx),
            event_id=event_id,
            token=token,
            name="",
            phone_code_generation=0,
            calendar_key_generation=0,
            joined_on=now().date(),
        )
        .on_conflict_do_nothing(index_elements=["event_id", "token"])
    )
    return tx.scalars(select(Person).where(Person.event_id == event_id, Person.token == token)).one()


def _number(tx: Transaction) -> int:
    """A number by lot for a new person: numbers in order would say who came when, and so who voted when."""
    while tx.get(Person, number := secrets.randbelow(LARGEST_NUMBER) + 1):
        pass
    return number


def name_kept(tx: Transaction, event_id: int, typed: str) -> str:
    """A name as it may be kept: none where the event asks nobody for names."""
    return "" if typed and tx.get_one(Event, event_id).names_off else typed


@dataclass(frozen=True)
class Volunteer:
    """Somebody who offered to help, by the name that others see."""

    person_id: int
    name: str


def volunteering_name(tx: Transaction, person: Person, typed: str, field: str) -> str:
    """The name by which somebody offers to help: as typed, else their own; none where names are off.

    Raises Closed where theirs is hidden, Invalid for the form's `field` where there is none.
    """
    if person.hidden_names is not None:
        raise Closed(_("Your name is hidden here, so it is not shown. Talk to the organiser."))
    if not (name := typed or person.name) and not tx.get_one(Event, person.event_id).names_off:
        raise Invalid(**{field: _("Type the name by which the others find you.")})
    return name_kept(tx, person.event_id, name)


def rename(tx: Transaction, event_id: int, token: str, name: str) -> Person:
    """Give oneself a display name; an empty one takes it back. Raises Invalid where it was hidden."""
    person = ensure(tx, event_id, token)
    if person.hidden_names is not None and name.strip():
        raise Invalid(name=_(NAME_TAKEN_OFF))
    person.name = name_kept(tx, event_id, name.strip()[: lengths.PERSON_NAME])
    return person


def link(tx: Transaction, event: Event, credentials: Credentials, typed: str) -> Person:
    """The person whose phone shows this personal code. It works once: a fresh one takes its place. Raises NotFound."""
    person = credentials.person_by_phone_code(tx, event, typed)
    person.phone_code_generation += 1
    return person


def absorb(tx: Transaction, kept: Person, other: Person) -> None:
    """Two phones turn out to be one person: what `other` voted, hosts and wrote becomes `kept`'s, and `other` ends.

    Where both did the same, the higher interest stays, and the name that `kept` has.
    """
    theirs = {"kept": kept.id, "other": other.id}
    for statement in _ABSORBING:
        tx.execute(statement, theirs)
    if other.hidden_names is not None:  # joining another phone does not bring a name back
        kept.hidden_names, kept.name = kept.hidden_names or other.hidden_names, ""
    kept.name = kept.name or other.name
    kept.voted_on = max((day for day in (kept.voted_on, other.voted_on) if day), default=None)
    ended.end_tokens(tx, [other.token])
    tx.delete(other)
    change_log.record(tx, kept.event_id, ChangeKind.VOTE)  # what both voted counts once now


_ABSORBING = [
    text(sql)
    for sql in (
        # a vote, a hosting or an idempotency key that both have would be there twice: one of the two goes first
        "DELETE FROM vote WHERE person_id = :kept AND EXISTS (SELECT 1 FROM vote AS theirs WHERE "
        "theirs.person_id = :other AND theirs.pitch_id = vote.pitch_id AND theirs.interest > vote.interest)",
        "DELETE FROM vote WHERE person_id = :other AND pitch_id IN (SELECT pitch_id FROM vote WHERE person_id = :kept)",
        "DELETE FROM host WHERE person_id = :other AND pitch_id IN (SELECT pitch_id FROM host WHERE person_id = :kept)",
        "DELETE FROM going WHERE person_id = :other AND pitch_id IN "
        "(SELECT pitch_id FROM going WHERE person_id = :kept)",
        "DELETE FROM actionhelper WHERE person_id = :other AND note_id IN "
        "(SELECT note_id FROM actionhelper WHERE person_id = :kept)",
        "DELETE FROM notetaker WHERE person_id = :other AND pitch_id IN "
        "(SELECT pitch_id FROM notetaker WHERE person_id = :kept)",
        "DELETE FROM reflection WHERE person_id = :other AND event_id IN "
        "(SELECT event_id FROM reflection WHERE person_id = :kept)",
        "DELETE FROM pairseeker WHERE person_id = :other AND EXISTS "
        "(SELECT 1 FROM pairseeker AS mine WHERE mine.person_id = :kept)",
        "DELETE FROM pairmember WHERE person_id = :other AND number IN "
        "(SELECT number FROM pairmember WHERE person_id = :kept)",
        "DELETE FROM receipt WHERE person_id = :other AND nonce IN (SELECT nonce FROM receipt WHERE person_id = :kept)",
        "UPDATE vote SET person_id = :kept WHERE person_id = :other",
        "UPDATE host SET person_id = :kept WHERE person_id = :other",
        "UPDATE going SET person_id = :kept WHERE person_id = :other",
        "UPDATE actionhelper SET person_id = :kept WHERE person_id = :other",
        "UPDATE notetaker SET person_id = :kept WHERE person_id = :other",
        "UPDATE summary SET person_id = :kept WHERE person_id = :other",
        "UPDATE reflection SET person_id = :kept WHERE person_id = :other",
        "UPDATE pairseeker SET person_id = :kept WHERE person_id = :other",
        "UPDATE pairmember SET person_id = :kept WHERE person_id = :other",
        "UPDATE pairreport SET about_id = :kept WHERE about_id = :other",
        "UPDATE receipt SET person_id = :kept WHERE person_id = :other",
        "UPDATE note SET person_id = :kept WHERE person_id = :other",
        "UPDATE pushsubscription SET person_id = :kept WHERE person_id = :other",
        "UPDATE pitch SET created_by = :kept WHERE created_by = :other",
    )
]


def new_organiser_link(by: Organiser) -> str:
    """A new secret for the organiser's link; devices signed in by the old one are signed out."""
    by.event.organiser_hash = codes.digest(secret := codes.secret())
    return secret


def new_facilitator_link(by: Organiser) -> str:
    """A new secret for the facilitators' link; the old one ends."""
    by.event.facilitator_hash = codes.digest(secret := codes.secret())
    return secret


def accepted_key(event: Event, key: str) -> str | None:
    """The digest to keep in the cookie where `key` is the organiser's or facilitators' secret, else None."""
    digest = codes.digest(key)
    known = (event.organiser_hash, event.facilitator_hash or "")
    return digest if any(secrets.compare_digest(digest, kept) for kept in known) else None

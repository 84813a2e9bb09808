"""Namesakes: a host's name that a facilitator types for somebody else, and who here already goes by that name."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from eventkit.errors import Invalid
from eventkit.event.roles import Facilitator
from eventkit.market import on_offer
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Host, Person, Pitch
from eventkit.text import clean, lengths, names
from eventkit.text.language import gettext as _

MOST_ASKED = 3  # names of one pitch that are asked about
_NUMBER = re.compile(r" \((\d+)\)$")  # of the second of two people of one name
_ANOTHER = "another:"
_NAMED = "named:"
_PHONE = "phone:"


@dataclass(frozen=True)
class Known:
    """Somebody of that name: `answer` is what a form sends for them; `name` and `title` as a pitch of theirs says them.

    Both are empty of a phone that only gave the name.
    """

    answer: str
    name: str
    title: str
    on_phone: bool


@dataclass(frozen=True)
class Namesakes:
    """Whether a typed name is that of somebody known; `another` is what a form sends where it is none of them."""

    name: str
    known: tuple[Known, ...]
    another: str

    @property
    def answers(self) -> set[str]:
        """All that can be answered."""
        return {self.another, *(it.answer for it in self.known)}


@dataclass(frozen=True)
class Settled:
    """Who hosts a pitch that somebody typed: the names as they are kept, and the people on whose phones it is."""

    host_name: str
    people: tuple[int, ...] = ()


def key(name: str) -> str:
    """What two spellings of a name have in common, as people compare: case, accents, hyphens and spaces aside."""
    return " ".join(clean.searchable(_NUMBER.sub("", name)).split())


def questions(tx: Transaction, by: Facilitator, typed: str) -> list[Namesakes]:
    """What is to be asked about the names that were typed: those that somebody here has already. Three queries."""
    wanted = {key(name): name for name in names.people_in(typed)} if typed and not by.event.names_off else {}
    wanted.pop("", None)
    if not wanted:
        return []
    known = _known(tx, by.event.id, wanted.keys())
    asked = [Namesakes(name, tuple(known[it]), _ANOTHER + it) for it, name in wanted.items() if it in known]
    return asked[:MOST_ASKED]


def settle(tx: Transaction, by: Facilitator, typed: str, answers: Collection[str]) -> Settled:
    """The hosts, by what was answered to each of the questions. Raises Invalid where one is open.

    The same person is written as before, so that nobody is held to be in two places; another one of that name gets a
    number, so that people can tell them apart.
    """
    host_name, phones = typed, []
    for question in questions(tx, by, typed):
        given = question.answers.intersection(answers)
        if len(given) != 1:
            raise Invalid(
                host_name=_("%(name)s is a name that is here already. Say whether this is them.", name=question.name)
            )
        (answer,) = given
        same = next((it for it in question.known if it.answer == answer), None)
        name = (same.name or question.name) if same else _apart(question)
        if same and same.on_phone:
            phones.append(int(answer.removeprefix(_PHONE)))
        changed = host_name.replace(question.name, name, 1)
        host_name = changed if len(changed) <= lengths.PERSON_NAME else host_name
    return Settled(host_name, tuple(dict.fromkeys(phones)))


def _apart(question: Namesakes) -> str:
    """The name of another person of that name: `Sam Lee (2)`. One typed with a number that is free stays as it is."""
    taken = {clean.name_key(it.name) for it in question.known}
    if clean.name_key(question.name) not in taken and _NUMBER.search(question.name):
        return question.name
    plain = _NUMBER.sub("", question.name)
    return next(name for n in range(2, len(taken) + 3) if clean.name_key(name := f"{plain} ({n})") not in taken)


def _known(tx: Transaction, event_id: int, wanted: Iterable[str]) -> dict[str, list[Known]]:
    """Key of a name -> who has it, the newest pitch of each told: those on phones first.

    What somebody hosts is told of them only where the pitch says this name: whoever hosts without a name stays without.
    """
    phones: dict[str, dict[int, Known]] = {it: {} for it in wanted}
    typed: dict[str, dict[str, Known]] = {it: {} for it in wanted}
    hosts = _hosts(tx, event_id)
    for pitch_id, title, host_name in _said(tx, event_id):
        people = names.people_in(host_name)
        for it, name in ((key(name), name) for name in people):
            if it not in phones:
                continue
            mine = [
                host for host in hosts[pitch_id] if key(host.name) == it or len(people) == len(hosts[pitch_id]) == 1
            ]
            for host in mine:
                phones[it].setdefault(host.id, Known(f"{_PHONE}{host.id}", name, title, on_phone=True))
            if not mine:
                typed[it].setdefault(clean.name_key(name), Known(f"{_NAMED}{name}", name, title, on_phone=False))
    for person in _named(tx, event_id):
        if (it := key(person.name)) in phones:
            phones[it].setdefault(person.id, Known(f"{_PHONE}{person.id}", "", "", on_phone=True))
    found = {it: [*phones[it].values(), *typed[it].values()] for it in phones}
    return {it: known for it, known in found.items() if known}


def _said(tx: Transaction, event_id: int) -> Iterable[tuple[int, str, str]]:
    """(id, title, hosts as written) of what is on the marketplace, parts of joint pitches too, the newest first."""
    query = select(Pitch.id, Pitch.title, Pitch.host_name).where(Pitch.event_id == event_id, *on_offer.offered())
    said = query.where(col(Pitch.repeat_of).is_(None), Pitch.host_name != "").order_by(col(Pitch.id).desc())
    return [(row.id, row.title, row.host_name) for row in tx.execute(said)]


def _hosts(tx: Transaction, event_id: int) -> Mapping[int, list[Person]]:
    """Pitch id -> the people who host it on their phones."""
    found = defaultdict[int, list[Person]](list)
    query = select(Host.pitch_id, Person).join(Person, col(Host.person_id) == Person.id)
    for pitch_id, person in tx.execute(query.where(Person.event_id == event_id)):
        found[pitch_id].append(person)
    return found


def _named(tx: Transaction, event_id: int) -> Iterable[Person]:
    """Those who gave a name on their phone, as long as nobody hid it."""
    return tx.scalars(select(Person).where(Person.event_id == event_id, Person.name != "").order_by(col(Person.id)))

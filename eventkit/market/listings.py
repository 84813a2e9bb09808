"""Lists of pitches: what each person finds on the marketplace, in their own order, and what is in use there."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from eventkit.event.roles import Viewer
from eventkit.market import on_offer
from eventkit.market.merging import Title
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Host, Pitch
from eventkit.text import clean, language, lengths, markdown, names

SHOWN = 600  # characters of a description that a list carries
PAGE = 12_000  # letters on one page of a long list: some ten kilobytes as it is sent
AROUND = 60  # letters that a card counts besides its texts, for what is around them


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A pitch as lists show it; `description` is its beginning only."""

    id: int
    title: str
    description: str
    host_name: str
    topic: str
    needs: tuple[str, ...]
    format: str
    length: int
    hosted: bool  # by the viewer
    withdrawn: bool
    hidden: bool  # by who moderates, or until they have looked at it
    waits: bool  # only until then
    created_at: datetime
    together: tuple[str, ...] = ()  # of a joint pitch: title and beginning of what else it stands for


def listing(
    tx: Transaction, event_id: int, viewer: Viewer, search: str = "", topic: str = "", kind: str = ""
) -> list[Card]:
    """The pitches that can be voted on, in the viewer's own order (see shuffled()), where asked only some of them."""
    query = _cards(viewer, lengths.DESCRIPTION if search else SHOWN).where(*on_offer.votable(event_id))
    cards = _whole(tx, event_id, [_card(row) for row in tx.execute(query)])
    if topic:
        cards = [card for card in cards if card.topic.casefold() == topic.casefold()]
    if kind:
        cards = [card for card in cards if card.format.casefold() == kind.casefold()]
    if search:  # here, since SQLite knows only English letters' lower case
        cards = [card for card in cards if _says(card, clean.searchable(search))]
    return shuffled(viewer.token, cards)


def own(tx: Transaction, event_id: int, viewer: Viewer) -> list[Card]:
    """The pitches that the viewer hosts, oldest first, withdrawn ones included; of a part the joint pitch."""
    if viewer.person_id is None:
        return []
    query = _cards(viewer).where(Pitch.event_id == event_id, _hosted(viewer))
    return _whole(tx, event_id, [_card(row) for row in tx.execute(query.order_by(col(Pitch.id)))])


def _whole(tx: Transaction, event_id: int, cards: list[Card]) -> list[Card]:
    """The same with the hosts and the texts of all that each stands for."""
    parts = defaultdict[int, list[Any]](list)
    columns: tuple[Any, ...] = (Pitch.merged_into, Pitch.title, Pitch.host_name, Pitch.description)
    merged = Pitch.event_id == event_id, col(Pitch.merged_into).is_not(None), *on_offer.offered()
    for row in tx.execute(select(*columns).where(*merged).order_by(col(Pitch.id))):
        parts[row[0]].append(row)
    return [_joint(card, parts[card.id]) if card.id in parts else card for card in cards]


def _joint(card: Card, parts: list[Any]) -> Card:
    texts = (f"{title}: {markdown.excerpt(text)}" if text else title for _, title, _, text in parts)
    named = language.listed(names.all_of((card.host_name, *(host for _, _, host, _ in parts))))
    return replace(card, host_name=named, together=tuple(texts))


def titles(tx: Transaction, event_id: int) -> list[Title]:
    """The titles of the pitches that can be voted on, oldest first."""
    query = select(Pitch.id, Pitch.title).where(*on_offer.votable(event_id)).order_by(col(Pitch.id))
    return [Title(*row) for row in tx.execute(query)]


def newest(tx: Transaction, event_id: int) -> int:
    """The id of the newest pitch, 0 where there is none."""
    return tx.scalar(select(func.max(Pitch.id)).where(Pitch.event_id == event_id)) or 0


def of_others(tx: Transaction, event_id: int, viewer: Viewer) -> set[int]:
    """The ids of the pitches that the viewer can vote on."""
    return set(tx.scalars(select(Pitch.id).where(*on_offer.votable(event_id), ~_hosted(viewer))))


def since(tx: Transaction, event_id: int, viewer: Viewer, after: int) -> int:
    """How many pitches of other people came after the pitch with this id."""
    query = select(func.count()).select_from(Pitch).where(*on_offer.votable(event_id), Pitch.id > after)
    return tx.scalar(query.where(func.coalesce(Pitch.created_by, 0) != (viewer.person_id or 0))) or 0


def unclaimed(tx: Transaction, event_id: int, most: int = 50, before: int = 0) -> list[Pitch]:
    """The pitches that no phone hosts yet, newest first; `before` a pitch, by its id, where there are more."""
    query = select(Pitch).where(*on_offer.votable(event_id), _unhosted())
    query = query.where(col(Pitch.id) < before) if before else query
    return list(tx.scalars(query.order_by(col(Pitch.id).desc()).limit(most)))


def unclaimed_titles(tx: Transaction, event_id: int) -> list[Title]:
    """The titles of all of them, oldest first."""
    query = select(Pitch.id, Pitch.title).where(*on_offer.votable(event_id), _unhosted()).order_by(col(Pitch.id))
    return [Title(*row) for row in tx.execute(query)]


def shuffled(token: str, cards: Iterable[Card]) -> list[Card]:
    """The cards in the order that is this phone's own: by a hash of its token and the pitch.

    So nothing is always first, nobody's order ever changes, and a new pitch appears where its hash says.
    """
    return sorted(cards, key=lambda card: hashlib.sha256(f"{token}:{card.id}".encode()).digest())


def in_pages(cards: Iterable[Card]) -> list[list[Card]]:
    """The cards page by page, each of about as many letters; one empty page where there are none."""
    found: list[list[Card]] = [[]]
    letters = 0
    for card in cards:
        texts = (card.title, card.host_name, markdown.excerpt(card.description), *card.together)
        size = AROUND + sum(map(len, texts))
        if found[-1] and letters + size > PAGE:
            found.append([])
            letters = 0
        found[-1].append(card)
        letters += size
    return found


def topics(tx: Transaction, event_id: int) -> list[str]:
    """The topics in use, each once however it is capitalised, in alphabetical order."""
    query = select(Pitch.topic).distinct().where(*on_offer.votable(event_id), Pitch.topic != "")
    found = {topic.casefold(): topic for topic in sorted(tx.scalars(query), reverse=True)}
    return [found[key] for key in sorted(found)]


def formats_used(tx: Transaction, event_id: int) -> list[str]:
    """The formats in use, as they are kept, in alphabetical order."""
    return sorted(tx.scalars(select(Pitch.format).distinct().where(*on_offer.votable(event_id), Pitch.format != "")))


def all_titles(tx: Transaction, event_id: int) -> list[Title]:
    """The titles of all pitches, withdrawn and merged ones included, in alphabetical order."""
    query = select(Pitch.id, Pitch.title).where(Pitch.event_id == event_id)
    return sorted((Title(*row) for row in tx.execute(query)), key=lambda it: it.title.casefold())


def _unhosted() -> ColumnElement[bool]:
    """The condition that no phone hosts a pitch."""
    return ~select(Host.pitch_id).where(Host.pitch_id == Pitch.id).exists()


def _says(card: Card, wanted: str) -> bool:
    texts = (card.title, card.description, card.host_name, card.topic, card.format, *card.needs, *card.together)
    return any(wanted in clean.searchable(text) for text in texts)


def _cards(viewer: Viewer, shown: int = SHOWN) -> Any:
    whole: tuple[Any, ...] = (Pitch.id, Pitch.title, Pitch.host_name, Pitch.topic, Pitch.format, Pitch.length)
    states: tuple[Any, ...] = (_hosted(viewer), Pitch.withdrawn_at, Pitch.hidden_at, Pitch.waits, Pitch.created_at)
    columns = (*whole, func.substr(Pitch.description, 1, shown), Pitch.needs, *states)
    return select(*columns).select_from(Pitch)


def _hosted(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that the viewer hosts a pitch, or one that is part of it."""
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    roots = select(root).join(Host, col(Host.pitch_id) == Pitch.id).where(Host.person_id == (viewer.person_id or 0))
    return col(Pitch.id).in_(roots.correlate(None))


def _card(row: Any) -> Card:
    (ident, title, host_name, topic, kind, length, description, needs, host, withdrawn, hidden, waits, created) = row
    return Card(
        id=ident,
        title=title,
        description=description,
        host_name=host_name,
        topic=topic,
        needs=tuple(needs),
        format=kind,
        length=length,
        hosted=bool(host),
        withdrawn=withdrawn is not None,
        hidden=hidden is not None,
        waits=waits,
        created_at=created,
    )

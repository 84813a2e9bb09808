"""Ballots as PrefLib's categorical preferences (.cat), which programs of social choice read.

Source: "Data format" of preflib.org: a header of `# KEY: value` lines, then each preference with how many have it; its
categories are separated by commas, several alternatives in one are in braces, and none are an empty pair of them.
"""

from collections import Counter
from collections.abc import Iterable

from sqlmodel import select

from eventkit.errors import Closed
from eventkit.market import ballots, on_offer
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Pitch
from eventkit.text.language import gettext as _

TYPE = "text/plain; charset=utf-8"
CATEGORIES = ("Must go", "Interested", "No vote")


def votes(tx: Transaction, event_id: int) -> str:
    """The ballots on pitches that stand, of nobody in particular. Raises Closed while voting is open."""
    event = tx.get_one(Event, event_id)
    if event.voting_open:
        raise Closed(_("Voting is open, so nobody reads votes, not even the organiser. Close voting first."))
    standing = sorted(tx.execute(select(Pitch.id, Pitch.title).where(*on_offer.live(event_id))))
    numbers = {pitch_id: number for number, (pitch_id, _title) in enumerate(standing, 1)}
    found = Counter(
        tuple(
            _category(numbers[it] for it in numbers if own.get(it, ballots.NONE) == interest)
            for interest in (ballots.MUST_GO, ballots.INTERESTED, ballots.NONE)
        )
        for own in ballots.by_person(tx, event_id).values()
    )
    head = {
        "FILE NAME": f"{event.code}-votes.cat",
        "TITLE": event.name,
        "DESCRIPTION": "Votes on the pitches of an unconference",
        "DATA TYPE": "cat",
        "MODIFICATION TYPE": "original",
        "RELATES TO": "",
        "RELATED FILES": "",
        "PUBLICATION DATE": event.day.isoformat(),
        "MODIFICATION DATE": event.day.isoformat(),
        "NUMBER ALTERNATIVES": len(standing),
        "NUMBER VOTERS": found.total(),
        "NUMBER UNIQUE PREFERENCES": len(found),
        "NUMBER CATEGORIES": len(CATEGORIES),
        **{f"CATEGORY NAME {number}": name for number, name in enumerate(CATEGORIES, 1)},
        **{f"ALTERNATIVE NAME {number}": title for number, (_id, title) in enumerate(standing, 1)},
    }
    ordered = sorted(found.items(), key=lambda it: (-it[1], it[0]))
    lines = [f"# {key}: {value}" for key, value in head.items()]
    return "\n".join([*lines, *(f"{count}: {','.join(preference)}" for preference, count in ordered)]) + "\n"


def votes_kept(tx: Transaction, event_id: int, _secret: str) -> str:
    """The same, asked like the organiser's other files."""
    return votes(tx, event_id)


def _category(numbers: Iterable[int]) -> str:
    found = [str(number) for number in numbers]
    return found[0] if len(found) == 1 else f"{{{','.join(found)}}}"

"""What we say of the published grid: one sentence for each state of a cell and each kind of notice, in plain English.

Made from kinds and names that are already in the reader's form; grid/telling.py finds those. Nobody parses a sentence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Words:
    """What a sentence may name; what it does not need stays empty. A place is `11:00, Library`."""

    title: str = ""  # of the session
    into: str = ""  # the session that it is part of
    place: str = ""  # where it is now
    was: str = ""  # where it was, or when the slot was
    was_title: str = ""
    room: str = ""
    was_room: str = ""
    slot: str = ""  # when it is
    item: str = ""  # the fixed item that a slot has become
    day: str = ""  # of the event
    was_day: str = ""


LONGEST_TITLE = 60  # letters of a title that a sentence about earlier versions quotes

OF_STATE: Mapping[str, str] = {
    "on": "",
    "room closed": "{room} is closed. A new place is being found.",
    "slot taken": "This time is now {item}. A new place is being found.",
    "withdrawn": "Withdrawn: this session does not happen.",
    "hidden": "This session does not happen.",
    "merged": "Now part of ‘{into}’[, {place}].",
    "moved": "‘{title}’ is now at {place}.",
    "taken off": "‘{title}’ is off the grid.",
    "closed": "Closed",
    "fixed": "",
    "free": "Free",
}

OF_NOTICE: Mapping[str, str] = {
    "published": "",
    "unpublished": "The organiser took the grid back.",
    "placed": "‘{title}’ is new[, at {place}].",
    "moved": "‘{title}’ is now at {place}[. It was at {was}].",
    "taken off": "‘{title}’ is off the grid[. It was at {was}].",
    "withdrawn": "‘{title}’ was withdrawn and does not happen[. It was at {was}].",
    "brought back": "‘{title}’ happens after all[, at {place}].",
    "hidden": "The session at {was} does not happen.",
    "shown": "‘{title}’ happens after all[, at {place}].",
    "merged": "‘{title}’ is now part of ‘{into}’[, at {place}].",
    "unmerged": "‘{title}’ is a session of its own again[, at {place}].",
    "retitled": "‘{was_title}’ is now called ‘{title}’.",
    "edited": "",
    "room closed": "{room} is closed at {slot}.",
    "room opened": "{room} is open again at {slot}.",
    "room renamed": "{was_room} is now called {room}.",
    "slot shifted": "What was at {was} is now at {slot}.",
    "slot taken": "{slot} is now {item}.",
    "slot opened": "{slot} is for sessions now.",
    "day changed": "The event is now on {day}, at the same times[. It was on {was_day}].",
    "announced": "",
    "late pitch": "‘{title}’ was pitched.",
}


def of_state(state: str, names: Words) -> str:
    """What a cell's state means for whoever reads it; empty where there is nothing to say."""
    return _filled(OF_STATE[state], names)


def of_notice(kind: str, names: Words) -> str:
    """What happened; empty where it is not worth a sentence."""
    return _filled(OF_NOTICE[kind], names)


def of_shift(first: str, minutes: int) -> str:
    """Several slots that moved by as many minutes, from the first one on."""
    way = "later" if minutes > 0 else "earlier"
    number = abs(minutes)
    return f"Everything from {first} on is {number} minute{'s' * (number != 1)} {way}."


def was(place: str) -> str:
    """The mark beside a session that is not where, or when, it was."""
    return f"was {place}"


def listed(items: list[str]) -> str:
    """`11:00, 13:15 and 14:00`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def _filled(template: str, names: Words) -> str:
    """The template with names; a part in brackets is left out where a name in it is missing."""
    known, text, rest = asdict(names), "", template
    while rest:
        before, bracket, rest = rest.partition("[")
        text += before.format(**known)
        if bracket:
            part, _, rest = rest.partition("]")
            name = part[part.index("{") + 1 : part.index("}")]
            text += part.format(**known) if known[name] else ""
    return text


def quoted(title: str) -> str:
    """A title as the words about a version of the grid quote it."""
    short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
    return f"‘{short}’"

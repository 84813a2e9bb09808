"""What we say of the published grid: one sentence for each state of a cell and each kind of notice, in plain English.

Made from kinds and names that are already in the reader's form; grid/telling.py finds those. Nobody parses a sentence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, ngettext


@dataclass(frozen=True, kw_only=True)
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
    "room closed": marked("{room} is closed[ at {slot}]. A new place is being found."),
    "slot taken": marked("This time is now {item}. A new place is being found."),
    "withdrawn": marked("Withdrawn: this session does not happen."),
    "hidden": marked("This session does not happen."),
    "merged": marked("Now part of ‘{into}’[, {place}]."),
    "moved": marked("‘{title}’ is now at {place}."),
    "taken off": marked("‘{title}’ is off the grid."),
    "closed": marked("Closed"),
    "fixed": "",
    "free": marked("Free"),
}

# Where it is so for a part of a longer session's time.
OF_STATE_THEN: Mapping[str, str] = {"slot taken": marked("At {slot} it is {item} here. A new place is being found.")}

OF_NOTICE: Mapping[str, str] = {
    "published": "",
    "unpublished": marked("The organiser took the grid back and has published it anew."),
    "placed": marked("‘{title}’ is new[, at {place}]."),
    "moved": marked("‘{title}’ is now at {place}[. It was at {was}]."),
    "taken off": marked("‘{title}’ is off the grid[. It was at {was}]."),
    "withdrawn": marked("‘{title}’ was withdrawn and does not happen[. It was at {was}]."),
    "brought back": marked("‘{title}’ happens after all[, at {place}]."),
    "hidden": marked("The session at {was} does not happen."),
    "shown": marked("‘{title}’ happens after all[, at {place}]."),
    "merged": marked("‘{title}’ is now part of ‘{into}’[, at {place}]."),
    "unmerged": marked("‘{title}’ is a session of its own again[, at {place}]."),
    "retitled": marked("‘{was_title}’ is now called ‘{title}’."),
    "edited": "",
    "room closed": marked("{room} is closed at {slot}."),
    "room opened": marked("{room} is open again at {slot}."),
    "room renamed": marked("{was_room} is now called {room}."),
    "slot shifted": marked("What was at {was} is now at {slot}."),
    "slot taken": marked("{slot} is now {item}."),
    "slot opened": marked("{slot} is for sessions now."),
    "day changed": marked("The event is now on {day}, at the same times[. It was on {was_day}]."),
    "announced": "",
    "late pitch": marked("‘{title}’ was pitched."),
}

OF_ROOM_TAKEN = marked("{item} is in {room} at {slot}.")  # which is closed for sessions then

# Where all is as it was before an earlier change.
OF_NOTICE_AGAIN: Mapping[str, str] = {
    "placed": marked("‘{title}’ is on the grid again[, at {place}]."),
    "moved": marked("‘{title}’ is back at {place}[. It was at {was}]."),
    "retitled": marked("‘{was_title}’ is called ‘{title}’ again."),
    "room renamed": marked("{was_room} is called {room} again."),
    "slot shifted": marked("What was at {was} is back at {slot}."),
}


def of_state(state: str, names: Words) -> str:
    """What a cell's state means for whoever reads it; empty where there is nothing to say."""
    return _filled(OF_STATE_THEN.get(state, OF_STATE[state]) if names.slot else OF_STATE[state], names)


def of_notice(kind: str, names: Words, again: bool = False) -> str:
    """What happened; empty where it is not worth a sentence. `again`: it took an earlier change back."""
    if kind == "room closed" and names.item:
        return _filled(OF_ROOM_TAKEN, names)
    return _filled(OF_NOTICE_AGAIN.get(kind, OF_NOTICE[kind]) if again else OF_NOTICE[kind], names)


def of_shift(first: str, minutes: int, until: str = "") -> str:
    """Several slots that moved by as many minutes, or none any more: from the first one on, or until one's old end."""
    if not minutes:
        return of_shift_back(first, until)
    if until:
        return _between(first, until, minutes)
    if minutes > 0:
        return ngettext(
            "Everything from %(first)s on is %(num)s minute later.",
            "Everything from %(first)s on is %(num)s minutes later.",
            minutes,
            first=first,
        )
    return ngettext(
        "Everything from %(first)s on is %(num)s minute earlier.",
        "Everything from %(first)s on is %(num)s minutes earlier.",
        -minutes,
        first=first,
    )


def _between(first: str, until: str, minutes: int) -> str:
    if minutes > 0:
        return ngettext(
            "What was from %(first)s to %(until)s is %(num)s minute later.",
            "What was from %(first)s to %(until)s is %(num)s minutes later.",
            minutes,
            first=first,
            until=until,
        )
    return ngettext(
        "What was from %(first)s to %(until)s is %(num)s minute earlier.",
        "What was from %(first)s to %(until)s is %(num)s minutes earlier.",
        -minutes,
        first=first,
        until=until,
    )


def of_shift_back(first: str, until: str = "") -> str:
    """Several slots that have the times again that they had before they moved."""
    if until:
        return _("Everything from %(first)s to %(until)s is at its old time again.", first=first, until=until)
    return _("Everything from %(first)s on is at its old time again.", first=first)


def of_length(title: str, minutes: int) -> str:
    """A break that has another length."""
    return ngettext("%(title)s takes %(num)s minute.", "%(title)s takes %(num)s minutes.", minutes, title=title)


def was(place: str) -> str:
    """The mark beside a session that is not where, or when, it was."""
    return _("was %(place)s", place=place)


def _filled(template: str, names: Words) -> str:
    """The template with names; a part in brackets is left out where a name in it is missing."""
    known, text, rest = asdict(names), "", language.found(template) if template else ""
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
    return f"‘{_short(title, LONGEST_TITLE)}’"


def briefly(names: Words, most: int) -> Words:
    """The same words with titles of at most so many letters, so that what a sentence says after them is still read."""
    return replace(
        names,
        title=_short(names.title, most),
        into=_short(names.into, most),
        was_title=_short(names.was_title, most),
    )


def _short(title: str, most: int) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"

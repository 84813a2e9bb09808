"""Formats of sessions: the usual ones by a key and an icon, any other in its host's own words."""

from collections.abc import Iterable

from eventkit.text.language import gettext as _
from eventkit.text.language import marked

KNOWN = {
    "talk": marked("Talk"),
    "discussion": marked("Discussion"),
    "workshop": marked("Workshop"),
    "walk": marked("Walk"),
    "show-and-tell": marked("Show and tell"),
    "social": marked("Social"),
}
OWN_WORDS = "own"  # the icon of every other


def key(typed: str) -> str:
    """What is kept of a format as typed: a usual one's key, in English or the reader's language, or the words."""
    folded = typed.casefold().strip()
    for name, word in KNOWN.items():
        if folded in (name, word.casefold(), _(word).casefold()):
            return name
    return typed


def word(kept: str) -> str:
    """A format as people read it; empty for none."""
    return _(KNOWN[kept]) if kept in KNOWN else kept


def icon(kept: str) -> str:
    """The name of a format's icon."""
    return kept if kept in KNOWN else OWN_WORDS


def choices(used: Iterable[str]) -> list[str]:
    """The usual formats in words, and behind them what else is used."""
    others = {it.casefold(): it for it in sorted(used) if it and it not in KNOWN}
    return [word(it) for it in KNOWN] + [others[it] for it in sorted(others)]

"""People in what is typed as a host's name: "Sam Lee & Ana Diaz" are two, and so are "A und B"."""

import re
from collections.abc import Iterable

_BETWEEN = re.compile(r"\s*[,;+&]\s*|\s+/\s+|\s+(?:and|und|et|y|ac)\s+", re.IGNORECASE)


def people_in(typed: str) -> tuple[str, ...]:
    """The people whom a text names, in order, each once however capitals are."""
    return all_of([typed])


def all_of(typed: Iterable[str]) -> tuple[str, ...]:
    """The same of several texts, as those of pitches that became one."""
    found: dict[str, str] = {}
    for text in typed:
        for name in _BETWEEN.split(text):
            if plain := re.sub(r"^(?:and|und|et|y|ac)\s+", "", name.strip(), flags=re.IGNORECASE):
                found.setdefault(plain.casefold(), plain)
    return tuple(found.values())

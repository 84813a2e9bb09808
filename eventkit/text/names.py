"""People in what is typed as a host's name: "Sam Lee & Ana Diaz" are two; "Sam Lee, Leeds Council" is one."""

import re
from collections.abc import Iterable
from itertools import pairwise

_AND = "and|und|et|y|ac|и|και|و"
_BETWEEN = re.compile(rf"\s*[,;+&＆；؛]\s*|\s+/\s+|\s+(?:{_AND})\s+", re.IGNORECASE)
_OF_WORDS = (
    *("council", "university", "college", "school", "library", "museum", "institute", "foundation", "trust", "charity"),
    *("association", "society", "agency", "ministry", "department", "office", "city", "county", "nhs", "ltd", "inc"),
    *("plc", "llp", "cic", "cooperative", "co-op", "network", "group", "team", "gmbh", "ev", "ag"),
    *("stadt", "landkreis"),
    *("universität", "hochschule", "bibliothek", "verein", "amt", "ministerium", "stiftung", "ayuntamiento"),
    *("universidad", "biblioteca", "asociación", "fundación", "mairie", "université", "bibliothèque", "fondation"),
    *("cyngor", "prifysgol", "coleg", "llyfrgell", "ysgol", "cymdeithas"),
)
_ORGANISATION = re.compile(rf"\b(?:{'|'.join(map(re.escape, _OF_WORDS))})\b", re.IGNORECASE)
_AFTER_NAMES = re.compile(  # without full stops
    r"(?:MP|MS|TD|JP|KC|QC|OM|CH|MA|BA|MD|RN|II|III)|(?i:mep|msp|mla|mdb|mdl|mbe|obe|cbe|kbe|dbe|bem|frsa?|frcp"
    r"|ph ?d|dphil|m ?sc|b ?sc|mba|ll ?[mb]|ceng|jr|sr|esq|c[etifod]o|s?he/h[ie][mr]|s?he/they|they/them|er/ihm"
    r"|sie/ihr)"
)
_POST = re.compile(
    r"(?:head|director|chair|leader|member|lead|professor|minister|leiterin?|directora?|directeur|directrice)\b",
    re.IGNORECASE,
)
_COMMAS = str.maketrans("，、،", ",,,")
_COMMA = "\0"  # a comma that parts no people


def people_in(typed: str) -> tuple[str, ...]:
    """The people whom a text names, in order, each once however capitals are."""
    return all_of([typed])


def all_of(typed: Iterable[str]) -> tuple[str, ...]:
    """The same of several texts, as those of pitches that became one."""
    found: dict[str, str] = {}
    for text in typed:
        for name in _BETWEEN.split(_with_organisations(text)):
            whole = name.replace(_COMMA, ", ").strip(" ,")
            if plain := re.sub(rf"^(?:{_AND})\s+", "", whole, flags=re.IGNORECASE):
                found.setdefault(plain.casefold(), plain)
    return tuple(found.values())


def _with_organisations(text: str) -> str:
    """The text, with another comma before what tells of who is named in front of it: an organisation, a post, "MP"."""
    pieces = text.replace(_COMMA, "").translate(_COMMAS).split(",")
    told = pieces[:1]
    for before, piece in pairwise(pieces):
        name, its = _BETWEEN.split(before)[-1].strip(), _BETWEEN.split(piece.strip())[0]
        joins = name and (_tells_of_somebody(its) or (_ORGANISATION.search(its) and not _ORGANISATION.search(name)))
        told.append((_COMMA + piece.strip()) if joins else "," + piece)
    return "".join(told)


def _tells_of_somebody(piece: str) -> bool:
    return bool(_AFTER_NAMES.fullmatch(piece.replace(".", "")) or _POST.match(piece))

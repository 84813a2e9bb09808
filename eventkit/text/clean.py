"""Text from people, cleaned: bounded first, so that no input costs more than in proportion to its length."""

import re
import unicodedata
from typing import Literal

LONGEST = 25_000  # characters of one field as sent; none may keep more than two fifths of that, ends of lines are two
LONGEST_LINE = 3_000  # the same of a field of one line, of which none may keep more than 2,000
MOST_MARKS = 30

_UNWANTED_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MAY_BE_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{MOST_MARKS + 1}}}")  # below U+0300 there are none

_AS_SEARCHED = str.maketrans({**dict.fromkeys("'’‘ʼ`´", ""), **dict.fromkeys("-‐‑–", " ")})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that fonts show as nothing


def can_be_seen(text: str) -> bool:
    """Whether there is anything in the text that a reader sees."""
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK for letter in text)


def clean(text: str) -> str:
    """Text without control characters and direction overrides, lines ended by \\n, in normal form C.

    What is longer than LONGEST is cut there, which every field's own limit still finds too long.
    """
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    return normal_form("NFC", _UNWANTED_CHARACTERS.sub("", text))


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text[:LONGEST_LINE]).split())


def without_accents(text: str) -> str:
    """Lower case without accents: what two spellings of one word have in common."""
    if text.isascii():
        return text.lower()
    letters = normal_form("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def searchable(text: str) -> str:
    """The same without apostrophes, and with a space for a hyphen: as people type it who look for it."""
    return without_accents(text).translate(_AS_SEARCHED)


def normal_form(form: Literal["NFC", "NFKD"], text: str) -> str:
    """A Unicode normal form in linear time: of a run of combining marks the first MOST_MARKS stay.

    Normalising sorts each run of marks by insertion, so that one long run takes the square of its length. The Unicode
    standard's own Stream-Safe Text Format (UAX #15) allows 30; no writing of any language has as many.
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, _without_long_runs(text) if _MAY_BE_MARKS.search(text) else text)


def _without_long_runs(text: str) -> str:
    marks = "".join(re.escape(letter) for letter in set(text) if unicodedata.category(letter)[0] == "M")
    if not marks:
        return text
    return re.sub(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+", r"\1", text)


_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with what a terminal obeys (escape sequences, overrides of direction) written out: \\x1b for ESC."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def name_key(text: str) -> str:
    """What two spellings of one name or title have in common: small and capital letters and spaces aside."""
    return " ".join(text.casefold().split())

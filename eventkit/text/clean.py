"""Text from people, cleaned."""

import re
import unicodedata

_UNWANTED_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that fonts show as nothing


def can_be_seen(text: str) -> bool:
    """Whether there is anything in the text that a reader sees."""
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK for letter in text)


def clean(text: str) -> str:
    """Text without control characters and direction overrides, lines ended by \\n, in normal form C."""
    return unicodedata.normalize("NFC", _UNWANTED_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())

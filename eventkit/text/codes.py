"""Codes that people read out, type and print: speakable, with no look-alikes; secrets and their digests."""

import hashlib
import re
import secrets
from collections.abc import Callable

_CONSONANTS = "bdfghjkmnprstvz"
_VOWELS = "aeiou"
_DIGITS = "23456789"
_UNWANTED = ("kaka", "pipi", "pupu", "popo", "tit", "fag", "dik", "bum", "nazi", "suk", "fuk", "rape", "nig", "poo")


def speakable(syllables: int, digits: int = 0) -> str:
    """A random code of consonant-vowel pairs, then digits from 2 to 9: 75 ** syllables * 8 ** digits of them."""
    return spelt(secrets.token_bytes(32), syllables, digits)


def spelt(content: bytes, syllables: int, digits: int = 0) -> str:
    """The speakable code that 32 random bytes stand for: the same bytes, the same code."""
    number, word = int.from_bytes(content), ""
    for _ in range(syllables):
        number, consonant = divmod(number, len(_CONSONANTS))
        number, vowel = divmod(number, len(_VOWELS))
        word += _CONSONANTS[consonant] + _VOWELS[vowel]
    if any(unwanted in word for unwanted in _UNWANTED):
        return spelt(hashlib.sha256(content).digest(), syllables, digits)
    for _ in range(digits):
        number, digit = divmod(number, len(_DIGITS))
        word += _DIGITS[digit]
    return word


def unused(make: Callable[[], str], taken: Callable[[str], bool]) -> str:
    """The first code from `make` that is not `taken`."""
    while taken(code := make()):
        pass
    return code


def is_personal(typed: str) -> bool:
    """Whether what was typed has the shape of a pitch's or a phone's code, whether or not there is such a one."""
    return re.fullmatch(rf"(?:[{_CONSONANTS}][{_VOWELS}]){{4}}[{_DIGITS}]{{2}}", tidy(typed)) is not None


def tidy(code: str) -> str:
    """A code as typed by a person (capitals, spaces, hyphens) as it is kept."""
    return "".join(character for character in code.lower() if character.isalnum())


def secret() -> str:
    """A secret of 192 bits for a link."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256, enough for a random one."""
    return hashlib.sha256(secret.encode()).hexdigest()

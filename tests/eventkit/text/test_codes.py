"""Codes that people read out: speakable, forgiving when typed, and secrets of which only a digest is kept."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.text import codes


@pytest.mark.parametrize(("syllables", "digits"), [(3, 0), (4, 2), (1, 1)])
def test_speakable_codes_alternate_and_avoid_look_alikes(syllables: int, digits: int) -> None:
    for _ in range(200):
        code = codes.speakable(syllables, digits)
        assert re.fullmatch(f"([bdfghjkmnprstvz][aeiou]){{{syllables}}}[2-9]{{{digits}}}", code)


def test_speakable_codes_are_never_rude() -> None:
    made = [codes.speakable(3) for _ in range(3000)]  # one in sixty would be
    assert [code for code in made if re.search("tit|fag|dik|bum|suk|fuk|nig|kaka|pipi|pupu|popo|nazi|rape", code)] == []


def test_unused_takes_the_first_that_nobody_has() -> None:
    made = iter(["bafo", "bafo", "mipe", "zuto"])
    assert codes.unused(lambda: next(made), {"bafo"}.__contains__) == "mipe"


@given(st.text())
def test_tidy_is_done_once(text: str) -> None:
    assert codes.tidy(codes.tidy(text)) == codes.tidy(text)


@pytest.mark.parametrize("typed", ["bafoki", "BAFOKI", " ba-fo-ki ", "Ba Fo Ki.", "bafoki\n"])
def test_tidy_reads_a_code_however_it_is_typed(typed: str) -> None:
    assert codes.tidy(typed) == "bafoki"


def test_secrets_differ_and_are_kept_as_their_sha_256() -> None:
    one, other = codes.secret(), codes.secret()
    assert one != other
    assert len(one) >= 32
    assert codes.digest(one) == hashlib.sha256(one.encode()).hexdigest()


@pytest.mark.parametrize(
    ("typed", "personal"),
    [("babebibo22", True), ("BABE bibo-29 ", True), ("babebi", False), ("babebibo", False), ("babebibo2", False)],
)
def test_codes_of_pitches_and_phones_are_known_by_their_shape(typed: str, personal: bool) -> None:
    assert codes.is_personal(typed) is personal
    assert codes.is_personal(codes.speakable(4, digits=2))

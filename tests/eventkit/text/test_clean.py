"""What people type, cleaned: nothing invisible, nothing that turns a line round, one form for letters with marks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.text.clean import LONGEST, can_be_seen, clean, clean_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bins\r\nand\rboxes", "Bins\nand\nboxes"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("\u202eevil\u202c", "evil"),
        ("\ufeffBins\u2028", "Bins"),
        ("half a pair \ud83d", "half a pair "),
        ("e\u0301te\u0301", "été"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_clean_takes_out_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_clean_line_is_one_line_with_single_spaces() -> None:
    assert clean_line("  Open\n data \t for\r\n all  ") == "Open data for all"


def test_clean_bounds_what_is_read_at_all() -> None:
    assert len(clean("x" * (LONGEST + 1000))) == LONGEST


@given(st.text(max_size=200))
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()  # and can be sent


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Bins", True), ("?", True), ("☂", True), ("", False), (" \t", False), ("\u200b", False), ("\u3164\u2800", False)],
)
def test_can_be_seen_asks_for_one_visible_letter(text: str, seen: bool) -> None:
    assert can_be_seen(text) == seen

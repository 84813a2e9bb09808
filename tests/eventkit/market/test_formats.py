"""Formats as people type and read them."""

import pytest

from eventkit.market import formats


@pytest.mark.parametrize(
    ("typed", "kept", "icon"),
    [("Talk", "talk", "talk"), ("show AND tell", "show-and-tell", "show-and-tell"), ("Fishbowl", "Fishbowl", "own")],
)
def test_a_usual_format_is_known_however_it_is_typed(typed: str, kept: str, icon: str) -> None:
    assert formats.key(typed) == kept
    assert formats.icon(kept) == icon
    assert formats.key(formats.word(kept)) == kept


def test_choices_have_the_usual_ones_and_each_other_once() -> None:
    offered = formats.choices(["Fishbowl", "fishbowl", "walk"])
    assert offered[: len(formats.KNOWN)] == list(formats.KNOWN.values())
    assert len(offered) == len(formats.KNOWN) + 1

"""Three-way merge: what either added stays, what both changed is told, and nothing stands there twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.text.merging import Contested, is_within, merge

LINES = st.lists(st.sampled_from("abcd"), max_size=6)


@st.composite
def edited(draw: st.DrawFn, base: list[str], mark: str) -> list[str]:
    """The lines with some taken out, put in or changed; new ones are of nobody else."""
    lines = list(base)
    for number in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines)))
        what = draw(st.sampled_from(["add", "change", "delete"]))
        if what == "add" or place == len(lines):
            lines.insert(place, f"{mark}{number}")
        elif what == "change":
            lines[place] = f"{mark}{number}"
        else:
            del lines[place]
    return lines


@st.composite
def three(draw: st.DrawFn) -> tuple[str, str, str]:
    base = draw(LINES)
    mine, theirs = draw(edited(base, "mine")), draw(edited(base, "theirs"))
    return "\n".join(base), "\n".join(mine), "\n".join(theirs)


@given(three())
def test_all_that_either_wrote_is_there_once(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    lines = merge(base, mine, theirs).text.split("\n")
    for line in {*mine.split("\n"), *theirs.split("\n")} - set("abcd") - {""}:
        assert lines.count(line) == 1


@given(three())
def test_what_one_left_alone_is_as_the_other_has_it(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    assert merge(base, mine, base).text == mine
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, mine).text == mine


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "text", "contested"),
    [
        ("a\nb\nc", "a\nB\nc", "a\nb\nC", "a\nB\nC", ()),
        ("", "mine", "theirs", "theirs\nmine", ()),
        ("a", "a\nmine", "a\ntheirs", "a\ntheirs\nmine", ()),
        ("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc", "a\ntheirs\nmine\nc", (Contested("mine", "theirs"),)),
        ("a\nb\nc", "a\nc", "a\ntheirs\nc", "a\ntheirs\nc", (Contested("", "theirs"),)),
    ],
    ids=["lines apart", "both begin", "both add at the end", "both change a line", "deleted and changed"],
)
def test_merge_of(base: str, mine: str, theirs: str, text: str, contested: tuple[Contested, ...]) -> None:
    found = merge(base, mine, theirs)
    assert (found.text, found.contested) == (text, contested)


@given(st.text("ab", max_size=5), st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_what_was_added_to_has_the_text_within(text: str, more: str, end: str) -> None:
    assert is_within(text, more + text + end)
    assert is_within(text, "".join(f"{letter}{more}" for letter in text))
    assert not is_within(f"{text}c", more + text + end)

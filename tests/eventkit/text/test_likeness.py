"""Which titles name the same idea, on pairs as people pitch them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.market.merging import Title
from eventkit.text.likeness import ALIKE, alike, likeness

SAME = [
    ("Open data for councils", "Councils and open data"),
    ("What to do about paper forms", "Paper forms: what can be done?"),
    ("AI in social care", "Using AI in social care"),
    ("Remote working", "Remote work"),
    ("Accessibility testing on a budget", "Testing accessibility with no budget"),
    ("Service design in small teams", "How do small teams do service design?"),
    ("How can AI help planners", "AI for planning teams"),
    ("How do we share data between councils?", "Data sharing across local authorities"),
    ("Hybrid meetings that work", "Making hybrid meetings better"),
    ("Accessibilty statements", "Accessibility statements"),
    ("Réutiliser les données ouvertes", "Donnees ouvertes : comment les reutiliser ?"),
    ("Ehrenamtliche finden", "Wie wir Ehrenamtliche finden"),
]
OTHER = [
    ("Open data for councils", "Bins"),
    ("How do we make planning less painful?", "How do we make meetings less boring?"),
    ("Introduction to Python", "Introduction to gardening"),
    ("AI in social care", "AI in planning"),
    ("Digital inclusion", "Digital leadership for people who never wanted it"),
    ("Managing small teams", "Managing small gardens"),
    ("Bus timetables", "School timetables"),
    ("Open source", "Open water swimming"),
    ("How to write a business case", "How to write a poem"),
    ("Das Rathaus von innen", "Das Schwimmbad von innen"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_alike_the_same_thing_in_other_words(one: str, other: str) -> None:
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_alike_not_what_only_begins_alike(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE


def test_alike_gives_the_most_alike_first_and_no_more_than_asked() -> None:
    titles = ["Bins", "Open data in councils", "Open data", "Councils: open data", "Open data, councils, maps"]
    found = alike("Open data for councils", [Title(number, title) for number, title in enumerate(titles)])
    assert [title.id for title in found] == [1, 3, 4]


def test_alike_on_titles_that_failed_before(shared: Path) -> None:
    with (shared / "cases" / "titles.csv").open(encoding="utf-8", newline="") as rows:
        pairs = list(csv.DictReader(rows))
    hinted = [row["same"] for row in pairs if likeness(row["first"], row["second"]) >= ALIKE]
    assert (hinted.count("1"), hinted.count("0")) == (15, 1)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1

"""Who is named by what is typed as a host's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.text.names import all_of, people_in


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("Sam Lee", ("Sam Lee",)),
        ("Sam Lee & Ana Diaz", ("Sam Lee", "Ana Diaz")),
        ("A, B und C", ("A", "B", "C")),
        ("Sam, Ana, and Jo", ("Sam", "Ana", "Jo")),
        ("Anaïs et Zoë; Siân ac Olwen", ("Anaïs", "Zoë", "Siân", "Olwen")),
        ("Sandy Anderson", ("Sandy Anderson",)),
        ("Sam Lee, sam lee", ("Sam Lee",)),
        ("Digital/Design team", ("Digital/Design team",)),
        (" & , ", ()),
        ("Sam Lee, Leeds Council", ("Sam Lee, Leeds Council",)),
        ("Sam Lee, University of Leeds, Ana Diaz", ("Sam Lee, University of Leeds", "Ana Diaz")),
        ("Sam Lee, Leeds Council & Ana Diaz", ("Sam Lee, Leeds Council", "Ana Diaz")),
        ("Leeds Council, Bradford Council", ("Leeds Council", "Bradford Council")),
        ("Dr. A. B. Jones, MP and Ana Diaz", ("Dr. A. B. Jones, MP", "Ana Diaz")),
        ("Sam Lee, MSc, FRSA", ("Sam Lee, MSc, FRSA",)),
        ("Jones, Ph.D., Meyer", ("Jones, Ph.D.", "Meyer")),
        ("Martin King, Jr.", ("Martin King, Jr.",)),
        ("Ana Diaz, she/her, Sam, he/him", ("Ana Diaz, she/her", "Sam, he/him")),
        ("Ana Diaz, head of digital; Sam", ("Ana Diaz, head of digital", "Sam")),
        ("Sam, Om, Ma", ("Sam", "Om", "Ma")),
        ("王小明、李华", ("王小明", "李华")),
        ("محمد علي و سارة، منى", ("محمد علي", "سارة", "منى")),
        ("Жанна и Иван", ("Жанна", "Иван")),
        ("Ana Diaz, Felicity Teamore", ("Ana Diaz", "Felicity Teamore")),
    ],
)
def test_people_in_are_told_apart(typed: str, people: tuple[str, ...]) -> None:
    assert people_in(typed) == people


def test_all_of_names_each_once() -> None:
    assert all_of(["Sam & Ana", "", "Ana, Jo"]) == ("Sam", "Ana", "Jo")


@given(st.text(max_size=60))
def test_people_in_what_they_found_are_the_same(typed: str) -> None:
    found = people_in(typed)
    assert people_in(", ".join(found)) == found

"""Faults of files: sentences with values and places, said in the language of whoever reads them."""

import pickle

import pytest

from eventkit.errors import Invalid
from eventkit.imports import faults, files
from eventkit.imports.faults import AnyOf, Collected, Faulty, fault
from eventkit.text import language
from eventkit.text.language import marked

EMPTY = marked("%(column)s is empty.")


def test_a_fault_says_its_place_and_is_the_same_from_another_process() -> None:
    wrong = fault(EMPTY, file="a.csv", place=1200, column="title")
    assert str(wrong) == str(pickle.loads(pickle.dumps(wrong))) == "a.csv, line 1200: title is empty."
    assert str(fault(EMPTY, column="title").at("b.json", "talks[3]")) == "b.json, talks[3]: title is empty."
    assert str(wrong.at("other", 7)) == str(wrong)


def test_twenty_faults_are_told_and_the_rest_counted() -> None:
    found = Collected()
    for line in range(25):
        found.add(fault(EMPTY, column="title") if line else Invalid("Something else."), "a.csv", line)
    with pytest.raises(Faulty) as refused:
        found.refuse()
    told = str(refused.value).splitlines()
    assert (told[0], len(told), told[-1]) == ("a.csv, line 0: Something else.", 21, "And 5 more places like these.")
    assert faults.of(ValueError("x"))[0].values == {"what": "x"}


def test_faults_are_said_in_the_language_spoken_when_they_are_read() -> None:
    with pytest.raises(Faulty) as refused:
        files.read("a.csv", b"title,host\n,Kim\n")
    said = {}
    for code in language.LANGUAGES:
        with language.speaking(code):
            said[code] = str(refused.value)
            assert str(AnyOf(("a", "b"))) != str(AnyOf(("a", "b"), any=False))
    assert said["en"] == "a.csv, line 2: title is empty."
    assert len(set(said.values())) == 5

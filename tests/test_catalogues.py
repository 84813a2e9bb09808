"""The catalogues of translators: what is translated has the values and the plural forms of its English."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from eventkit.text.language import FOLDER, LANGUAGES, SCRIPTS, texts_of_scripts

VALUE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


def catalogue(tag: str) -> Catalog:
    """A language's texts."""
    path: Path = FOLDER / tag / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def pairs(read: Catalog) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The forms in English and in the language, of what is translated."""
    for text in read:
        if text.id and text.string and any(text.string):
            several = isinstance(text.id, tuple | list)
            yield (text.id, text.string or ()) if several else ((str(text.id),), (str(text.string),))


def values(text: str) -> set[str]:
    """The names in a text that are filled in."""
    return {one or other for one, other in VALUE.findall(text)}


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_have_the_values_of_their_english(tag: str) -> None:
    wrong = []
    for english, translated in pairs(catalogue(tag)):
        wanted = set().union(*map(values, english))
        wrong += [text for text in translated if values(text) - wanted or (wanted - values(text)) - {"num"}]
    assert wrong == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_have_all_plural_forms_and_their_per_cent_signs(tag: str) -> None:
    read, wrong = catalogue(tag), []
    for english, translated in pairs(read):
        forms = read.num_plurals if len(english) > 1 else 1
        wrong += [english[0]] * (len(translated) != forms or not all(translated))
        for text in translated:
            try:
                _ = text % dict.fromkeys(values(text), "x")
            except (ValueError, TypeError, KeyError):
                wrong.append(text)
    assert wrong == []


def test_welsh_has_the_five_forms_of_its_numbers() -> None:
    assert catalogue("cy").num_plurals == 5


def test_welsh_says_everything_that_english_says() -> None:
    """Public bodies in Wales must treat Welsh no less favourably than English: a new text comes with its Welsh."""
    assert [it.id for it in catalogue("cy") if it.id and not (it.string and all(it.string))] == []


def test_what_scripts_say_is_all_in_welsh() -> None:
    said = {str(it.id) for it in catalogue("cy") if any(file.startswith(SCRIPTS) for file, _ in it.locations)}
    assert len(said) > 20
    assert said - texts_of_scripts("cy").keys() == set()

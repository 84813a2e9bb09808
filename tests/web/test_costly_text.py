"""No text costs more than in proportion to its length: at any field of any form, and wherever text is shown."""

import unicodedata
from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

import eventkit.web.pages  # noqa: F401  every form is known once its page is
from eventkit.errors import Invalid
from eventkit.event import as_typed
from eventkit.exports import markdown_book, sheets
from eventkit.exports.source import slug, xml_safe
from eventkit.storage.db import Database
from eventkit.text import clean, codes, likeness, markdown
from eventkit.web.base.forms import Form, parse
from tests.world.builders import an_event
from tests.world.files_of_others import whole_event
from tests.world.growth import MOST_GROWTH, growth, texts
from tests.world.visitors import Phones, joined, organiser

LONGEST = 6_000  # characters; what is kept has up to 10,000
LONGEST_SENT = 16_000  # of what may arrive in one field, more or less

Work = Callable[[str], object]

SHOWING: dict[str, Work] = {
    "HTML": markdown.to_html.__wrapped__,
    "an excerpt": markdown.excerpt.__wrapped__,
    "a book in Markdown": lambda text: (markdown_book.escaped(text), markdown_book.tagless(text)),
    "a cell": sheets.guarded,
    "a file's name": slug,
    "XML": xml_safe,
    "a title like another": lambda text: likeness.likeness(text[:2000], text[1:2001]),
}
READING: dict[str, Work] = {
    "clean": clean.clean,
    "a line": clean.clean_line,
    "a code": codes.tidy,
    "rooms": lambda text: refused(as_typed.parse_rooms, text),
    "slots": lambda text: refused(as_typed.parse_slots, text),
    "JSON": lambda text: refused(whole_event, text),
}


def refused(work: Work, text: str) -> object:
    """What comes of it, a refusal too."""
    try:
        return work(text)
    except Invalid as refusal:
        return str(refusal)


def forms() -> list[tuple[type[Form], str]]:
    """A field of each kind that any form has."""
    found: dict[tuple[str, str], tuple[type[Form], str]] = {}
    waiting = [Form]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found |= {
            (str(field.annotation), str(field.metadata)): (kind, name) for name, field in kind.model_fields.items()
        }
    return sorted(found.values(), key=lambda it: (it[0].__module__, it[0].__name__, it[1]))


def slow(work: Work, length: int) -> dict[str, float]:
    """The texts whose time grows too fast."""
    grown = {what: growth(work, text, length) for what, text in texts(length)}
    return {what: times for what, times in grown.items() if times > MOST_GROWTH}


@pytest.mark.parametrize("place", SHOWING)
def test_showing_a_text_takes_time_in_proportion_to_its_length(place: str) -> None:
    assert slow(SHOWING[place], LONGEST) == {}


@pytest.mark.parametrize("place", READING)
def test_reading_a_text_takes_time_in_proportion_to_its_length(place: str) -> None:
    assert slow(READING[place], LONGEST_SENT) == {}


@pytest.mark.parametrize(("form", "field"), forms(), ids=lambda it: it if isinstance(it, str) else it.__name__)
def test_each_kind_of_field_takes_time_in_proportion_to_its_length(form: type[Form], field: str) -> None:
    assert slow(lambda text: refused(lambda it: parse(form, MultiDict({field: it})), text), LONGEST_SENT) == {}


def test_every_letter_that_is_sorted_when_normalised_counts_as_a_mark() -> None:
    letters = map(chr, range(0x110000))
    sorted_ones = [it for it in letters if any(map(unicodedata.combining, unicodedata.normalize("NFD", it)[:1]))]
    assert {unicodedata.category(it)[0] for it in sorted_ones} == {"M"} and min(sorted_ones) == "\u0300"


def test_writing_keeps_its_marks_and_a_heap_of_them_is_cut() -> None:
    vietnamese, zalgo = "Tiê\u0301ng Viê\u0323t", "a" + "\u0316" * 40
    assert clean.clean(vietnamese) == unicodedata.normalize("NFC", vietnamese)
    assert clean.clean(zalgo) == "a" + "\u0316" * clean.MOST_MARKS
    assert clean.clean("देवनागरी ท้องถิ่น") == unicodedata.normalize("NFC", "देवनागरी ท้องถิ่น")


@pytest.mark.only_on("sqlite")
def test_a_refused_pitch_offers_no_more_lengths_than_there_are(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    for visitor in (joined(phone, event), organiser(phone, event)):
        for length in ("100000", "-1", "9" * 30, "NaN"):
            answer = visitor.post(f"/e/{event.code}/pitches", title="Bins", length=length)
            assert answer.status_code == 422
            assert answer.text.count("<option") <= 40  # it was one for each slot of the typed number

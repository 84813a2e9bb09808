"""Forms: what was posted as typed values, or a plain sentence for each field at fault."""

from datetime import date

import pytest
from pydantic import Field
from werkzeug.datastructures import MultiDict

from eventkit.errors import Invalid
from eventkit.web.base.forms import Choice, Form, Heading, Line, RowId, Text, parse


class Example(Form):
    """One field of each kind."""

    title: Heading = Field(min_length=1, max_length=20, title="The title")
    text: Text = Field(default="", max_length=30, title="The text")
    needs: list[Line] = Field(default=[], max_length=2, title="The needs")
    seats: int = Field(default=0, ge=0, le=500, title="The number of seats")
    room: Choice = Field(default=None, title="The room")
    row: RowId = Field(default=0, title="The row")
    day: date = Field(default=date(2026, 6, 26), ge=date(2000, 1, 1), title="The day")


def posted(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict([("title", "Bins"), *pairs])


def test_form_takes_what_is_its_own_and_lists_what_is_repeated() -> None:
    form = parse(Example, posted(("needs", "loop"), ("needs", " step-free "), ("seats", " 40"), ("other", "x")))
    assert (form.title, form.needs, form.seats, form.room) == ("Bins", ["loop", "step-free"], 40, None)
    assert not hasattr(form, "other")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("seats", "many", "The number of seats must be a whole number."),
        ("seats", "-1", "The number of seats must be 0 or more."),
        ("seats", "501", "The number of seats must be 500 or less."),
        ("text", "x" * 31, "The text is too long. Keep it to 30 letters."),
        ("row", str(2**31), "The row must be 2,147,483,647 or less."),
        ("room", "attic", "The room must be a whole number."),
        ("day", "tomorrow", "The day must be a date, like 2026-06-26."),
        ("day", "1999-12-31", "The day must be 2000-01-01 or later."),
    ],
)
def test_field_at_fault_is_told_in_a_sentence(field: str, value: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(Example, posted((field, value)))
    assert refused.value.fields == {field: sentence}


@pytest.mark.parametrize("title", ["", "   ", "\u200b", "\u3164"])
def test_heading_must_be_seen(title: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(Example, MultiDict([("title", title)]))
    assert refused.value.fields == {"title": "The title is empty. Write something here."}


def test_every_field_at_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        parse(Example, MultiDict([("seats", "x"), ("day", "x"), ("needs", "a"), ("needs", "b"), ("needs", "c")]))
    assert refused.value.fields == {
        "title": "The title is missing. Fill it in.",
        "needs": "The needs: that is too many. Up to 2 can be given.",
        "seats": "The number of seats must be a whole number.",
        "day": "The day must be a date, like 2026-06-26.",
    }


@pytest.mark.parametrize(("value", "room"), [("", None), ("7", 7)])
def test_choice_of_none_is_none(value: str, room: int | None) -> None:
    assert parse(Example, posted(("room", value))).room == room

"""Days as typed: that a year which nobody says is the next one, and that nothing ends in an error."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.event import days_as_typed


@pytest.mark.parametrize(
    ("text", "first", "before", "day"),
    [
        ("2 January", date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)),
        ("29 February", date(2028, 2, 28), date(2028, 2, 28), date(2028, 2, 29)),
        ("Thursday", date(2026, 12, 31), None, date(2026, 12, 31)),
        ("Thursday", date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 7)),
    ],
)
def test_what_is_left_out_is_taken_from_the_day_before(text: str, first: date, before: date | None, day: date) -> None:
    assert days_as_typed.read(text, first, before) == day


@given(st.text("0123456789./- Daysun", max_size=14) | st.text(max_size=20))
def test_whatever_is_typed_is_a_day_or_none_or_a_sentence(text: str) -> None:
    first = date(2026, 6, 27)
    try:
        found = days_as_typed.read(text, first, first)
    except Invalid as refused:
        assert str(refused)
        return
    assert found is None or found > first

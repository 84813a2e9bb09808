"""Times in cells: clocks, spans, days and durations as people write them."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.imports import times
from eventkit.imports.csv_rows import Line


@given(st.times(), st.sampled_from(["{0:%H:%M}", "{0:%H.%M}", "{0:%Hh%M}", "{0:%H%M}", "{0:%I:%M %p}", "{0:%H:%M:%S}"]))
def test_clocks_are_read_in_every_way(moment: time, form: str) -> None:
    assert times.clock(form.format(moment)) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("08:00 – 08:30", (time(8), time(8, 30))),
        ("9.30-10.15 Uhr", (time(9, 30), time(10, 15))),
        ("9-10 am", (time(9), time(10))),
        ("11 - 1 pm", (time(11), time(13))),
        ("9h30 à 10h", (time(9, 30), time(10))),
        ("2026-05-01", None),
        ("25:00-26:00", None),
        ("Hall 1 - 2 floors", None),
    ],
)
def test_spans_are_read(text: str, found: tuple[time, time] | None) -> None:
    assert times.span(text) == found


def test_a_day_that_could_be_two_is_none() -> None:
    assert {times.day(it) for it in ("2026-05-13", "13.5.2026", "13/05/2026", "05/13/2026")} == {date(2026, 5, 13)}
    assert {times.day(it) for it in ("06/10/2018", "31.2.2026", "Sat", "1")} == {None}


@pytest.mark.parametrize(
    ("fields", "starts", "ends"),
    [
        ({"start": "2026-05-01 09:00", "duration": "45 min"}, "2026-05-01T09:00", "2026-05-01T09:45"),
        ({"start": "2026-05-01T09:00:00+01:00", "end": "2026-05-01T10:00:00Z"}, "2026-05-01T09:00", "2026-05-01T10:00"),
        ({"date": "1.5.2026", "start": "22:00", "end": "0:00"}, "2026-05-01T22:00", "2026-05-02T00:00"),
        ({"start": "9:30-10"}, "2000-01-01T09:30", "2000-01-01T10:00"),
    ],
)
def test_lines_say_when_they_are(fields: dict[str, str], starts: str, ends: str) -> None:
    first, last, any_day, _ = times.of_line(Line("x", 1, fields))
    assert (first, last) == (datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    assert any_day == (first.year == 2000)


def test_a_line_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Invalid, match="it ends before it starts"):
        times.of_line(Line("x", 1, {"start": "10:00", "end": "9:00"}))

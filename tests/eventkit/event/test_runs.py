"""Which slots run on into one another."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from eventkit.event import runs
from eventkit.storage.tables import Slot

START = datetime(2031, 5, 6, 9, tzinfo=UTC)


@st.composite
def days(draw: st.DrawFn) -> list[Slot]:
    """Slots one after the other, some of them fixed items, with pauses between."""
    parts = draw(st.lists(st.tuples(st.integers(0, 90), st.integers(5, 90), st.sampled_from(["", "", "Lunch"]))))
    found, at = [], START
    for number, (pause, minutes, title) in enumerate(parts, 1):
        at += timedelta(minutes=pause)
        found.append(Slot(id=number, event_id=1, starts_at=at, ends_at=at + timedelta(minutes=minutes), title=title))
        at += timedelta(minutes=minutes)
    return found


@given(days(), st.integers(1, 6))
def test_taken_slots_follow_one_another_without_item_or_long_pause(slots: list[Slot], length: int) -> None:
    on = runs.onward(slots)
    for slot in slots:
        taken = runs.taken(slot, length, on)
        assert taken[0] is slot and len(taken) <= length
        for one, other in pairwise(taken):
            assert slots.index(other) == slots.index(one) + 1
            assert not one.title and not other.title
            assert timedelta() <= other.starts_at - one.ends_at < runs.PAUSE


@given(days())
def test_longest_is_what_the_longest_run_holds(slots: list[Slot]) -> None:
    on = runs.onward(slots)
    assert runs.longest(slots) == max((len(runs.taken(it, 999, on)) for it in slots if not it.title), default=0)

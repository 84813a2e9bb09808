"""Which part of a series a pitch is."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from eventkit.market import series


@dataclass(frozen=True)
class Row:
    """A pitch, and the one that it comes after."""

    id: int
    after_id: int | None


@given(st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 9)))
def test_parts_are_numbered_once_each_and_never_in_a_circle(after: dict[int, int | None]) -> None:
    parts = series.of(Row(*item) for item in after.items())
    for pitch_id, part in parts.items():
        assert (part.before is None) == (part.number == 1) == (part.first == pitch_id)
        assert part.before is None or (after[pitch_id] == part.before and parts[part.before].number == part.number - 1)
    for first in {part.first for part in parts.values()}:
        numbers = sorted(part.number for part in parts.values() if part.first == first)
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 1


def test_title_of_a_later_part_is_never_too_long() -> None:
    assert series.title_of("Looms", 2) == "Looms, part 2"
    assert len(series.title_of("x" * 200, 3)) == 200

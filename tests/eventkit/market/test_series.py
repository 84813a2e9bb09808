"""Which part of a series a pitch is, and what must be over before it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from eventkit.market import series

GONE = datetime(2031, 5, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A pitch, the one that it comes after, and what has become of it."""

    id: int
    after_id: int | None = None
    merged_into: int | None = None
    repeat_of: int | None = None
    withdrawn_at: datetime | None = None
    hidden_at: datetime | None = None


def chain(*ids: int) -> list[Row]:
    return [Row(it, after_id=before) for it, before in zip(ids, (None, *ids), strict=False)]


def over_before(rows: Iterable[Row], pitch_id: int) -> set[int]:
    """All that is over before a pitch starts, at any distance."""
    order, found, waiting = series.order(rows), set[int](), [pitch_id]
    while waiting:
        fresh = order.get(waiting.pop(), frozenset()) - found
        found |= fresh
        waiting += fresh
    return found


FATES = st.sampled_from(["stays", "stays", "withdrawn", "hidden", "merged"])


@given(st.lists(FATES, min_size=2, max_size=8), st.booleans())
def test_order_of_a_series_holds_across_what_is_gone(fates: list[str], behind: bool) -> None:
    """Parts go in any way; those that stay keep their order, and who stands for a part has its place."""
    rows, stands_for = chain(*range(1, len(fates) + 1)), {}
    for part, fate in enumerate(fates, 1):
        stands_for[part] = {"withdrawn": None, "hidden": None, "merged": 100 + part}.get(fate, part)
    changed = [
        replace(
            row,
            withdrawn_at=GONE if fates[row.id - 1] == "withdrawn" else None,
            hidden_at=GONE if fates[row.id - 1] == "hidden" else None,
            merged_into=100 + row.id if fates[row.id - 1] == "merged" else None,
        )
        for row in rows
    ] + [Row(100 + part) for part, fate in enumerate(fates, 1) if fate == "merged"]
    changed = changed[::-1] if behind else changed
    standing = [it for it in stands_for.values() if it is not None]
    for number, it in enumerate(standing):
        assert over_before(changed, it) == set(standing[:number])
    parts = series.of(changed)
    told = [
        series.SeriesPart(number, len(standing), standing[0], before)
        for number, before in enumerate([None, *standing[:-1]], 1)
        if len(standing) > 1
    ]
    assert parts == dict(zip(standing, told, strict=False))


ANY_ROWS = st.dictionaries(
    st.integers(1, 8),
    st.builds(
        Row,
        st.just(0),
        after_id=st.none() | st.integers(1, 9),
        merged_into=st.none() | st.none() | st.integers(1, 8),
        repeat_of=st.none() | st.none() | st.integers(1, 8),
        withdrawn_at=st.none() | st.none() | st.just(GONE),
    ),
).map(lambda found: [replace(row, id=it) for it, row in found.items()])


@given(ANY_ROWS)
def test_whatever_is_merged_nothing_must_be_over_before_itself(rows: list[Row]) -> None:
    standing = {row.id for row in rows if not (row.merged_into or row.withdrawn_at)}
    found = series.order(rows)
    assert set(found) | {it for earlier in found.values() for it in earlier} <= standing
    assert all(it not in over_before(rows, it) for it in found)
    parts = series.of(rows)
    assert set(parts) == set(found) | {it for earlier in found.values() for it in earlier}
    for pitch_id, part in parts.items():
        assert (part.before is None) == (part.number == 1) and part.first in parts and part.of > 1
        assert all(parts[it].number < part.number and parts[it].first == part.first for it in found.get(pitch_id, ()))


def test_circle_of_merged_parts_stands_as_one_towards_all_others() -> None:
    rows = chain(1, 2, 3, 4)
    rows[1] = replace(rows[1], merged_into=4)  # so that 3 would come before and after 4
    rows.append(Row(5, after_id=4))
    assert series.order(rows) == {3: {1}, 4: {1}, 5: {3, 4}}


def test_repeat_comes_after_what_the_first_comes_after() -> None:
    rows = [*chain(1, 2, 3), Row(4, repeat_of=2), Row(5, repeat_of=1)]
    assert series.order(rows) == {2: {1}, 3: {2}, 4: {1}}


def test_title_of_a_later_part_is_never_too_long() -> None:
    assert series.title_of("Looms", 2) == "Looms, part 2"
    assert len(series.title_of("x" * 200, 3)) == 200

"""The whole published grid, page by page."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eventkit.clock import now
from eventkit.event import events
from eventkit.grid import published
from eventkit.grid.times import Times
from eventkit.storage.db import Database
from eventkit.web.pages import whole_grid
from tests.world.published import a_published_day


def test_whole_grid_shows_every_cell_once_over_its_pages(database: Database) -> None:
    rooms = "\n".join(f"Room {number}, 20" for number in range(25))
    slots = "\n".join(f"{hour:02}:00-{hour:02}:45" for hour in range(9, 21))
    day = a_published_day(database, rooms=rooms, slots=slots, placed=300, pitches=300, day=date(2099, 6, 26))
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None and not whole_grid.fits(grid)
    for number, shape in enumerate(whole_grid.SHAPES):
        first = whole_grid.tables(grid, Times("Europe/London"), now(), 0)[number]
        seen = []
        for turn in range(first.pages):
            it = whole_grid.tables(grid, Times("Europe/London"), now(), turn)[number]
            assert it.number == turn + 1
            assert len(it.columns) <= shape.columns and len(it.rows) <= shape.rows
            assert it.day == "Fri 26 Jun"  # which has not come
            assert not [head.text for head, _ in it.rows if it.day in head.text]
            seen += [cell.told.title for _, cells in it.rows for cell in cells]
        assert sorted(seen) == sorted(pitch.title for pitch in day.pitches)


CAMP = """09:30-10:00 Welcome
10:00-10:30 Pitches
10:45-11:30
11:45-12:30
12:30-13:30 Lunch
13:30-14:15
14:30-15:15
15:30-16:15
16:15-16:45 Goodbye"""


def test_day_of_a_camp_with_its_breaks_fits_a_projector_at_once(database: Database) -> None:
    day = a_published_day(database, rooms="A, 9\nB, 9\nC, 9\nD, 9\nE, 9", slots=CAMP, placed=25, pitches=25)
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None and whole_grid.fits(grid)
    wide = whole_grid.tables(grid, Times("Europe/London"), now(), 0)[0]
    assert [len(cells) for _, cells in wide.rows] == [1, 1, 5, 5, 1, 5, 5, 5, 1]


@given(
    sizes=st.lists(st.sampled_from([0.5, 0.75, 1.0]), min_size=1, max_size=40),
    most=st.integers(min_value=1, max_value=8),
)
def test_parts_hold_everything_in_order_and_no_more_than_fits(sizes: list[float], most: int) -> None:
    items = list(enumerate(sizes))
    parts = whole_grid._parts(items, most, lambda it: it[1])
    assert [it for part in parts for it in part] == items
    assert all(part and sum(size for _, size in part) <= most for part in parts)

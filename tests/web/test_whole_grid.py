"""The whole published grid, page by page."""

from datetime import date

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
            seen += [cell.told.title for _, cells in it.rows for cell in cells]
        assert sorted(seen) == sorted(pitch.title for pitch in day.pitches)

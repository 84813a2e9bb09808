"""The book as data: the grid with all that takes its cells, actions and indexes under each person's name."""

from dataclasses import replace
from datetime import timedelta

from eventkit.exports import chapters, markdown_book
from eventkit.exports.source import Source
from eventkit.storage.tables import NoteKind, Slot
from tests.world.texts import NOON, a_source


def two_slots() -> Source:
    """A session of two slots; beside it, in the second, a keynote that takes another room."""
    source = a_source("Bins", "Words", "Hall")
    later = Slot(id=2, event_id=1, starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=2))
    assert source.grid is not None
    (placed,) = source.grid.sessions
    other = source.rooms[0].model_copy(update={"id": 2, "name": "Yard"})
    grid = replace(
        source.grid,
        slots=(*source.slots, later),
        rooms=(*source.rooms, other),
        sessions=(replace(placed, later=(later,)),),
        items={(2, 2): "Keynote"},
    )
    return replace(source, slots=grid.slots, rooms=grid.rooms, grid=grid)


def test_a_long_session_and_what_takes_one_room_stand_in_each_of_their_cells() -> None:
    book = chapters.book(two_slots())
    (day,) = book.days
    assert [
        [(cell.placed.pitch.title if cell.placed else cell.title, cell.said) for cell in row.cells] for row in day.rows
    ] == [[("Bins", ""), ("", "")], [("Bins", "goes on until 14:00"), ("Keynote", "")]]
    told = markdown_book.as_markdown(two_slots()).splitlines()
    assert "    - Hall: [Bins](#session-1), goes on until 14:00" in told and "    - Yard: Keynote" in told


def test_what_two_do_is_under_the_name_of_each() -> None:
    source = two_slots()
    (action,) = (it for it in source.notes[1] if it.kind is NoteKind.ACTION)
    action.owner = "Zoe & Ann"
    book = chapters.book(source)
    assert [(name, len(found)) for name, found in book.actions_by_owner] == [("Ann", 1), ("Zoe", 1)]
    assert [name for name, _ in book.indexes[-1].entries] == ["Ann", "Hall", "Zoe"]
    assert "- Zoe: [Bins](#session-1)" in markdown_book.as_markdown(source).splitlines()


def test_entries_of_the_second_time_say_so() -> None:
    source = two_slots()
    assert source.grid is not None
    (placed,) = source.grid.sessions
    again = placed.pitch.model_copy(update={"id": 2, "repeat_of": 1})
    held = replace(placed, pitch=again, slot=source.slots[1], later=())
    grid = replace(source.grid, sessions=(replace(placed, later=()), held))
    first, *_ = source.notes[1]
    notes = {**source.notes, 2: (first.model_copy(update={"id": 99, "author_name": "Zoe"}),)}
    (chapter,) = chapters.book(replace(source, grid=grid, pitches=(*source.pitches, again), notes=notes)).chapters
    assert [it.behind for it in chapter.notes if "at the repeat" in it.behind] == ["Zoe, at the repeat"]
    assert len(chapter.notes) == len(source.notes[1]) + 1

"""What is hidden is nowhere for others, out of its author's reach, and all there again once it is shown."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from eventkit.errors import Closed, Forbidden, Invalid, NotFound, TooMany
from eventkit.event import events, moderation_log, people
from eventkit.event.roles import Facilitator, Organiser, Viewer, at_the_machine
from eventkit.exports import source, whole
from eventkit.grid import moderated, moderation, published, steps, venue, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.published import CellState
from eventkit.grid.versions import Spot
from eventkit.imports import rows, whole_rows
from eventkit.imports.sheets import PitchLine
from eventkit.market import (
    actions,
    ballots,
    hosting,
    line_up,
    listings,
    merging,
    note_takers,
    notes,
    pitches,
    reflections,
    reports,
    summaries,
)
from eventkit.market.notes import Entry
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import (
    ActionHelper,
    Event,
    GridCause,
    Note,
    NoteKind,
    NoteTaker,
    Person,
    Pitch,
    Reflection,
    Summary,
)
from eventkit.storage.tables import ModerationKind as Kind
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event, close, viewer_of
from tests.world.files_of_others import whole_event

STRANGER = Viewer(token="nobody's")


class Day:
    """An event with two hosts' pitches, both published; the first one is hidden and shown."""

    def __init__(self, database: Database):
        self.database = database
        self.event: Event = an_event(database)[0]
        self.author: Person = a_person(database, self.event, "Mallory")
        self.pitch: Pitch = a_pitch(database, self.event, self.author, "Cheap watches")
        self.other: Pitch = a_pitch(database, self.event, a_person(database, self.event, "Ada"), "Bins")
        self.viewer = viewer_of(database, self.event, self.author)
        a_vote(database, self.event, a_person(database, self.event), self.pitch)
        self.note = self.act(lambda tx, by: notes.add(tx, by.event.id, self.other.id, self.author, _entry("Buy now")))
        self.act(self._publish)

    def _publish(self, tx: Transaction, by: Facilitator) -> None:
        organiser = at_the_machine(by.event)
        slot, rooms = events.slots(tx, by.event.id)[0], events.rooms(tx, by.event.id)
        grid = {it.id: Spot(slot.id, room.id) for it, room in zip((self.pitch, self.other), rooms, strict=False)}
        moved = HistoryEntry(kind=EntryKind.MOVED, pitch=self.pitch.id, text="11:00, Library")
        versions.replace(tx, organiser, by.event.grid_version, grid, GridCause.MOVE, [moved])
        versions.publish(tx, organiser, by.event.grid_version)

    def act(self, do: Callable[[Transaction, Facilitator], Any]) -> Any:
        return self.database.write(lambda tx: do(tx, at_the_machine(tx.get_one(Event, self.event.id))))

    def hide(self, kind: Kind, number: int, hidden: bool = True) -> None:
        self.act(lambda tx, by: moderation.set_hidden(tx, by, kind, number, hidden))

    def read(self, read: Callable[[Transaction, Event], Any]) -> Any:
        with self.database.reading() as tx:
            return read(tx, tx.get_one(Event, self.event.id))


def _entry(text: str) -> Entry:
    return Entry(kind=NoteKind.NOTE, text=text)


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database)


def _speakers(tx: Transaction, event: Event) -> set[int]:
    line = line_up.read(tx, event)
    return {it.id for it in (*line.coming, *line.heard, *([line.speaker] if line.speaker else []))}


def _chosen(tx: Transaction, event: Event) -> set[int]:
    """What happens of what is on the grid."""
    grid = published.read(tx, event)
    return {it.pitch.id for it in grid.sessions if it.title} if grid else set()


READERS: dict[str, Callable[[Transaction, Event], set[int]]] = {
    "marketplace": lambda tx, event: {it.id for it in listings.listing(tx, event.id, STRANGER)},
    "titles": lambda tx, event: {it.id for it in listings.titles(tx, event.id)},
    "hosts": lambda tx, event: set(hosting.hosts(tx, event.id)),
    "line-up": _speakers,
    "draft": lambda tx, event: {it.pitch_id for it in versions.draft(tx, event)},
    "published": lambda tx, event: {it.pitch_id for it in versions.published(tx, event)},
    "grid": _chosen,
    "exports": lambda tx, event: {it.id for it in source.read(tx, event, "https://example.org").pitches},
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_hidden_pitch_is_in_no_reading_and_back_once_shown(
    day: Day, reader: Callable[[Transaction, Event], set[int]]
) -> None:
    assert day.read(reader) == {day.pitch.id, day.other.id}
    day.hide(Kind.PITCH, day.pitch.id)
    assert day.read(reader) == {day.other.id}
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert day.read(reader) == {day.pitch.id, day.other.id}


def test_votes_on_a_hidden_pitch_wait_and_no_new_ones_count(day: Day) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    assert day.read(lambda tx, event: ballots.wishes(tx, event.id)) == []
    with pytest.raises(Closed, match="not shown"):
        a_vote(day.database, day.event, day.author, day.pitch)
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert len(day.read(lambda tx, event: ballots.wishes(tx, event.id))) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda tx, day: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, Content(title="Dear watches")),
        lambda tx, day: pitches.withdraw(tx, day.event.id, day.viewer, day.pitch.id),
        lambda tx, day: pitches.bring_back(tx, day.event.id, day.viewer, day.pitch.id),
        lambda tx, day: pitches.set_hours(tx, day.event.id, day.viewer, day.pitch.id, (None, None)),
    ],
    ids=["edit", "withdraw", "bring back", "hours"],
)
def test_author_of_a_hidden_pitch_sees_it_and_can_do_nothing_around_it(day: Day, act: Any) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    with pytest.raises(Forbidden, match="An organiser took this off the screens"):
        day.database.write(lambda tx: act(tx, day))
    seen = day.read(lambda tx, event: pitches.seen(tx, event.id, day.viewer, day.pitch.id))
    assert seen.id == day.pitch.id
    with pytest.raises(NotFound):
        day.read(lambda tx, event: pitches.seen(tx, event.id, STRANGER, day.pitch.id))


def _import(tx: Transaction, by: Organiser, title: str = "Cheap watches") -> None:
    rows.add(tx, by.event, [PitchLine("1", title, "Buy now", "Mallory")], [])


PUT_BACK: dict[str, Callable[[Transaction, Organiser], Any]] = {  # what comes afterwards, by no fault of an organiser
    "undo": lambda tx, by: steps.undo(tx, by, by.event.grid_version),
    "undo and redo": lambda tx, by: (
        steps.undo(tx, by, by.event.grid_version),
        steps.redo(tx, by, by.event.grid_version),
    ),
    "an older version, published": lambda tx, by: (
        steps.undo(tx, by, by.event.grid_version),
        steps.undo(tx, by, by.event.grid_version, to=1),
        versions.publish(tx, by, by.event.grid_version),
    ),
    "the file that it came from": _import,
    "its title in other letters": lambda tx, by: _import(tx, by, "CHEAP  watches"),
}


@pytest.mark.parametrize("put_back", PUT_BACK.values(), ids=PUT_BACK)
@pytest.mark.parametrize("reader", ["marketplace", "draft", "published", "grid", "exports"])
def test_nothing_puts_a_hidden_pitch_back(day: Day, put_back: Any, reader: str) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    day.act(lambda tx, by: put_back(tx, at_the_machine(by.event)))
    assert day.read(READERS[reader]) <= {day.other.id}
    [own] = day.read(lambda tx, event: [it for it in tx.scalars(select(Pitch)) if "watches" in it.title.casefold()])
    assert (own.title, own.hidden_at is None) == ("Cheap watches", False)


def test_event_file_brings_what_was_hidden_back_as_hidden(day: Day) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    day.hide(Kind.NOTE, day.note.id)
    text = day.read(whole.as_json)
    copy = day.database.write(lambda tx: whole_rows.add(tx, whole_event(text))[0])
    with day.database.reading() as tx:
        event = tx.get_one(Event, copy.id)
        assert [it.title for it in listings.titles(tx, event.id)] == ["Bins"]
        [note] = tx.scalars(select(Note).where(Note.event_id == event.id))
        assert (note.text, note.hidden_at is None) == ("Buy now", False)


def _shown(day: Day) -> set[int]:
    return {it.id for it in day.read(lambda tx, event: listings.titles(tx, event.id))}


@pytest.mark.parametrize("kept", [True, False])
def test_hidden_pitch_is_taken_out_of_a_merge_and_merged_again_once_shown(day: Day, kept: bool) -> None:
    one, two = (day.pitch.id, day.other.id) if kept else (day.other.id, day.pitch.id)
    day.act(lambda tx, by: pitches.merge(tx, by, one, two))
    day.hide(Kind.PITCH, day.pitch.id)
    assert _shown(day) == {day.other.id}
    with pytest.raises(Invalid):
        day.act(lambda tx, by: pitches.merge(tx, by, day.other.id, day.pitch.id))
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert _shown(day) == {one}
    assert [it.id for it in day.read(lambda tx, event: merging.parts(tx, event.id, one))] == [two]


def test_merge_of_two_hidden_pitches_is_there_again_with_the_second_one_shown_only(day: Day) -> None:
    day.act(lambda tx, by: pitches.merge(tx, by, day.pitch.id, day.other.id))
    day.hide(Kind.PITCH, day.pitch.id)
    day.hide(Kind.PITCH, day.other.id)
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert _shown(day) == {day.pitch.id}
    assert day.read(lambda tx, event: merging.parts(tx, event.id, day.pitch.id)) == []
    day.hide(Kind.PITCH, day.other.id, hidden=False)
    assert _shown(day) == {day.pitch.id}
    assert len(day.read(lambda tx, event: merging.parts(tx, event.id, day.pitch.id))) == 1


def test_what_was_merged_with_something_else_meanwhile_stays_so(day: Day) -> None:
    third = a_pitch(day.database, day.event, None, "Lids")
    day.act(lambda tx, by: pitches.merge(tx, by, day.pitch.id, day.other.id))
    day.hide(Kind.PITCH, day.pitch.id)
    day.act(lambda tx, by: pitches.merge(tx, by, third.id, day.other.id))
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert [it.id for it in day.read(lambda tx, event: merging.parts(tx, event.id, third.id))] == [day.other.id]


def test_code_of_a_hidden_pitch_claims_nothing(day: Day) -> None:
    code = CREDENTIALS.claim_code(day.event, day.pitch)
    day.hide(Kind.PITCH, day.pitch.id)
    claim = lambda tx, by: hosting.claim(tx, by.event, CREDENTIALS, tx.get_one(Person, day.author.id), code)  # noqa: E731
    with pytest.raises(NotFound):
        day.act(claim)
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert day.act(claim).id == day.pitch.id


def test_hidden_notes_leave_room_for_others(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_ENTRIES", 1)
    add = lambda tx, by: notes.add(tx, by.event.id, day.other.id, day.author, _entry("Mine"))  # noqa: E731
    with pytest.raises(TooMany):
        day.act(add)
    day.hide(Kind.NOTE, day.note.id)
    assert day.act(add).id


def test_history_calls_a_pitch_by_its_newest_title_and_so_forgets_it_when_hidden(day: Day) -> None:
    day.database.write(
        lambda tx: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, Content(title="Dear watches"))
    )

    def said() -> Any:
        return day.read(versions.said)

    assert said() == "Moved ‘Dear watches’ to 11:00, Library."
    day.hide(Kind.PITCH, day.pitch.id)
    assert said() == "Moved a hidden pitch to 11:00, Library."
    day.hide(Kind.PITCH, day.pitch.id, hidden=False)
    assert said() == "Moved ‘Dear watches’ to 11:00, Library."


def test_hidden_name_is_nowhere_and_cannot_be_given_again_until_it_is_shown(day: Day) -> None:
    def names(tx: Transaction, event: Event) -> set[str]:
        rows = tx.scalars(select(Pitch.host_name).where(Pitch.event_id == event.id)).all()
        return {*rows, *tx.scalars(select(Note.author_name).where(Note.event_id == event.id))}

    rude = Content(title="Cheap watches", host_name="Mallory the Great")
    day.database.write(lambda tx: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, rude))
    day.hide(Kind.NAME, day.author.id)
    assert "Mallory the Great" not in day.read(names)
    with pytest.raises(Invalid, match="took your name off"):
        day.database.write(lambda tx: people.rename(tx, day.event.id, day.author.token, "Mallory"))
    day.database.write(lambda tx: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, rude))
    signed = Entry(kind=NoteKind.NOTE, text="Hello", author_name="Mallory the Great")
    day.act(lambda tx, by: notes.add(tx, by.event.id, day.other.id, tx.get_one(Person, day.author.id), signed))
    assert "Mallory the Great" not in day.read(names)
    day.hide(Kind.NAME, day.author.id, hidden=False)
    assert "Mallory the Great" in day.read(names)


def test_name_that_is_shown_again_is_back_wherever_it_stood(day: Day) -> None:
    def everything(tx: Transaction, by: Facilitator) -> list[list[Any]]:
        rows = tx.scalars(select(Summary.author_name)), tx.scalars(select(Reflection.author_name))
        joined = (
            tx.execute(select(ActionHelper.name, ActionHelper.joined_at)),
            tx.execute(select(NoteTaker.name, NoteTaker.offered_at)),
        )
        return [*(list(it) for it in rows), *([tuple(row) for row in it] for it in joined)]

    def write(tx: Transaction, by: Facilitator) -> None:
        mallory = tx.get_one(Person, day.author.id)
        summaries.keep(tx, by.event.id, day.other.id, mallory, summaries.Typed("In short", author_name="Mallory"))
        reflections.keep(tx, by.event, mallory, reflections.Answers(best="Lunch", author_name="Mallory"))
        todo = Entry(kind=NoteKind.ACTION, text="Do it")
        action = notes.add(tx, by.event.id, day.other.id, mallory, todo)
        actions.help_with(tx, by.event.id, day.other.id, action.id, mallory, True, name="Mallory")
        note_takers.offer(tx, by.event.id, tx.get_one(Pitch, day.other.id), mallory, True, "Mallory")

    day.act(write)
    before = day.act(everything)
    assert str(before).count("Mallory") == 4
    day.hide(Kind.NAME, day.author.id)
    assert "Mallory" not in str(day.act(everything))
    day.hide(Kind.NAME, day.author.id, hidden=False)
    assert day.act(everything) == before


def test_name_is_back_where_a_second_phone_joined_the_same_meanwhile(day: Day) -> None:
    """Both helped with one action; the phone that was joined brings its row, and the name that is back finds it."""
    second = a_person(day.database, day.event, "Mallory")
    todo = Entry(kind=NoteKind.ACTION, text="Do it")
    action = day.act(lambda tx, by: notes.add(tx, by.event.id, day.other.id, tx.get_one(Person, second.id), todo))

    def help_as(person_id: int) -> None:
        day.act(
            lambda tx, by: actions.help_with(
                tx, by.event.id, day.other.id, action.id, tx.get_one(Person, person_id), True, name="Mallory"
            )
        )

    help_as(day.author.id)
    help_as(second.id)
    day.hide(Kind.NAME, day.author.id)
    day.act(lambda tx, _: people.absorb(tx, tx.get_one(Person, day.author.id), tx.get_one(Person, second.id)))
    day.hide(Kind.NAME, day.author.id, hidden=False)
    assert day.act(lambda tx, _: list(tx.scalars(select(ActionHelper.person_id)))) == [day.author.id]


def test_with_a_look_first_everything_waits_for_everybody_but_its_author(day: Day) -> None:
    day.act(lambda tx, by: moderation.look_first(tx, by, True))
    pitch = a_pitch(day.database, day.event, day.author, "New watches")
    note = day.act(lambda tx, by: notes.add(tx, by.event.id, day.other.id, day.author, _entry("New")))
    day.database.write(
        lambda tx: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, Content(title="Dear watches"))
    )
    assert _shown(day) == {day.other.id}
    assert _notes(day, STRANGER) == [day.note.id]
    assert _notes(day, day.viewer) == [day.note.id, note.id]
    day.database.write(lambda tx: pitches.edit(tx, day.event.id, day.viewer, pitch.id, Content(title="Newest watches")))
    asks = day.act(lambda tx, by: (moderated.counted(tx, by).waiting, len(moderated.waiting(tx, by))))
    assert asks == (3, 3)
    assert day.act(lambda tx, by: moderation.show_all_waiting(tx, by)) == 3
    assert _shown(day) == {day.pitch.id, day.other.id, pitch.id}
    assert _notes(day, STRANGER) == [day.note.id, note.id]


def test_what_waits_is_hidden_for_good_by_hiding_it(day: Day) -> None:
    day.act(lambda tx, by: moderation.look_first(tx, by, True))
    pitch = a_pitch(day.database, day.event, day.author, "New watches")
    day.hide(Kind.PITCH, pitch.id)
    with pytest.raises(Forbidden):
        day.database.write(
            lambda tx: pitches.edit(tx, day.event.id, day.viewer, pitch.id, Content(title="Dear watches"))
        )
    assert day.act(lambda tx, by: moderation.show_all_waiting(tx, by)) == 0


def test_reports_reach_those_who_moderate_once_a_person_and_are_settled(day: Day) -> None:
    for reporter in (day.author, a_person(day.database, day.event), day.author):
        day.act(lambda tx, by, reporter=reporter: reports.add(tx, reporter, day.other, None, "Rude"))
    day.act(lambda tx, by: reports.add(tx, day.author, day.other, day.note, ""))
    asked = day.act(lambda tx, by: [(it.item.kind, it.times, it.texts) for it in moderated.reported(tx, by)])
    assert asked == [(Kind.NOTE, 1, ()), (Kind.PITCH, 2, ("Rude", "Rude"))]
    day.hide(Kind.NOTE, day.note.id)
    assert day.act(lambda tx, by: moderated.counted(tx, by).reported) == 1
    day.act(lambda tx, by: moderation.dismiss(tx, by, Kind.PITCH, day.other.id))
    assert day.act(lambda tx, by: moderated.reported(tx, by)) == []


def test_closed_notes_take_no_note_and_no_change_but_from_facilitators(day: Day) -> None:
    day.act(lambda tx, by: venue.set_phase(tx, at_the_machine(by.event), "notes", False))
    acts = (
        lambda tx, by: notes.add(tx, by.event.id, day.other.id, day.author, _entry("More")),
        lambda tx, by: notes.edit(tx, by.event.id, day.other.id, day.note.id, day.viewer, _entry("More")),
        lambda tx, by: pitches.edit(tx, by.event.id, day.viewer, day.pitch.id, Content(title="Dear watches")),
    )
    for act in acts:
        with pytest.raises(Closed):
            day.act(act)
    assert day.act(lambda tx, by: notes.add(tx, by.event.id, day.other.id, day.author, _entry("More"), helps=True)).id


def test_change_of_a_host_after_pitching_was_closed_is_marked_and_comes_first(day: Day) -> None:
    close(day.database, day.event, pitching=True)
    day.database.write(
        lambda tx: pitches.edit(tx, day.event.id, day.viewer, day.pitch.id, Content(title="Dear watches"))
    )
    first = day.act(lambda tx, by: moderated.newest(tx, by))[0][0]
    assert (first.id, first.kind, first.changed_late_at is not None) == (day.pitch.id, Kind.PITCH, True)


def test_log_says_who_did_what_and_goes_into_the_file_of_the_whole_event(day: Day) -> None:
    helper = Viewer("helper's", day.author.id, facilitator=True)
    day.hide(Kind.PITCH, day.pitch.id)
    day.act(lambda tx, by: moderation.set_stopped(tx, by, day.author.id, True))
    day.act(lambda tx, by: pitches.withdraw(tx, by.event.id, helper, day.other.id))
    lines = day.read(lambda tx, event: moderation_log.newest(tx, event)[0])
    assert [(it.act.value, it.kind.value, it.about, it.organiser, it.by) for it in lines] == [
        ("withdraw", "pitch", "Bins", False, "Mallory"),
        ("stop", "person", "Mallory", True, ""),
        ("hide", "pitch", "Cheap watches", True, ""),
    ]
    content = day.read(lambda tx, event: whole.as_json(tx, event))
    assert [(it["act"], it["by"]) for it in json.loads(content)["moderation"]] == [
        ("hide", "organiser"),
        ("stop", "organiser"),
        ("withdraw", "facilitator"),
    ]


def test_history_of_the_grid_does_not_say_the_title(day: Day) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    assert day.read(versions.said) == "Moved a hidden pitch to 11:00, Library."


def test_cell_of_a_hidden_session_has_no_title(day: Day) -> None:
    day.hide(Kind.PITCH, day.pitch.id)
    placed = day.read(published.read).by_pitch[day.pitch.id]
    assert (placed.state, placed.title, placed.standing) == (CellState.HIDDEN, "", False)


def _notes(day: Day, viewer: Viewer) -> list[int]:
    found: list[Note] = day.read(lambda tx, event: notes.pageful(tx, event.id, day.other.id, viewer).entries)
    return [it.id for it in found]


def test_hidden_note_is_its_authors_and_the_facilitators_only(day: Day) -> None:
    day.hide(Kind.NOTE, day.note.id)
    assert _notes(day, STRANGER) == []
    assert _notes(day, day.viewer) == _notes(day, Viewer(token="f", facilitator=True)) == [day.note.id]
    assert day.read(lambda tx, event: list(notes.of_event(tx, event.id))) == []
    for change in (notes.strike, notes.edit):
        last: Any = True if change is notes.strike else _entry("Still cheap")
        with pytest.raises(Forbidden, match="An organiser took this off the screens"):
            day.database.write(
                lambda tx, do=change, last=last: do(tx, day.event.id, day.other.id, day.note.id, day.viewer, last)
            )
    day.hide(Kind.NOTE, day.note.id, hidden=False)
    assert _notes(day, STRANGER) == [day.note.id]


def test_notes_of_a_hidden_pitch_are_not_in_the_book(day: Day) -> None:
    day.hide(Kind.PITCH, day.other.id)
    assert day.read(lambda tx, event: list(notes.of_event(tx, event.id))) == []


def test_person_is_hidden_and_shown_with_all_that_is_theirs(day: Day) -> None:
    day.hide(Kind.PERSON, day.author.id)
    listed, older = day.act(lambda tx, by: moderated.newest(tx, by))
    assert not older
    assert {(it.kind, it.id): it.hidden for it in listed} == {
        (Kind.NOTE, day.note.id): True,
        (Kind.PITCH, day.pitch.id): True,
        (Kind.PITCH, day.other.id): False,
    }
    assert {it.person for it in listed if it.hidden} == {day.author.id}
    day.hide(Kind.PERSON, day.author.id, hidden=False)
    assert not any(it.hidden for it in day.act(lambda tx, by: moderated.newest(tx, by))[0])


@pytest.mark.parametrize("kind", [Kind.PITCH, Kind.NOTE, Kind.NAME, Kind.PERSON])
def test_nothing_of_another_event_can_be_hidden(day: Day, kind: Kind) -> None:
    elsewhere = Day(day.database)
    number = {Kind.PITCH: elsewhere.pitch.id, Kind.NOTE: elsewhere.note.id, Kind.PERSON: elsewhere.author.id}.get(
        kind, elsewhere.author.id
    )
    with pytest.raises(NotFound):
        day.hide(kind, number)


def test_list_goes_on_after_a_page(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderated, "ON_A_PAGE", 2)
    first, older = day.act(lambda tx, by: moderated.newest(tx, by))
    last, none = day.act(lambda tx, by: moderated.newest(tx, by, 1))
    assert ([len(first), older], [len(last), none]) == ([2, True], [1, False])

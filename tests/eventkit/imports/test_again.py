"""The same file again: nothing comes twice, no edit made here is lost, and none of the file is passed over."""

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from eventkit.event import events, people, roles
from eventkit.imports import again, files, previews, programme_rows
from eventkit.imports.again import Since
from eventkit.imports.files import Found
from eventkit.imports.programme_rows import Came
from eventkit.market import pitches as hosts
from eventkit.privacy import erasure, forgetting
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, ImportedPitch, Pitch
from tests.world.builders import a_person, an_event, viewer_of
from tests.world.published import a_published_day

Row = dict[str, str]


def as_csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["title"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def bring(database: Database, event: Event, rows: list[Row], take: bool = False) -> Came:
    """What came of a file with these rows."""
    found = files.together([("pitches.csv", as_csv(rows))])
    assert isinstance(found, Found)
    return database.write(
        lambda tx: programme_rows.bring(
            tx, roles.at_the_machine(tx.get_one(Event, event.id)), found.programme, takes=lambda _key: take
        )
    )


def there(database: Database, event: Event) -> list[tuple[str, str, str]]:
    """What the pitches say, in order of their making."""
    with database.reading() as tx:
        found = tx.scalars(select(Pitch).where(Pitch.event_id == event.id).order_by(col(Pitch.id)))
        return [(it.title, it.description, it.host_name) for it in found]


def change(database: Database, event: Event, titled: str, **values: str) -> None:
    """Change a pitch here."""

    def write(tx: Transaction) -> None:
        pitch = tx.scalars(select(Pitch).where(Pitch.event_id == event.id, Pitch.title == titled)).one()
        for name, value in values.items():
            setattr(pitch, name, value)

    database.write(write)


def a_row(title: str, description: str = "", host: str = "", **others: str) -> Row:
    return {**others, "title": title, "description": description, "host": host}


@pytest.mark.parametrize("with_ids", [True, False])
def test_what_changed_here_stays_and_what_changed_in_the_file_comes(database: Database, with_ids: bool) -> None:
    event, _ = an_event(database)
    rows = [a_row("Bins", "Old.", "Ana"), a_row("Parks", "Green.", "Bo"), a_row("Roads", "Grey.", "Cy")]
    rows = [{"id": str(at), **row} for at, row in enumerate(rows, 1)] if with_ids else rows
    assert bring(database, event, rows).lines.pitches == 3
    change(database, event, "Bins", title="Waste", description="New.")
    change(database, event, "Parks", description="Greener.")
    rows[0]["host"] = "Ana, Al"
    rows[1]["description"] = "Greenest."
    came = bring(database, event, rows[:2]).lines
    assert (came.pitches, came.updated, came.kept, came.missing) == (0, 2, 1, ("Roads",))
    assert [(it.name, it.field, it.here, it.said) for it in came.differing] == [
        ("Parks", "description", "Greener.", "Greenest.")
    ]
    kept = [("Waste", "New.", "Ana, Al"), ("Parks", "Greener.", "Bo"), ("Roads", "Grey.", "Cy")]
    assert there(database, event) == kept
    came = bring(database, event, rows[:2]).lines  # it was told, and is not told again
    assert (came.pitches, came.kept, came.differing, came.missing) == (0, 2, (), ())
    assert there(database, event) == kept


def test_file_is_taken_at_its_word_where_the_organiser_says_so(database: Database) -> None:
    event, _ = an_event(database)
    bring(database, event, [a_row("Bins", "One."), a_row("Parks", "One.")])
    for title in ("Bins", "Parks"):
        change(database, event, title, description="Here.")
    again_said = as_csv([a_row("Bins", "File."), a_row("Parks", "File.")])
    preview = previews.look(database, event.id, [("pitches.csv", again_said)], cut=False)
    assert [said for _key, said in preview.choices] == [
        f"“{title}”, description: here “Here.”, in the file “File.”" for title in ("Bins", "Parks")
    ]
    came = previews.bring(database, event.id, preview.token, take=[preview.choices[1][0]])
    assert there(database, event) == [("Bins", "Here.", ""), ("Parks", "File.", "")]
    assert came[-2:] == ["1 text is one here and another in the file. It stays as it is here:", preview.choices[0][1]]


def test_choice_holds_for_what_was_seen_only(database: Database) -> None:
    event, _ = an_event(database)
    bring(database, event, [a_row("Bins", "One.")])
    change(database, event, "Bins", description="Here.")
    preview = previews.look(database, event.id, [("p.csv", as_csv([a_row("Bins", "File.")]))], cut=False)
    change(database, event, "Bins", description="Newer.")
    previews.bring(database, event.id, preview.token, take=[key for key, _said in preview.choices])
    assert there(database, event) == [("Bins", "Newer.", "")]


def test_emptied_cell_empties_and_a_column_that_is_not_there_says_nothing(database: Database) -> None:
    event, _ = an_event(database)
    bring(database, event, [a_row("Bins", "Old.", "Ana")])
    bring(database, event, [{"title": "Bins", "host": "Ana"}])
    assert there(database, event) == [("Bins", "Old.", "Ana")]
    bring(database, event, [a_row("Bins", "", "Ana")])
    assert there(database, event) == [("Bins", "", "Ana")]


def test_lists_that_count_from_one_each_are_two(database: Database) -> None:
    event, _ = an_event(database)
    friday = [a_row(title, id=str(at)) for at, title in enumerate(("Bins", "Parks", "Roads"), 1)]
    saturday = [a_row(title, id=str(at)) for at, title in enumerate(("Libraries", "Museums", "Theatres"), 1)]
    for rows in (friday, saturday, friday, saturday):
        assert bring(database, event, rows).lines.missing == ()
    assert [title for title, *_ in there(database, event)] == [it["title"] for it in (*friday, *saturday)]


def test_lines_that_were_numbered_anew_are_told_by_their_titles(database: Database) -> None:
    event, _ = an_event(database)
    titles = ["Bins", "Parks", "Roads"]
    bring(database, event, [a_row(title, title, "Ana", id=str(at)) for at, title in enumerate(titles)])
    came = bring(database, event, [a_row(title, title, "Ana", id=str(at)) for at, title in enumerate(titles[::-1])])
    assert (came.lines.pitches, came.lines.updated) == (0, 3)
    assert there(database, event) == [(title, title, "Ana") for title in titles]


def test_new_title_without_an_id_is_told_by_what_stands_under_it(database: Database) -> None:
    event, _ = an_event(database)
    bring(database, event, [a_row("Bins", "What to do with them.", "Ana"), a_row("Parks", "Green.", "Bo")])
    came = bring(database, event, [a_row("Waste", "What to do with them.", "Ana"), a_row("Parks", "Green.", "Bo")])
    assert (came.lines.pitches, came.lines.missing) == (0, ())
    assert [title for title, *_ in there(database, event)] == ["Waste", "Parks"]


def test_own_export_is_known_by_its_ids(database: Database) -> None:
    day = a_published_day(database, pitches=3)
    with database.reading() as tx:
        found = [(str(it.id), it.title) for it in tx.scalars(select(Pitch).order_by(col(Pitch.id)))]
    rows = [{"id": number, "title": title} for number, title in found]
    rows[0]["title"] = "Something else altogether"
    came = bring(database, day.event, rows)
    assert (came.lines.pitches, came.lines.updated) == (0, 3)
    assert [(it.field, it.said) for it in came.lines.differing] == [("title", "Something else altogether")]
    bring(database, day.event, rows, take=True)
    assert len(there(database, day.event)) == 3


def test_people_are_told_of_a_title_that_changes_on_the_grid(database: Database) -> None:
    day = a_published_day(database, pitches=1)
    with database.reading() as tx:
        before = tx.get_one(Event, day.event.id).revision
    bring(database, day.event, [{"id": "7", "title": "Pitch 1"}])
    bring(database, day.event, [{"id": "7", "title": "Pitch 1, better"}])
    with database.reading() as tx:
        assert tx.get_one(Event, day.event.id).revision == before + 1
    assert [title for title, *_ in there(database, day.event)] == ["Pitch 1, better"]


def test_what_was_deleted_for_good_does_not_come_again(database: Database) -> None:
    event, _ = an_event(database)
    rows = [a_row("Bins", "Old.", "Ana"), a_row("Parks")]
    bring(database, event, rows)

    def forget(tx: Transaction) -> None:
        pitch = tx.scalars(select(Pitch).where(Pitch.title == "Bins")).one()
        forgetting.forget_pitch(tx, tx.get_one(Event, event.id), pitch)

    database.write(forget)
    for _time in range(2):
        came = bring(database, event, rows)
        assert [(it.name, it.why) for it in came.left_out] == [
            ("Bins", "It came with this file before and was deleted here.")
        ]
    assert there(database, event) == [("Parks", "", "")]
    with database.reading() as tx:
        (kept,) = tx.scalars(select(ImportedPitch).where(col(ImportedPitch.pitch_id).is_(None)))
        assert (kept.description, kept.host) == ("", "")


def test_nothing_of_what_a_file_said_outlives_an_erasure(database: Database) -> None:
    event, _ = an_event(database)
    rows = [a_row("Bins", "Old.", "Ana")]
    bring(database, event, rows)
    with database.reading() as tx:
        assert [it.host for it in tx.scalars(select(ImportedPitch))] == [again.digest("Ana")]
    database.write(lambda tx: erasure.switch_names(tx, roles.at_the_machine(tx.get_one(Event, event.id)), off=True))
    with database.reading() as tx:
        assert [it.host for it in tx.scalars(select(ImportedPitch))] == [""]
    bring(database, event, rows)
    with database.reading() as tx:
        assert [it.host for it in tx.scalars(select(ImportedPitch))] == [""]
    database.write(lambda tx: erasure.erase(tx, tx.get_one(Event, event.id)))
    with database.reading() as tx:
        assert not list(tx.scalars(select(ImportedPitch)))
    assert bring(database, event, rows).lines.pitches == 0


def test_pitch_that_a_host_typed_here_keeps_its_words(database: Database) -> None:
    event, _ = an_event(database)
    ana = a_person(database, event, "Ana")

    def pitch(tx: Transaction) -> None:
        viewer = people.viewer(tx, event, ana.token)
        hosts.add(tx, events.by_code(tx, event.code), viewer, ana, hosts.Content(title="Bins", description="Mine."))

    assert viewer_of(database, event, ana).person_id == ana.id
    database.write(pitch)
    came = bring(database, event, [a_row("Bins", "Theirs.", "Ana")])
    assert ([it.field for it in came.lines.differing], came.lines.pitches) == (["description"], 0)
    assert there(database, event) == [("Bins", "Mine.", "Ana")]


@pytest.mark.parametrize(
    ("here", "said", "last", "where"),
    [
        ("a", None, "a", Since.NOWHERE),
        ("a", "a", "b", Since.NOWHERE),
        ("b", "a", "a", Since.HERE),
        ("a", "b", "a", Since.IN_FILE),
        ("b", "c", "a", Since.BOTH),
        ("", "b", None, Since.IN_FILE),
        ("a", "b", None, Since.BOTH),
        ("a", "", None, Since.HERE),
        ("a", "", "a", Since.IN_FILE),
        ("", "b", "", Since.IN_FILE),
    ],
)
def test_where_a_text_changed(here: str, said: str | None, last: str | None, where: Since) -> None:
    assert again.since(here, said, None if last is None else again.digest(last)) is where


@dataclass(frozen=True)
class Edit:
    """An edit of one text of one pitch, here or in the file."""

    pitch: int
    field: str
    text: str
    here: bool


FIELDS = ("title", "description", "host")
EDITS = st.builds(
    Edit,
    st.integers(0, 4),
    st.sampled_from(FIELDS),
    st.sampled_from(["Alpha", "Beta", "Gamma", "=1+1", "'quoted", "é🦶 שלום"]),
    st.booleans(),
)


@pytest.mark.on_both
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 5), st.booleans(), st.lists(st.lists(EDITS, max_size=6), min_size=1, max_size=3))
@example(2, False, [[Edit(0, "title", "Alpha", here=True)], [Edit(0, "description", "Beta", here=False)]])
def test_no_edit_is_lost_and_nothing_doubled(
    database: Database, number: int, with_ids: bool, rounds: list[list[Edit]]
) -> None:
    """Edited here only: as here; in the file only: as in the file; both: as here, and told."""
    event, _ = an_event(database)
    rows = [a_row(f"Pitch {at}", f"About {at}.", f"Host {at}") for at in range(number)]
    now = [dict(row) for row in rows]
    if with_ids:
        rows = [{"id": f"p{at}", **row} for at, row in enumerate(rows)]
    bring(database, event, rows)
    for edits in rounds:
        last = [dict(row) for row in rows]
        for edit in (it for it in edits if it.pitch < number):
            text = f"{edit.text} {edit.pitch}" if edit.field == "title" else edit.text
            if edit.here:
                now[edit.pitch] = {**now[edit.pitch], edit.field: text}
            elif with_ids or edit.field != "title":  # without ids a title is what a line is known by
                rows[edit.pitch][edit.field] = text
        _write_here(database, event, now)
        in_file = [(at, name) for at, row in enumerate(rows) for name in FIELDS if row[name] != last[at][name]]
        told = [(at, name) for at, name in in_file if now[at][name] not in (rows[at][name], last[at][name])]
        for at, name in set(in_file) - set(told):
            now[at][name] = rows[at][name]
        guarded = [{name: f"'{text}" if text[:1] in "=" else text for name, text in row.items()} for row in rows]
        came = bring(database, event, guarded).lines
        assert (came.pitches, len(came.differing)) == (0, len(told))
        assert there(database, event) == [tuple(it.values()) for it in now]


def _write_here(database: Database, event: Event, now: list[Row]) -> None:
    def write(tx: Transaction) -> None:
        found = tx.scalars(select(Pitch).where(Pitch.event_id == event.id).order_by(col(Pitch.id)))
        for pitch, it in zip(found, now, strict=True):
            pitch.title, pitch.description, pitch.host_name = it.values()

    database.write(write)

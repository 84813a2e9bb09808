"""The wall: before a grid, while one is built, and once it is published."""

from datetime import date
from typing import Any

import pytest

import solver
from eventkit.clock import now
from eventkit.event import events
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, BuildState, ChangeKind, Event, Pitch, StoredIncumbent, Study
from tests.world.builders import an_event, close
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.published import Day, a_published_day, at_this_hour, publish
from tests.world.visitors import Phones
from tests.world.walls import a_build, an_answer


def wall(phone: Phones, event: Event, show: str = "now") -> Page:
    return phone().page(f"/e/{event.code}/wall?show={show}")


def state(page: Page) -> str:
    return page.by_id("wall").attributes["class"].removeprefix("wall-body wall-")


def board(page: Page) -> list[list[str]]:
    """The board's rows: room, now, next."""
    return [
        [element.text for element in page.elements if element.tag in ("th", "td") and row in element.parents]
        for row in page.all("tr")
    ]


def cells_of(database: Database, event: Event) -> list[tuple[int, int]]:
    with database.reading() as tx:
        slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
        return [(slot.id, room.id) for slot in slots for room in events.rooms(tx, event.id)]


def test_wall_before_a_grid_shows_how_to_join_and_how_many_pitches(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    page = wall(phone, event)
    assert state(page) == "joining"
    assert page.one("p", class_="code").text == event.code
    assert page.one("p", class_="wall-count").text == "No pitches yet"
    assert page.one("svg", class_="qr").attributes["aria-label"] == "Code to join Test camp"
    some_pitches(database, event, 3)
    assert wall(phone, event).one("p", class_="wall-count").text == "3 pitches so far"


def test_wall_once_all_is_closed_says_what_comes_next(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    some_pitches(database, event, 1)
    close(database, event, pitching=True, voting=True)
    joining = [
        it.text
        for it in wall(phone, event).all("p")
        if any(p.attributes.get("class") == "wall-join" for p in it.parents)
    ]
    assert joining[-1] == "Pitches and votes are in. The grid comes next."


def test_wall_while_a_build_runs_shows_its_best_grid_with_an_honest_line(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    pitches = some_pitches(database, event, 3)
    answer = an_answer(pitches, cells_of(database, event)[3:], usual=solver.Usual(4, 5))
    a_build(database, event, answer, BuildState.RUNNING)
    page = wall(phone, event)
    assert state(page) == "building"
    assert page.one("p", class_="progress-line").text == (
        "3 sessions placed, nobody left out,"
        " most people get 4 of 5 and a seat, no grid could score more than 3 % higher."
        " Better grids are being looked for."
    )
    rows = board(page)
    assert rows[0] == ["", "10:00", "11:00", "13:15"]
    assert rows[1] == ["Main hall", "", "Pitch 1", ""]
    assert [row[2] for row in rows[1:]] == ["Pitch 1", "Pitch 2", "Pitch 3"]


def test_wall_while_a_build_runs_shows_no_pitch_that_was_withdrawn_meanwhile(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitches = some_pitches(database, event, 2)
    a_build(database, event, an_answer(pitches, cells_of(database, event)), BuildState.RUNNING)

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, pitches[0].id).withdrawn_at = now()

    database.write(withdraw)
    assert [title.text for title in wall(phone, event).all("p", class_="session-title")] == ["Pitch 2"]


def test_wall_tells_no_figure_of_a_build_while_voting_is_open(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitches = some_pitches(database, event, 3)
    a_build(database, event, an_answer(pitches, cells_of(database, event)[3:]), BuildState.RUNNING)
    line = wall(phone, event).one("p", class_="progress-line").text
    assert line == "The grid is being built from what you chose."


def test_wall_says_only_what_is_proved(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    pitches = some_pitches(database, event, 1)
    cells = cells_of(database, event)
    sentences = {}
    for bound, left_out in ((None, 2), (400.0, 0), (402.0, 1)):
        a_build(database, event, an_answer(pitches, cells, bound=bound, left_out=left_out), BuildState.DONE)
        line = wall(phone, event).one("p", class_="progress-line").text
        sentences[bound] = line.removesuffix(" The organiser is looking at it now.")
    assert sentences == {
        None: "871 of 1,020 possible wishes kept, a few people left out.",
        400.0: "871 of 1,020 possible wishes kept, nobody left out, no grid could score higher.",
        402.0: "871 of 1,020 possible wishes kept, a few people left out, no grid could score more than 0.5 % higher.",
    }


@pytest.mark.parametrize(
    ("figures", "line"),
    {
        "seats": (
            {"kept": 30, "wishes": 30, "turned_away": 25.0},
            "5 of 30 possible wishes kept, 25 without a seat, no grid could score more than 3 % higher.",
        ),
        "seats and places": (
            {"kept": 30, "wishes": 34, "turned_away": 1.5, "left_out": 4},
            "28 of 34 possible wishes kept, 4 people left out, a few without a seat,"
            " no grid could score more than 3 % higher.",
        ),
        "nobody voted": ({"kept": 0, "wishes": 0, "total": 0.0, "bound": 0.0}, "1 session placed."),
        "one wish each": (
            {"kept": 4, "wishes": 4, "bound": 400.0, "usual": solver.Usual(1, 1)},
            "4 of 4 possible wishes kept, nobody left out, most people get their one wish and a seat,"
            " no grid could score higher.",
        ),
    }.values(),
    ids=str,
)
def test_line_of_odd_days_says_what_is_so(
    database: Database, phone: Phones, figures: dict[str, Any], line: str
) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    answer = an_answer(some_pitches(database, event, 1), cells_of(database, event), **figures)
    told = []
    for state_ in (BuildState.RUNNING, BuildState.DONE):
        a_build(database, event, answer, state_)
        told.append(wall(phone, event).one("p", class_="progress-line").text)
    assert told[1] == f"{line} The organiser is looking at it now."
    assert ("nobody left out" in told[0]) == ("nobody left out" in line)


def test_line_of_a_build_that_goes_on_never_sounds_worse_than_before(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    pitches, cells = some_pitches(database, event, 3), cells_of(database, event)

    def answer(**figures: Any) -> dict[str, Any]:
        return an_answer(pitches, cells, **figures)

    a_build(database, event, answer(usual=solver.Usual(5, 5)), BuildState.RUNNING)
    fairer = answer(kept=860, total=401.0, left_out=3, usual=solver.Usual(4, 5))
    database.write(lambda tx: tx.add(StoredIncumbent(build_id=1, seq=2, answer=fairer, at=now())))
    line = wall(phone, event).one("p", class_="progress-line").text
    assert line == ("3 sessions placed, no grid could score more than 3 % higher. Better grids are being looked for.")
    database.write(lambda tx: setattr(tx.get_one(Build, 1), "state", BuildState.DONE))
    line = wall(phone, event).one("p", class_="progress-line").text
    assert line == (
        "860 of 1,020 possible wishes kept, 3 people left out, most people get 4 of 5 and a seat,"
        " no grid could score more than 3 % higher. The organiser is looking at it now."
    )


def test_wall_tells_no_figures_of_a_day_that_has_changed_since(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    a_build(database, event, an_answer(some_pitches(database, event, 2), cells_of(database, event)), BuildState.DONE)
    assert "871 of" in wall(phone, event).one("p", class_="progress-line").text
    database.write(lambda tx: change_log.record(tx, event.id, ChangeKind.PITCH, pitch=1, withdrawn=True))
    assert wall(phone, event).one("p", class_="progress-line").text == (
        "Something changed since this grid was built, so its figures hold no more. The organiser is looking at it now."
    )


def test_wall_of_a_build_without_an_answer_yet_says_what_happens(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    some_pitches(database, event, 1)
    a_build(database, event, None, BuildState.QUEUED)
    assert wall(phone, event).one("p", class_="progress-line").text == ("The grid is being built from what you chose.")


def test_wall_after_a_build_keeps_its_grid_until_one_is_published(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitches = some_pitches(database, event, 1)
    cells = cells_of(database, event)
    a_build(database, event, an_answer(pitches, cells), BuildState.DONE)
    line = wall(phone, event).one("p", class_="progress-line").text
    assert line.endswith("The organiser is looking at it now.")
    publish(database, Day(event, "", pitches, [], []), {pitches[0].id: cells[0]})
    assert state(wall(phone, event)) == "published"
    a_build(database, event, an_answer(pitches, cells), BuildState.FAILED)
    assert state(wall(phone, event)) == "published"


def test_wall_after_a_build_goes_on_telling_what_is_proved(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    a_build(database, event, an_answer(some_pitches(database, event, 1), cells_of(database, event)), BuildState.DONE)
    database.write(lambda tx: tx.add(Study(build_id=1, event_id=event.id, bound=404.0)))
    assert wall(phone, event).one("p", class_="progress-line").text == (
        "871 of 1,020 possible wishes kept, nobody left out, no grid could score more than 1 % higher."
        " The organiser is looking at it now."
    )


def test_place_of_a_moved_session_is_read_after_a_long_title(database: Database, phone: Phones) -> None:
    day = a_published_day(
        database, placed=2, title="Service standards without a service team, and what a district borrows"
    )
    at_this_hour(database, day, 0)
    publish(database, day, {day.pitches[0].id: day.cells[3], day.pitches[1].id: day.cells[1]})
    for show, class_ in (("grid", "whole-fit"), ("now", "board")):
        page = wall(phone, day.event, show)
        place = next(it.text for it in page.all("div" if show == "grid" else "table", class_=class_))
        assert "‘Service standards without a s…’ is now at " in place
        assert "‘Service standards without a s…’ is now at " in page.by_id("wall-news").text
    door = phone().page(f"{day.address}/doors/{day.cells[0][1]}")
    assert "‘Service standards without a s…’ is now at " in door.by_id("door-news").text


def test_wall_of_a_large_grid_shows_its_shape_without_titles(database: Database, phone: Phones) -> None:
    rooms = "\n".join(f"Room {number}, 20" for number in range(15))
    event, _ = an_event(database, rooms=rooms)
    pitches = some_pitches(database, event, 2)
    a_build(database, event, an_answer(pitches, cells_of(database, event)), BuildState.RUNNING)
    page = wall(phone, event)
    assert len(page.all("div", class_="session")) == 2
    assert page.all("p", class_="session-title") == []


def test_wall_during_the_day_shows_now_and_next_by_room(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    at_this_hour(database, day, 0)
    rows = board(wall(phone, day.event))
    assert [cell.split(",")[0] for cell in rows[0]] == ["Room", "Now", "Next"]
    assert rows[1:] == [
        ["Main hall", "Pitch 1", "Pitch 4"],
        ["Library", "Pitch 2", "Free"],
        ["Studio", "Pitch 3", "Free"],
    ]


def test_wall_before_lunch_shows_what_comes_after_it(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=9, pitches=9)
    at_this_hour(database, day, 1)
    heading, first, *_ = board(wall(phone, day.event))
    assert heading[2].startswith("Next, ")
    assert heading[2].endswith(", after Lunch")
    assert first == ["Main hall", "Pitch 4", "Pitch 7"]


def test_wall_before_the_day_shows_its_first_two_slots_with_their_day(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, day=date(2099, 6, 26))
    assert board(wall(phone, day.event))[:2] == [
        ["Room", "Fri 26 Jun, 10:00", "Fri 26 Jun, 11:00"],
        ["Main hall", "Pitch 1", "Pitch 4"],
    ]


def test_wall_at_lunch_says_so_once(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=9, pitches=9)
    at_this_hour(database, day, 2)
    assert board(wall(phone, day.event))[1:] == [
        ["Main hall", "Lunch", "Pitch 7"],
        ["Library", "Pitch 8"],
        ["Studio", "Pitch 9"],
    ]


def test_wall_says_what_changed_last(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    at_this_hour(database, day, 0)
    publish(database, day, {day.pitches[0].id: day.cells[0], day.pitches[1].id: day.cells[4]})
    (news,) = wall(phone, day.event).all("div", class_="wall-news")
    assert news.text.split("‘", 1)[1].startswith("Pitch 2’ is now at ")
    assert ", Library. It was at " in news.text


def test_wall_with_many_rooms_shows_them_in_turns(database: Database, phone: Phones) -> None:
    rooms = "\n".join(f"Room {number}, 20" for number in range(1, 26))
    day = a_published_day(database, rooms=rooms, placed=25, pitches=25)
    at_this_hour(database, day, 0)
    page = wall(phone, day.event)
    assert page.all("th", scope="col")[0].text in {f"Rooms, {turn} of 3" for turn in (1, 2, 3)}
    assert len(page.all("tr")) - 1 in (9, 7)


def test_wall_after_the_last_slot_points_to_the_book(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    page = wall(phone, day.event)  # the day of the builders is long past
    assert page.one("p", class_="wall-end").text == "That was all for today."


def test_wall_for_htmx_is_the_block_alone(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    assert phone().get(f"{day.address}/wall", htmx=True).text.strip().startswith('<div id="wall"')


def test_wall_shows_the_whole_grid_at_first_where_it_can_be_read(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    at_this_hour(database, day, 0)
    page = wall(phone, day.event, "")
    wide = [it for it in page.all("table") if "whole-wide" in it.attributes["class"]]
    assert len(wide) == 1
    rows = [
        [it.text for it in page.elements if it.tag in ("th", "td") and row in it.parents]
        for row in page.all("tr")
        if wide[0] in row.parents
    ]
    assert rows[0] == ["", "Main hall", "Library", "Studio"]
    assert rows[1][0].endswith(" now")
    assert rows[1][1:] == ["Pitch 1", "Pitch 2", "Pitch 3"]
    assert rows[2][0].endswith(" next")
    assert rows[2][1:] == ["Pitch 4", "", ""]
    assert rows[3][1:] == ["Lunch"]
    assert "whole-wide" in phone().get(f"{day.address}/wall?show=nonsense").text


def test_wall_goes_on_showing_what_its_address_asks_for(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    at_this_hour(database, day, 0)
    for show in ("grid", "now", "turns"):
        page = wall(phone, day.event, show)
        assert page.by_id("wall").attributes["hx-get"].endswith(f"/wall?show={show}")
        (current,) = [it for it in page.all("a") if it.attributes.get("aria-current")]
        assert current.attributes["href"].endswith(f"show={show}")


def test_wall_keeps_the_published_grid_while_another_is_built(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    at_this_hour(database, day, 0)
    a_build(database, day.event, None, BuildState.RUNNING)
    page = wall(phone, day.event)
    assert state(page) == "published"
    assert board(page)[1] == ["Main hall", "Pitch 1", "Pitch 4"]
    assert "A new grid is being built. This one stands until another is published." in page.by_id("wall-news").text


def test_wall_counts_who_has_a_seat_of_what_can_be_kept(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    answer = an_answer(some_pitches(database, event, 1), cells_of(database, event), attainable=900, turned_away=70.2)
    a_build(database, event, answer, BuildState.DONE)
    assert wall(phone, event).one("p", class_="progress-line").text.startswith("800 of 900 possible wishes kept, ")


def test_wall_drops_its_claim_once_the_day_is_another(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    a_build(database, event, an_answer(some_pitches(database, event, 1), cells_of(database, event)), BuildState.DONE)
    assert "higher" in wall(phone, event).one("p", class_="progress-line").text
    database.write(lambda tx: change_log.record(tx, event.id, ChangeKind.EVENT))
    assert "higher" not in wall(phone, event).one("p", class_="progress-line").text

"""Days that are no plain matrix: what each face shows of a session that takes several slots, and the like."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

import solver
from eventkit.building import builds, problems
from eventkit.draft import drafts
from eventkit.event import events
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.grid import versions
from eventkit.grid.versions import Spot
from eventkit.imports import whole_rows
from eventkit.market import on_offer, pitches, series
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import GridCause
from tests.world.faces import by_face
from tests.world.files_of_others import whole_event
from tests.world.phone import Element, Page, Phone
from tests.world.published import Day, a_published_day, at_this_hour, publish
from tests.world.visitors import Phones, joined, organiser

HELPER = Viewer(token="", organiser=True, facilitator=True)
LONDON = ZoneInfo("Europe/London")
FAR: dict[str, Any] = {"day": date(2031, 5, 6), "slots": "10:00-10:45\n11:00-11:45\n12:00-13:00 Lunch\n13:15-14:00"}


def a_day_with_a_workshop(database: Database, **changes: Any) -> Day:
    """Pitch 1 takes the two slots of the morning in the main hall; pitch 2 is in the library, pitch 3 in the studio."""
    day = a_published_day(database, placed=3, **{**FAR, **changes})
    lengthen(database, day, 0, 2)
    return day


def lengthen(database: Database, day: Day, number: int, length: int) -> None:
    def act(tx: Transaction) -> None:
        pitch = pitches.get(tx, day.event.id, day.pitches[number].id)
        content = replace(pitches.content_of(pitch), length=length)
        pitches.edit(tx, day.event.id, HELPER, pitch.id, content)

    database.write(act)


def of_class(page: Page, name: str) -> list[Element]:
    return [it for it in page.all("div") if name in it.attributes.get("class", "").split()]


def entry(answer: bytes) -> Any:
    return next(it for it in Calendar.from_ical(answer).walk("VEVENT") if it["SUMMARY"] == "Pitch 1")


def test_every_file_has_both_slots_of_a_workshop(database: Database, phone: Phones) -> None:
    day = a_day_with_a_workshop(database)
    visitor = phone()
    event = entry(visitor.get(f"{day.address}/schedule.ics").data)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        datetime(2031, 5, 6, 9, tzinfo=UTC),
        datetime(2031, 5, 6, 10, 45, tzinfo=UTC),
    )
    schedule = json.loads(visitor.get(f"{day.address}/schedule.json").text)["schedule"]["conference"]["days"][0]
    assert [it["duration"] for it in schedule["rooms"]["Main hall"]] == ["01:45", "01:00"]
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{day.address}/grid.csv").text)))
    assert (rows[0]["start"][11:16], rows[0]["end"][11:16]) == ("10:00", "11:45")
    assert "10:00–11:45, Main hall" in visitor.get(f"{day.address}/book.md").text


def test_grid_wall_and_session_show_one_block(database: Database, phone: Phones) -> None:
    day = a_day_with_a_workshop(database)
    visitor = phone()
    grid = visitor.page(f"{day.address}/grid")
    block = grid.by_id(f"session-{day.pitches[0].id}")
    assert "until 11:45" in block.text
    assert [it.attributes["rowspan"] for it in grid.all("td") if "rowspan" in it.attributes] == ["2"]
    assert [it.text.split() for it in of_class(grid, "goes-on")] == [["Pitch", "1", "goes", "on", "until", "11:45"]]
    wall = visitor.page(f"{day.address}/wall?show=grid")
    spans = [it for it in wall.all("td") if {"2"} & {it.attributes.get("rowspan"), it.attributes.get("colspan")}]
    assert any("Pitch 1" in it.text and "until 11:45" in it.text for it in spans)
    assert "10:00–11:45, Main hall" in visitor.page(f"{day.address}/pitches/{day.pitches[0].id}").by_id("place").text


def test_door_and_board_say_until_when_in_the_second_slot(database: Database, phone: Phones) -> None:
    day = a_day_with_a_workshop(database)
    at_this_hour(database, day, 1)
    with database.reading() as tx:
        zone = ZoneInfo(events.by_code(tx, day.event.code).timezone)  # near midnight another one
        ends = events.slots(tx, day.event.id)[1].ends_at
    clock = f"{ends.astimezone(zone):%H:%M}"
    door = phone().page(f"{day.address}/doors/{day.rooms[0].id}")
    lines = [it.text for it in door.all("p")]
    assert lines[lines.index("Pitch 1") + 1] == f"Until {clock}"
    board = phone().page(f"{day.address}/wall?show=now")
    assert f"goes on until {clock}" in board.by_id(f"room-{day.rooms[0].id}").text


def test_my_day_counts_a_workshop_once_and_shows_it_twice(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=3, **FAR)
    visitor: Phone = joined(phone, day.event)
    visitor.post(f"{day.address}/pitches/{day.pitches[0].id}/vote", interest="2")
    lengthen(database, day, 0, 2)
    mine = visitor.page(f"{day.address}/me")
    assert "You get your one wish." in [it.text for it in mine.all("p")]
    assert len(mine.all("div", id=f"session-{day.pitches[0].id}")) == 1 and len(of_class(mine, "goes-on")) == 1


def test_event_json_brings_the_length_back(database: Database, phone: Phones) -> None:
    day = a_day_with_a_workshop(database)
    kept = organiser(phone, day.event).get(f"{day.address}/event.json").text
    again, _ = database.write(lambda tx: whole_rows.add(tx, whole_event(kept)))
    with database.reading() as tx:
        assert sorted(it.length for it in on_offer.standing(tx, again.id)) == [1, 1, 1, 1, 2]


def test_a_form_pitches_both_parts_of_a_series_and_faces_tell_them(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, pitches=0, **FAR)
    host = organiser(phone, day.event)
    for _retry in range(2):
        posted = host.post(f"{day.address}/pitches", title="Looms", parts="2", length="1", nonce="once")
        assert posted.status_code == 303
    with database.reading() as tx:
        first, second = on_offer.standing(tx, day.event.id)
    assert (first.title, second.title, second.after_id) == ("Looms", "Looms, part 2", first.id)
    publish(database, day, {first.id: day.cells[0], second.id: day.cells[3]})
    assert [
        it.text for it in host.page(f"{day.address}/grid").all("p", class_="meta") if it.text.startswith("Part")
    ] == ["Part 1 of 2", "Part 2 of 2"]
    page = host.page(f"{day.address}/pitches/{second.id}")
    assert [it.text for it in page.all("li") if it.within("article")] == ["Looms", "Looms, part 2"]
    entries = Calendar.from_ical(host.get(f"{day.address}/schedule.ics").data).walk("VEVENT")
    assert entries[1]["RELATED-TO"] == entries[0]["UID"]
    rows = list(csv.DictReader(io.StringIO(host.get(f"{day.address}/grid.csv").text)))
    assert [it["part"] for it in rows if it["state"] == "on"] == ["1 of 2", "2 of 2"]
    kept = whole_event(host.get(f"{day.address}/event.json").text)
    again, _ = database.write(lambda tx: whole_rows.add(tx, kept))
    with database.reading() as tx:
        assert [it.number for it in series.read(tx, again.id).values()] == [1, 2]
        problem = problems.problem(tx, again, [])
    assert [len(it.after) for it in problem.sessions] == [0, 1]


def test_order_of_a_series_holds_without_its_middle_part(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, pitches=1, **FAR)
    host = organiser(phone, day.event)
    assert host.post(f"{day.address}/pitches", title="Looms", parts="3", length="1", nonce="once").status_code == 303
    with database.reading() as tx:
        other, one, two, three = (it.id for it in on_offer.standing(tx, day.event.id))
    publish(database, day, {three: day.cells[0], one: day.cells[3]})
    acts: list[tuple[str, dict[str, Any], int]] = [
        ("withdraw", {}, one),
        ("bring-back", {}, two),
        ("merge", {"part": str(other), "keep": "other"}, other),
    ]
    for verb, fields, before in acts:
        assert host.post(f"{day.address}/pitches/{two}/{verb}", **fields).status_code == 303, verb
        with database.reading() as tx:
            event = events.by_code(tx, day.event.code)
            assert series.read_order(tx, event.id)[three] == {before}
            said = [it.text for it in drafts.assess(tx, event.id).warned[three]]
            title = f"‘{pitches.get(tx, event.id, before).title}’"
            off = f"{title} comes before it, and is not on the grid."
            assert said == [f"It starts before {title} is over." if before == one else off], verb
            worth = drafts.weigh(tx, event.id, three).cells
            assert before != one or (worth[day.cells[4]].hard and not worth[day.cells[6]].hard)
        if verb == "withdraw":  # the form says what holds now, and keeping it keeps what may come back
            chosen = [
                it for it in host.page(f"{day.address}/pitches/{three}").all("option") if "selected" in it.attributes
            ]
            assert str(one) in [it.attributes["value"] for it in chosen]
            assert host.post(f"{day.address}/pitches/{three}/series", before=str(one)).status_code == 303
            assert host.post(f"{day.address}/pitches/{other}/series", before=str(one)).status_code == 422


def test_a_walk_says_so_and_its_room_says_what_people_need(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2, **FAR)
    helper = organiser(phone, day.event)
    walk = f"{day.address}/pitches/{day.pitches[0].id}"
    assert helper.post(walk, title="Along the river", format="  WALK ").status_code == 303
    room = f"{day.address}/organise/rooms/{day.rooms[0].id}"
    has = "step-free hearing-loop"
    said = helper.post(room, name="Main hall", capacity="120", features=has, directions="Behind the church")
    assert said.status_code == 303
    found = helper.page(f"{day.address}/grid?q=walk")
    assert [it.text for it in found.all("p", class_="session-title")] == ["Along the river"]
    for address in (walk, f"{day.address}/grid", f"{day.address}/doors/{day.rooms[0].id}"):
        facts = [it.text for it in helper.page(address).all("span", class_="tag")]
        assert [it for it in facts if it in ("step-free", "hearing loop")][:2] == ["step-free", "hearing loop"]
        assert "Behind the church" in helper.get(address).text
    schedule = json.loads(helper.get(f"{day.address}/schedule.json").text)["schedule"]["conference"]["days"][0]
    assert [it["type"] for it in schedule["rooms"]["Main hall"]] == ["walk", "other"]
    market = phone().page(f"{day.address}?format=Walk")
    assert [it.text for it in market.all("h3", class_="note-title")] == ["Along the river"]
    kept = whole_event(helper.get(f"{day.address}/event.json").text)
    assert (kept.pitches[0].format, kept.rooms[0].directions) == ("walk", "Behind the church")


def test_a_keynote_in_one_room_is_on_every_face_beside_sessions(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, **FAR)
    publish(database, day, {day.pitches[0].id: day.cells[1]})
    helper = organiser(phone, day.event)
    address = f"{day.address}/organise/slots/{day.slots[0].id}/items"
    assert helper.post(address, title="Keynote", room=str(day.rooms[0].id)).status_code == 200
    for page in ("grid", "wall?show=grid", "wall?show=now", f"doors/{day.rooms[0].id}", "organise/grid"):
        assert "Keynote" in helper.get(f"{day.address}/{page}").text, page
    entries = Calendar.from_ical(helper.get(f"{day.address}/schedule.ics").data).walk("VEVENT")
    assert {(str(it["SUMMARY"]), str(it.get("LOCATION", ""))) for it in entries} == {
        ("Pitch 1", "Library"),
        ("Keynote", "Main hall"),
        ("Lunch", ""),
    }
    schedule = json.loads(helper.get(f"{day.address}/schedule.json").text)["schedule"]["conference"]["days"][0]
    assert [it["title"] for it in schedule["rooms"]["Main hall"]] == ["Keynote", "Lunch"]
    rows = list(csv.DictReader(io.StringIO(helper.get(f"{day.address}/grid.csv").text)))
    assert [(it["title"], it["room"]) for it in rows if it["state"] == "fixed"] == [
        ("Keynote", "Main hall"),
        ("Lunch", ""),
    ]
    with database.reading() as tx:
        problem = problems.problem(tx, events.by_code(tx, day.event.code), [])
    assert [len(room.closed) for room in problem.rooms] == [1, 0, 0]
    kept = whole_event(helper.get(f"{day.address}/event.json").text)
    assert [it.title for it in kept.closures] == ["Keynote"]
    helper.post(f"{day.address}/organise/rooms/{day.rooms[0].id}/closed")
    assert "Keynote" in helper.get(f"{day.address}/grid").text
    assert helper.post(address, title="Keynote").status_code == 200
    assert "Keynote" not in helper.get(f"{day.address}/grid").text


@pytest.mark.parametrize(
    ("act", "stays"), [("", True), ("withdraw", False), ("merge", False)], ids=["stands", "withdrawn", "merged"]
)
def test_a_keynote_that_takes_a_sessions_room_is_on_every_face(
    database: Database, phone: Phones, act: str, stays: bool
) -> None:
    day = a_published_day(database, placed=3, **FAR)
    helper = organiser(phone, day.event)
    address = f"{day.address}/organise/slots/{day.slots[0].id}/items"
    assert helper.post(address, title="Keynote", room=str(day.rooms[0].id)).status_code == 422
    assert helper.post(address, title="Keynote", room=str(day.rooms[0].id), sure="1").status_code == 200
    if act:
        changed = day.pitches[1 if act == "merge" else 0]
        done = helper.post(f"{day.address}/pitches/{changed.id}/{act}", part=str(day.pitches[0].id))
        assert done.status_code == 303
    for page in ("grid", "wall?show=grid", "wall?show=now", f"doors/{day.rooms[0].id}", "doors", "embed", "book.md"):
        assert "Keynote" in helper.get(f"{day.address}/{page}").text, page
    cell = helper.page(f"{day.address}/grid").all("td", class_="cell")[0].text
    assert ("This time is now Keynote. A new place is being found." in cell) is stays
    assert ("Pitch 1" in cell) is stays


def test_a_wave_leaves_what_lies_before_as_it_is(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=3, **FAR)
    helper = organiser(phone, day.event)
    assert "From 11:00 on" in helper.get(f"{day.address}/organise").text
    assert helper.post(f"{day.address}/builds", seconds="1", from_slot=str(day.slots[1].id)).status_code == 303
    with database.reading() as tx:
        build = builds.get(tx, day.event.id, 1)
        order, _ = builds.order(tx, builds.Claim(build.id, day.event.id, 1, 0))
    problem = solver.parse(order)
    assert [slot.frozen for slot in problem.slots] == [True, False, False]
    *_, last = solver.solve(problem, seconds=1, workers=1, seed=1)
    standing = {(it.session, it.slot) for it in last.grid}
    assert {(str(it.id), str(day.slots[0].id)) for it in day.pitches[:3]} <= standing
    assert sum(slot == str(day.slots[0].id) for _, slot in standing) == 3


def test_a_series_never_goes_round_in_a_circle(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, pitches=3, **FAR)
    helper = organiser(phone, day.event)
    one, two, three = (f"{day.address}/pitches/{it.id}/series" for it in day.pitches)
    assert helper.post(two, before=str(day.pitches[0].id)).status_code == 303
    assert helper.post(one, before=str(day.pitches[1].id)).status_code == 422
    assert helper.post(one, before=str(day.pitches[0].id)).status_code == 422
    assert helper.post(three, before=str(day.pitches[0].id)).status_code == 422
    assert helper.post(two, before="").status_code == 303
    assert helper.post(three, before=str(day.pitches[0].id)).status_code == 303


def test_move_of_a_workshop_changes_places_with_two_sessions(database: Database) -> None:
    day = a_day_with_a_workshop(database)
    one, two, three = (it.id for it in day.pitches[:3])
    first, second, _ = (slot.id for slot in day.slots)
    hall, library, _ = (room.id for room in day.rooms)

    def act(tx: Transaction) -> dict[int, tuple[int, int]]:
        event = events.by_code(tx, day.event.code)
        by = at_the_machine(event)
        grid = {one: Spot(first, hall), two: Spot(first, library), three: Spot(second, library)}
        version = versions.replace(tx, by, event.grid_version, grid, GridCause.MOVE)
        versions.move(tx, by, version, one, (first, library))
        return {pitch: spot[:2] for pitch, spot in versions.spots(versions.draft(tx, event)).items()}

    assert database.write(act) == {one: (first, library), two: (first, hall), three: (second, hall)}


def test_faces_agree_after_each_act_of_an_organiser(database: Database, phone: Phones) -> None:
    """Series, repeats, lengths, merging, withdrawing, deleting, another day: each act is on every face alike."""
    slots = "10:00-10:45\n11:00-11:45\n12:00-12:45\n13:00-13:45"
    day = a_published_day(database, placed=0, pitches=3, day=date(2031, 5, 6), slots=slots)
    boss, visitor = organiser(phone, day.event), joined(phone, day.event)
    boss.post(f"{day.address}/pitches", title="Looms", parts="3", length="1", nonce="once")
    with database.reading() as tx:
        one, two, three, first, second, third = (it.id for it in on_offer.standing(tx, day.event.id))
    boss.post(f"{day.address}/pitches/{second}/repeat")
    with database.reading() as tx:
        again = on_offer.standing(tx, day.event.id)[-1].id
    cells = {first: 0, one: 1, second: 3, two: 4, third: 6, three: 7, again: 10}
    publish(database, day, {pitch: day.cells[cell] for pitch, cell in cells.items()})
    acts: list[tuple[str, dict[str, str], int]] = [  # what is posted where, and how many sessions are on then
        (f"pitches/{one}", {"title": "Pitch 1", "length": "2"}, 7),
        (f"pitches/{three}", {"title": "Pitch 3", "length": "3", "format": "walk"}, 7),
        (f"pitches/{second}/withdraw", {}, 5),
        (f"pitches/{second}/bring-back", {}, 7),
        (f"pitches/{two}/merge", {"part": str(third), "keep": "mine"}, 6),
        (f"pitches/{third}/unmerge", {}, 7),
        ("organise/days", {"day": "2031-05-07", "like": "2031-05-06"}, 7),
        ("organise/privacy/pitch", {"pitch": str(first), "sure": "1"}, 6),
        ("organise/privacy/pitch", {"pitch": str(second), "sure": "1"}, 4),
    ]
    for to, fields, number in acts:
        assert boss.submit(f"{day.address}/{to}", fields).status_code in (200, 303), to
        faces = by_face(visitor, day.address)
        assert len(faces["csv"]) == number, to
        assert all(told == faces["csv"] for told in faces.values()), to
    with database.reading() as tx:
        assert series.read_order(tx, day.event.id) == {}


def test_facilitator_who_makes_a_session_longer_is_told_what_stands_there(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, **FAR)
    boss, session = organiser(phone, day.event), f"{day.address}/pitches/{day.pitches[0].id}"
    said = "‘Pitch 4’ is in Main hall at the same time."
    assert said not in boss.page(session).by_id("pitch").text
    assert boss.post(session, title="Pitch 1", length="2").status_code == 303
    for asked in (day.pitches[0], day.pitches[3]):
        other = next(it for it in (day.pitches[0], day.pitches[3]) if it is not asked)
        told = boss.page(f"{day.address}/pitches/{asked.id}").by_id("pitch").text
        assert f"‘{other.title}’ is in Main hall at the same time." in told
    assert said not in phone().page(session).by_id("pitch").text, "nobody else can do anything about it"

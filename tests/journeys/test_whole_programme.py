"""Two days with a workshop, a series, a keynote, an evening past midnight and a repeat, made by forms in a browser.

It is published, run through by a set clock, exported and imported again: each face agrees with the table below.
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from eventkit.storage.db import Database
from tests.world.browser import served
from tests.world.clock import SetClock
from tests.world.faces import inside, on_grid
from tests.world.phone import Element
from tests.world.phone import Page as Parsed
from tests.world.working import a_worker

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

LONDON = ZoneInfo("Europe/London")
LAPTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
ROOMS = "Main hall, 120, projector\nLibrary, 40, step-free\nStudio, 30, loom"
SLOTS = """10:00-10:45
11:00-11:45
12:00-13:00 Lunch
13:15-14:00
14:15-15:00
23:30-00:15
Sunday 29 June
10:00-10:45
11:00-11:45"""
SAT, SUN = "2031-06-28", "2031-06-29"


class Line(NamedTuple):
    """A session by hand: the day of the programme, its clocks, its room and its part of a series."""

    title: str
    day: str
    starts: str
    ends: str
    room: str
    part: str = ""


# What pins, needs and hours leave: the one cell that each can have.
TABLE = [
    Line("Open data", SAT, f"{SAT}T10:00", f"{SAT}T10:45", "Library"),
    Line("Open data (repeat)", SAT, f"{SAT}T11:00", f"{SAT}T11:45", "Library"),
    Line("Weaving", SAT, f"{SAT}T13:15", f"{SAT}T15:00", "Studio"),
    Line("Maps", SAT, f"{SAT}T14:15", f"{SAT}T15:00", "Main hall"),
    Line("Stars", SAT, f"{SAT}T23:30", f"{SUN}T00:15", "Main hall"),
    Line("Bread", SUN, f"{SUN}T10:00", f"{SUN}T10:45", "Main hall"),
    Line("Looms", SUN, f"{SUN}T10:00", f"{SUN}T10:45", "Library", "Part 1 of 2"),
    Line("Looms, part 2", SUN, f"{SUN}T11:00", f"{SUN}T11:45", "Library", "Part 2 of 2"),
]
FIXED = [Line("Keynote", SAT, f"{SAT}T10:00", f"{SAT}T10:45", "Main hall"), Line("Lunch", SAT, "", "", "")]

# The clock at the venue -> what is on in which room, and until when.
MOMENTS: dict[str, dict[str, tuple[str, str]]] = {
    f"{SAT}T09:30": {},
    f"{SAT}T10:20": {"Main hall": ("Keynote", "10:45"), "Library": ("Open data", "10:45")},
    f"{SAT}T11:05": {"Library": ("Open data (repeat)", "11:45")},
    f"{SAT}T12:30": {},
    f"{SAT}T13:30": {"Studio": ("Weaving", "15:00")},
    f"{SAT}T14:30": {"Studio": ("Weaving", "15:00"), "Main hall": ("Maps", "15:00")},
    f"{SAT}T21:00": {},
    f"{SAT}T23:45": {"Main hall": ("Stars", "00:15")},
    f"{SUN}T00:05": {"Main hall": ("Stars", "00:15")},
    f"{SUN}T09:00": {},
    f"{SUN}T10:30": {"Main hall": ("Bread", "10:45"), "Library": ("Looms", "10:45")},
    f"{SUN}T11:15": {"Library": ("Looms, part 2", "11:45")},
    f"{SUN}T12:00": {},
}

# Who pitches what (title, the fields of the form, their hours).
PITCHED: list[tuple[str, str, dict[str, str], tuple[str, str]]] = [
    ("Ada", "Weaving", {"needs": "Loom", "length": "2"}, ("13:00", "15:00")),
    ("Ben", "Looms", {"needs": "Step free", "parts": "2"}, ("", "")),
    ("Cleo", "Open data", {"needs": "Step free"}, ("", "11:45")),
    ("Dan", "Stars", {"needs": "Projector"}, ("23:30", "")),
    ("Eve", "Maps", {"needs": "Projector"}, ("14:00", "15:00")),
    ("Fay", "Bread", {}, ("", "")),
]
GIL_WANTS = {"Open data": "Must go", "Weaving": "Must go", "Maps": "Interested", "Looms": "Must go"}
GIL_HAS = [  # day, clock, what stands there in Gil's day
    (f"{SAT}T10:00", ["Open data"]),
    (f"{SAT}T13:15", ["Weaving"]),
    (f"{SAT}T14:15", ["Weaving", "Maps"]),
    (f"{SUN}T10:00", ["Looms"]),
]


@dataclass
class Programme:
    """The event, its organiser's laptop, one phone a host and Gil's."""

    site: str
    browser: Browser
    clock: SetClock
    database: Database
    laptop: Page
    phones: dict[str, Page]
    code: str = ""

    @property
    def home(self) -> str:
        return f"{self.site}/e/{self.code}"

    def phone(self, name: str) -> Page:
        if name not in self.phones:
            page = self.browser.new_context(viewport=PHONE, reduced_motion="reduce").new_page()
            page.goto(self.home)
            self.phones[name] = page
        return self.phones[name]

    def read(self, address: str, by: str = "Gil") -> str:
        """What somebody's browser gets at an address."""
        answer = self.phone(by).request.get(f"{self.home}/{address}")
        assert answer.ok, address
        return answer.text()

    def at(self, moment: str) -> None:
        self.clock.set(datetime.fromisoformat(moment).replace(tzinfo=LONDON))


@pytest.fixture
def programme(
    app: Flask, database: Database, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Programme]:
    clock = SetClock(monkeypatch, datetime(2031, 6, 28, 8, tzinfo=LONDON))
    with ExitStack() as stack:
        site = stack.enter_context(served(app))
        laptop = chromium.new_context(viewport=LAPTOP, reduced_motion="reduce").new_page()
        yield Programme(site, chromium, clock, database, laptop, {})
        for context in chromium.contexts:
            context.close()


def start(it: Programme) -> None:
    """The organiser types the two days, and gives the hall a keynote for the first slot."""
    it.laptop.goto(f"{it.site}/start")
    for name, value in (("name", "Two days"), ("date", SAT), ("rooms", ROOMS), ("slots", SLOTS)):
        it.laptop.locator(f"#{name}").fill(value)
    it.laptop.get_by_role("button", name="Start the event").click()
    expect(it.laptop.locator("#secret")).to_be_visible()
    it.code = it.laptop.locator("#join .code").inner_text()
    it.laptop.goto(f"{it.home}/organise/rooms")
    slot = it.laptop.locator("details[id^=slot-]").first
    slot.locator("summary").click()
    slot.locator("input[id^=item-]").first.fill("Keynote")
    form = slot.locator("form", has=it.laptop.get_by_role("button", name="Add it"))
    form.get_by_label("Main hall").check()
    form.get_by_role("button", name="Add it").click()
    expect(it.laptop.locator("details[id^=slot-]").first.locator("summary")).to_contain_text("Keynote")


def pitch(it: Programme) -> None:
    """Each host from their phone; then hours, and the repeat."""
    for host, title, shape, (there_from, there_until) in PITCHED:
        page = it.phone(host)
        page.get_by_label("Title").fill(title)
        page.get_by_label("Who hosts it?").fill(host)
        for name in ("length", "parts"):
            if name in shape:
                page.locator(f"#{name}").select_option(shape[name])
        if "needs" in shape:
            page.get_by_label(shape["needs"]).check()
        page.get_by_role("button", name="Pitch it").click()
        expect(page.locator(".note.mine").first).to_contain_text(title)
        page.locator(".note.mine").first.get_by_role("link", name="Change or withdraw it").click()
        if there_from or there_until:
            form = opened(page, "form[action$='/hours']")
            form.locator("[name=from]").fill(there_from)
            form.locator("[name=until]").fill(there_until)
            form.get_by_role("button").click()
            expect(page.locator("summary", has_text="Its hosts are there")).to_be_visible()
        if title == "Open data":
            opened(page, "form[action$='/repeat']").get_by_role("button").click()
            expect(page.locator("h1")).to_contain_text("(repeat)")


def opened(page: Page, form: str) -> Locator:
    """A form of a page, once what it lies in is open."""
    found = page.locator(form)
    if not found.is_visible():
        page.locator("details", has=found).locator("summary").first.click()
    return found


def vote(it: Programme) -> None:
    """Gil and two hosts say what they want."""
    for name, wants in (("Gil", GIL_WANTS), ("Ada", {"Open data": "Must go"}), ("Eve", {"Weaving": "Interested"})):
        page = it.phone(name)
        page.goto(it.home)
        for title, word in wants.items():
            note = page.locator("#pitches .note", has=page.get_by_role("heading", name=title, exact=True))
            note.get_by_role("button", name=word).click()
            expect(note.get_by_role("button", name=word)).to_have_attribute("aria-pressed", "true")


def place(it: Programme, title: str, slot: int, room: str) -> None:
    """Pin a session by the editor's form."""
    page = it.laptop
    card = page.locator("#off .session", has=page.get_by_role("link", name=title, exact=True))
    card.locator(".mover > summary").click()
    form = card.locator("form.move")
    form.get_by_label("Slot").select_option(index=slot)
    form.get_by_label("Room").select_option(label=room)
    form.get_by_label("Pinned").check()
    form.get_by_role("button", name="Place").click()
    expect(page.locator(".grid .session.pinned", has_text=title).first).to_be_visible()


def build(it: Programme) -> None:
    """What must stand somewhere is pinned by hand; the solver finds the cells that are left for the rest."""
    it.laptop.goto(f"{it.home}/organise")
    it.laptop.get_by_role("button", name="Close voting").click()
    expect(it.laptop.get_by_role("button", name="Open voting")).to_be_visible()
    it.laptop.goto(f"{it.home}/organise/grid")
    place(it, "Open data", 1, "Library")
    place(it, "Looms", 6, "Library")
    place(it, "Bread", 6, "Main hall")
    it.laptop.goto(f"{it.home}/organise")
    it.laptop.get_by_label("Seconds to look for a good grid").fill("1")
    it.laptop.get_by_role("button", name="Build the grid").click()
    with a_worker(it.database):
        it.laptop.get_by_role("button", name="Adopt this grid").click()
    it.laptop.locator("#draft").get_by_role("button", name="Publish", exact=True).click()
    expect(it.laptop.locator("#draft")).to_contain_text("People see this grid.")


def clocks(line: Line) -> str:
    return f"{line.starts[11:]}–{line.ends[11:]}"


def pages_agree(it: Programme, code: str) -> None:
    """The grid of both days, each session's page, the wall's whole grid of each day."""
    it.code = code
    grid = Parsed(it.read("grid?day=all"))
    by_hand = [(line.title, line.starts[11:], line.ends[11:], line.room, line.part) for line in TABLE]
    assert on_grid(grid) == [("Keynote", "10:00", "10:45", "Main hall", ""), *by_hand]
    for line in TABLE:
        link = next(a for a in grid.all("a") if a.text == line.title).attributes["href"]
        place = Parsed(it.read(link.partition(f"/e/{code}/")[2])).by_id("place").text
        day = "Sat 28 Jun" if line.day == SAT else "Sun 29 Jun"
        assert place.startswith(f"{day}, {clocks(line)}, {line.room}"), place
    for day in (SAT, SUN):
        it.at(f"{day}T09:30")
        wall = Parsed(it.read("wall?show=grid")).by_id("wall").text
        assert [line.title for line in TABLE if line.title in wall] == [ln.title for ln in TABLE if ln.day == day]


def files_agree(it: Programme, code: str) -> None:
    """Calendar, frab in both forms, CSV, book."""
    it.code = code
    calendar_agrees(it.read("schedule.ics"), TABLE, FIXED)
    days = json.loads(it.read("schedule.json"))["schedule"]["conference"]["days"]
    told = [(day["date"], room, entry) for day in days for room, held in day["rooms"].items() for entry in held]
    frab_agrees([(it["title"], day, it["date"], it["duration"], room) for day, room, it in told])
    tree = ElementTree.fromstring(it.read("schedule.xml"))
    placed = [(d, r, e) for d in tree.iter("day") for r in d.iter("room") for e in r.iter("event")]
    frab_agrees(
        [
            (text(e, "title"), str(d.get("date")), text(e, "date"), text(e, "duration"), str(r.get("name")))
            for d, r, e in placed
        ]
    )
    rows = list(csv.DictReader(io.StringIO(it.read("grid.csv"))))
    sheet = [(r["title"], r["day"], r["start"][:16], r["end"][:16], r["room"], r["part"]) for r in rows]
    parts = [(*line[:5], line.part.removeprefix("Part ")) for line in TABLE]
    assert [row for row in sheet if row[0] not in ("Keynote", "Lunch")] == parts
    book = it.read("book.md")
    for line in TABLE:
        assert f"{clocks(line)}, {line.room}" in book.partition(line.title)[2], line.title


def calendar_agrees(calendar: str, lines: list[Line], fixed: list[Line]) -> None:
    told = {str(entry["SUMMARY"]): entry for entry in Calendar.from_ical(calendar).walk("VEVENT")}
    assert set(told) == {line.title for line in (*lines, *fixed)}
    for line in lines:
        entry = told[line.title]
        begins, ends = (entry.decoded(name).astimezone(LONDON).isoformat()[:16] for name in ("DTSTART", "DTEND"))
        assert (begins, ends, str(entry["LOCATION"])) == (line.starts, line.ends, line.room), line.title
    assert "Looms, part 2" not in told or told["Looms, part 2"]["RELATED-TO"] == told["Looms"]["UID"]


def frab_agrees(told: list[tuple[str, str, str, str, str]]) -> None:
    found = sorted((title, day, at[:16], long, room) for title, day, at, long, room in told if title != "Lunch")
    assert found == sorted((it.title, it.day, it.starts, lasts(it), it.room) for it in (*TABLE, FIXED[0]))


def lasts(line: Line) -> str:
    length = datetime.fromisoformat(line.ends) - datetime.fromisoformat(line.starts)
    return f"{length // timedelta(hours=1):02}:{length // timedelta(minutes=1) % 60:02}"


def text(element: ElementTree.Element, name: str) -> str:
    return str(element.findtext(name))


def days_go_by(it: Programme) -> None:
    """At each moment the wall, the doors, the grid and Gil's day say what is on."""
    it.at(f"{SAT}T10:20")
    board = Parsed(it.read("wall?show=now"))
    rooms = [row for row in board.all("tr") if row.attributes.get("id", "").startswith("room-")]
    names = {row.attributes["id"][5:]: inside(board, row, "th")[0] for row in rooms}
    for moment, on in MOMENTS.items():
        it.at(moment)
        titles = {title for title, _ in on.values()}
        wall, grid, mine = (Parsed(it.read(page)) for page in ("wall?show=now", "grid", "me"))
        cells = [cell for cell in wall.all("td", class_="now") if "wall-fixed" not in cell.attributes["class"]]
        assert [*on] == sorted((of_row(wall, cell, names) for cell in cells), key=[*on].index), moment
        assert {inside(wall, cell, "span", "board-title")[0] for cell in cells} == titles, moment
        rows = grid.all("tr", class_="now")
        assert {one for row in rows for one in inside(grid, row, "p", "session-title")} == titles, moment
        stretches = mine.all("li", class_="now")
        held = {one for row in stretches for one in inside(mine, row, "p", "session-title")}
        assert held == titles & set(GIL_WANTS), moment
        for number, name in names.items():
            door_says(Parsed(it.read(f"doors/{number}")), on.get(name), moment)


def of_row(wall: Parsed, cell: Element, names: dict[str, str]) -> str:
    return names[next(it.attributes["id"][5:] for it in cell.parents if it.tag == "tr")]


def door_says(door: Parsed, on: tuple[str, str] | None, moment: str) -> None:
    shown = door.one("p", class_="door-session").text
    if on is None:
        assert shown not in {line.title for line in TABLE}, moment
    else:
        until = door.one("p", class_="door-until").text.partition(",")[0].strip()
        assert (shown, until) == (on[0], f"Until {on[1]}"), moment


def gils_day(it: Programme) -> None:
    """Gil's day has what was chosen, the workshop in both of its slots; so has the feed of it."""
    it.at(f"{SAT}T09:30")
    mine = Parsed(it.read("me"))
    assert "You get 3 of your 4 wishes: 1 is on at the same time as another." in mine.by_id("mine").text
    found = []
    for row in mine.all("li"):
        moments = [it.attributes["datetime"] for it in mine.all("time") if row in it.parents]
        held = inside(mine, row, "p", "session-title")
        if held:
            found.append((moments[0][:16], held))
    assert found == GIL_HAS
    feed = it.phone("Gil").request.get(mine.by_id("feed").attributes["value"].replace("http://localhost", it.site))
    calendar_agrees(feed.text(), [line for line in TABLE if line.title in GIL_WANTS], [])


def imported(it: Programme, folder: Any) -> str:
    """event.json goes out, and comes in again by the form; the code of the event that it has become."""
    kept = it.laptop.request.get(f"{it.home}/event.json")
    (folder / "event.json").write_bytes(kept.body())
    it.laptop.goto(f"{it.home}/organise/import")
    it.laptop.get_by_label("The file, or several").set_input_files(folder / "event.json")
    it.laptop.get_by_role("button", name="Look at what would come").click()
    it.laptop.get_by_role("button", name="Yes, make this event").click()
    expect(it.laptop.locator("#join .code")).to_be_visible()
    code = it.laptop.locator("#join .code").inner_text()
    assert code != it.code
    return code


def test_two_days_are_the_same_on_every_face(programme: Programme, tmp_path: Any) -> None:
    for act in (start, pitch, vote, build):
        act(programme)
    first = programme.code
    pages_agree(programme, first)
    files_agree(programme, first)
    gils_day(programme)
    days_go_by(programme)
    again = imported(programme, tmp_path)
    pages_agree(programme, again)
    files_agree(programme, again)

"""Reads what each face of a published grid tells of each cell and session, so that faces can be compared."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from icalendar import Calendar

from tests.world.faces import LONDON, inside
from tests.world.phone import Element, Page, Phone

Where = tuple[str, str]  # start on the clock, room


@dataclass(frozen=True)
class Story:
    """One session as a face tells of it: its title, where it is, what is said of it, and how that was before."""

    title: str
    where: Where
    said: str = ""
    mark: str = ""
    until: str = ""  # when it ends on the clock, by faces that say so
    goes_on: bool = False  # it began in an earlier slot


def of_grid(page: Page) -> dict[Where, Story]:
    """The cells of the page of the grid in which something is told."""
    found = {}
    for row in page.all("tr", class_="slot"):
        starts, ends = re.findall(r"\d\d:\d\d", inside(page, row, "th")[0])
        for cell in (it for it in page.all("td", class_="cell") if row in it.parents):
            if not (named := inside(page, cell, "p", "cell-room")):
                continue  # free
            room = named[0]
            titles, said = inside(page, cell, "p", "session-title"), inside(page, cell, "p", "error")
            marks = inside(page, cell, "p", "meta")
            if titles:
                mark = next((it for it in marks if it.startswith("was ")), "")
                until = next((it.split()[-1] for it in marks if re.search(r"until \d\d:\d\d$", it)), ends)
                on = any(it.startswith("goes on") for it in marks)
                found[starts, room] = Story(titles[0], (starts, room), "".join(said), mark, until, on)
            elif marks and marks != ["closed"]:
                found[starts, room] = Story("", (starts, room), marks[0])
    return found


def of_tables(page: Page, rooms: list[str]) -> Iterator[dict[Where, str]]:
    """All words of each cell, for each table of the whole grid on the wall."""
    for table in page.all("table", class_="whole"):
        lines = [it for it in page.all("tr") if table in it.parents]
        cells = [it for it in page.elements if it.tag in ("th", "td") and table in it.parents]
        rows = [[it for it in cells if it.parents[-1] is line] for line in lines]
        spans = _spread(rows)
        heads = {at: spans[0, at] for (line, at) in spans if line == 0}
        found = {}
        for (line, at), cell in spans.items():
            if line == 0 or at == 0:
                continue
            names = (_head(heads[at]), _head(spans[line, 0]))
            starts, room = names if names[1] in rooms else names[::-1]
            found[starts, room] = re.sub(r" Part \d of \d(?: ·)?", "", cell.text)
        yield found


def _head(cell: Element) -> str:
    clock = re.search(r"\d\d:\d\d", cell.text)
    return clock[0] if clock else cell.text


def _spread(rows: list[list[Element]]) -> dict[tuple[int, int], Element]:
    """(line, column) to the cell that covers it."""
    found: dict[tuple[int, int], Element] = {}
    for line, cells in enumerate(rows):
        at = 0
        for cell in cells:
            while (line, at) in found:
                at += 1
            down, right = (int(cell.attributes.get(name, 1)) for name in ("rowspan", "colspan"))
            found.update({(line + y, at + x): cell for y in range(down) for x in range(right)})
    return found


def of_signs(page: Page) -> dict[Where, tuple[str, str]]:
    """Title and sentence of each line of the door signs."""
    found = {}
    for sign in page.all("section", class_="sign"):
        room = inside(page, sign, "h2")[0]
        for row in (it for it in page.all("tr") if sign in it.parents):
            starts = inside(page, row, "th")[0][:5]
            found[starts, room] = ("".join(inside(page, row, "b")), "".join(inside(page, row, "span", "sign-said")))
    return found


def of_day(page: Page) -> list[Story]:
    """The sessions of my day that have a place."""
    found = []
    for item in (it for it in page.all("li") if it.attributes.get("id", "").startswith("slot-")):
        starts = inside(page, item, "time")[0][:5]
        for box in (it for it in page.all("div") if len(it.parents) > 1 and it.parents[-2] is item):
            titles, rooms = inside(page, box, "p", "session-title"), inside(page, box, "p", "cell-room")
            if titles:
                mark = next((it for it in inside(page, box, "p", "meta") if it.startswith("was ")), "")
                said = "".join(inside(page, box, "p", "error"))
                found.append(Story(titles[0], (starts, rooms[0]), said, mark))
    return found


def of_session(page: Page) -> Story | None:
    """What the page of a session says of its place; None where it is off the grid."""
    place = page.by_id("place")
    lead = inside(page, place, "p", "lead")
    if not lead:
        return None
    match = re.match(r"(\d\d:\d\d)–(\d\d:\d\d), (.*?)(?: (was .*))?$", lead[0])
    assert match, lead
    said = "".join(inside(page, place, "p", "error"))
    return Story(page.one("h1").text, (match[1], match[3]), said, match[4] or "", until=match[2])


def of_csv(text: str) -> dict[int, tuple[Story, str]]:
    """Each session of the table by its pitch, with its state; fixed items by nothing."""
    rows = csv.DictReader(io.StringIO(text))
    return {
        int(it["pitch"]): (
            Story(it["title"], (it["start"][11:16], it["room"]), it["says"], until=it["end"][11:16]),
            it["state"],
        )
        for it in rows
        if it["pitch"]
    }


def of_frab(text: str) -> dict[int, Story]:
    """Each session of the frab schedule by its pitch."""
    days = json.loads(text)["schedule"]["conference"]["days"]
    held = [(room, it) for day in days for room, events in day["rooms"].items() for it in events]
    return {
        it["id"]: Story(it["title"], (it["start"], room), it["subtitle"], until=_later(it["start"], it["duration"]))
        for room, it in held
        if it["type"] != "other"
    }


def _later(clock: str, lasts: str) -> str:
    """`10:45` and `01:15` give `12:00`."""
    (hour, minute), (hours, minutes) = (map(int, it.split(":")) for it in (clock, lasts))
    total = (hour + hours) * 60 + minute + minutes
    return f"{total // 60 % 24:02}:{total % 60:02}"


def of_calendar(data: bytes) -> dict[int, Mapping[str, Any]]:
    """Each session's entry in a calendar by its pitch."""
    entries = Calendar.from_ical(data).walk("VEVENT")
    return {int(str(it["URL"]).rsplit("/", 1)[1]): it for it in entries if "/pitches/" in str(it["URL"])}


def entry_says(entry: Mapping[str, Any]) -> Story:
    """What a calendar's entry tells."""
    at, until = (entry.decoded(it).astimezone(LONDON) for it in ("DTSTART", "DTEND"))  # type: ignore[attr-defined]
    first = str(entry.get("DESCRIPTION", "")).split("\n\n")[0]
    said = "" if first.startswith(("http", "**")) else first  # its address, what is part of it
    return Story(str(entry["SUMMARY"]), (f"{at:%H:%M}", str(entry["LOCATION"])), said, until=f"{until:%H:%M}")


def news(page: Page, block: str) -> list[str]:
    """The lines of what changed, without the clock that stands before each."""
    inside_it = page.by_id(block)
    lines = [it for it in page.elements if it.tag in ("li", "p") and inside_it in it.parents]
    texts = (re.sub(r"^\d\d:\d\d ", "", it.text) for it in lines)
    return [it for it in texts if it and not re.search(r"changes? in the last hour|Changed for you", it)]


def read(visitor: Phone, address: str) -> Page:
    """A page of the event, wherever it leads."""
    answer = visitor.client.get(address, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.status)
    return Page(answer.text)

"""Reads what is on from each face of a published grid: the page, calendar, frab and CSV."""

import csv
import io
import json
import re
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tests.world.phone import Element, Page, Phone

LONDON = ZoneInfo("Europe/London")
OFF = "Withdrawn", "Now part of", "This session does not"


def inside(page: Page, parent: Element, tag: str, class_: str = "") -> list[str]:
    """The texts of such elements within another."""
    found = page.all(tag, **({"class_": class_} if class_ else {}))
    return [it.text.strip() for it in found if parent in it.parents]


def on_grid(grid: Page) -> list[tuple[str, str, str, str, str]]:
    """What is on by the grid, row by row: title, clocks, room, part."""
    found = []
    for row in grid.all("tr", class_="slot"):
        starts, ends = re.findall(r"\d\d:\d\d", inside(grid, row, "th")[0])
        for cell in (it for it in grid.all("td", class_="cell") if row in it.parents):
            titles, said = inside(grid, cell, "p", "session-title"), inside(grid, cell, "p", "meta")
            off = any(it.startswith(OFF) for it in inside(grid, cell, "p", "error"))
            if titles and not off and "listed" not in cell.attributes["class"]:
                until = next((it.removeprefix("until ") for it in said if it.startswith("until ")), ends)
                part = next((it for it in said if it.startswith("Part ")), "")
                found.append((titles[0], starts, until, inside(grid, cell, "p", "cell-room")[0], part))
    return found


def by_face(visitor: Phone, address: str) -> dict[str, list[tuple[str, str, str]]]:
    """Title, start and room of all that is on, by the face that says so."""
    grid = on_grid(visitor.page(f"{address}/grid?day=all"))
    rows = csv.DictReader(io.StringIO(visitor.get(f"{address}/grid.csv").text))
    days = json.loads(visitor.get(f"{address}/schedule.json").text)["schedule"]["conference"]["days"]
    held = [(room, it) for day in days for room, events in day["rooms"].items() for it in events]
    entries = Calendar.from_ical(visitor.get(f"{address}/schedule.ics").text).walk("VEVENT")
    dated = [(it, it.decoded("DTSTART").astimezone(LONDON)) for it in entries if str(it["STATUS"]) != "CANCELLED"]
    return {
        "grid": sorted((title, starts, room) for title, starts, _, room, _ in grid),
        "csv": sorted((it["title"], it["start"][11:16], it["room"]) for it in rows),
        "frab": sorted((it["title"], it["start"], room) for room, it in held),
        "calendar": sorted((str(it["SUMMARY"]), f"{at:%H:%M}", str(it["LOCATION"])) for it, at in dated),
    }

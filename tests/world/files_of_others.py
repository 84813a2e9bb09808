"""Programmes as other programs write them, small and made up by us: one maker a format."""

import io
import json
from typing import Any

import openpyxl

from eventkit.imports import files
from eventkit.imports.whole import Whole

FIXED_ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
    b"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20300101T000000Z\r\nDTSTART:20300504T080000Z\r\nDTEND:20300504T083000Z\r\n"
    b"SUMMARY:Breakfast\\, outside\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20300101T000000Z\r\n"
    b"DTSTART;VALUE=DATE:20300504\r\nSUMMARY:All day\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nUID:3\r\nDTSTAMP:20300101T000000Z\r\nSTATUS:CANCELLED\r\nDTSTART:20300504T180000Z\r\n"
    b"DTEND:20300504T190000Z\r\nSUMMARY:Party\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def frab_json(**changed: Any) -> bytes:
    """A day of two talks and a break in two rooms."""

    def event(number: int, title: str, kind: str = "lecture") -> dict[str, Any]:
        return {
            "id": number, "guid": f"g{number}", "title": title, "type": kind, "abstract": "Short.",
            "description": "<p>Long &amp; plain.</p>", "date": "2030-05-04T12:00:00+01:00", "duration": "01:00",
            "persons": [{"id": 1, "public_name": "Kim"}, {"name": "Lee"}],
        }  # fmt: skip

    day = {
        "date": "2030-05-04",
        "rooms": {"Hall": [event(1, "One"), event(3, "Lunch", "break")], "Attic": [event(2, "Two")]},
    }
    conference = {"title": "Other camp", "time_zone_name": "Europe/Berlin", "rooms": [{"name": "Hall", "capacity": 80}]}
    return json.dumps({"schedule": {"conference": {**conference, "days": [day], **changed}}}).encode()


FRAB_XML = """<?xml version="1.0" encoding="utf-8"?>
<schedule><conference><title>Other camp</title></conference>
<day index="1" date="2030-05-04"><room name="Hall">
<event id="1" guid="g1"><title>One</title><date>2030-05-04T10:00:00+01:00</date><duration>00:45</duration>
<persons><person id="1">Kim</person><person id="2">Lee</person></persons><links><link href="http://x">y</link></links></event>
</room><room name="Attic"/></day></schedule>""".encode()  # noqa: UP012  as others write it

PRETALX = json.dumps({
    "count": 3, "next": "http://x/?page=2", "results": [
        {"code": "AAA", "title": "One", "abstract": "Short.", "description": "", "state": "confirmed",
         "speakers": [{"code": "S", "name": "Kim"}],
         "slot": {"room": {"en": "Hall"}, "start": "2030-05-04T10:00:00+01:00"}},
        {"code": "BBB", "title": "Two", "state": "submitted", "speakers": ["SSS"], "slots": [17]},
        {"code": "CCC", "title": "Gone", "state": "withdrawn", "speakers": []},
    ],
}).encode()  # fmt: skip

SESSIONIZE_ALL = json.dumps({
    "sessions": [
        {"id": "1", "title": "One", "description": "Long.", "startsAt": "2030-05-04T10:00:00",
         "endsAt": "2030-05-04T10:45:00", "isServiceSession": False, "speakers": ["s1", "s2"], "roomId": 7},
        {"id": "2", "title": "Lunch", "startsAt": "2030-05-04T12:00:00", "endsAt": "2030-05-04T13:00:00",
         "isServiceSession": True, "speakers": [], "roomId": 7},
    ],
    "speakers": [{"id": "s1", "fullName": "Kim"}, {"id": "s2", "fullName": "Lee"}],
    "rooms": [{"id": 7, "name": "Hall"}],
    "questions": [], "categories": [],
}).encode()  # fmt: skip

SESSIONIZE_GRID = json.dumps([{
    "date": "2030-05-04T00:00:00", "timeSlots": [], "rooms": [{"id": 7, "name": "Hall", "sessions": [
        {"id": "1", "title": "One", "description": None,
         "startsAt": "2030-05-04T10:00:00", "endsAt": "2030-05-04T10:45:00",
         "isServiceSession": False, "speakers": [{"id": "s1", "name": "Kim"}], "room": "Hall"},
    ]}],
}]).encode()  # fmt: skip


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook of these sheets."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def whole_event(text: str) -> Whole:
    """The event in a file that Twofeet wrote."""
    found = files.read("event.json", text.encode())
    assert isinstance(found, Whole)
    return found

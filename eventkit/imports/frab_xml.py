"""A frab schedule in XML, as schedule apps read it: its sessions as pitches, its rooms, its breaks."""

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from eventkit.imports import boards, times
from eventkit.imports.faults import fault
from eventkit.imports.json_programmes import NO_DATE, both, span
from eventkit.imports.programmes import BREAKS, NOT_TAKEN, Programme, Reader, moment
from eventkit.text.language import marked

KIND = marked("a frab schedule (XML)")
DEEPEST = 50  # elements within each other
EVENTS = ("event", "entry", "talk", "session")  # what schedules like it call a session
UNUSED = {
    "links": marked("links"),
    "attachments": marked("attachments"),
    "track": marked("tracks"),
    "language": marked("languages"),
}


def read(name: str, content: bytes, cut: bool = False) -> Programme:
    """The programme. Raises Faulty with every line at fault."""
    root, lines = _parsed(name, content)
    if root.tag != "schedule":
        raise fault(
            marked(
                "this XML is no frab schedule: its outermost element is %(tag)s, not schedule. Other programs give "
                "theirs as schedule.xml, JSON or CSV."
            ),
            file=name, tag=root.tag[:40],
        )  # fmt: skip
    reader = Reader(Programme(file=name, kind=KIND), cut)
    it = reader.programme
    it.name, it.timezone = _said(root, "conference/title"), _said(root, "conference/time_zone_name")
    for room in root.iterfind("day/room"):
        reader.attempt(lines[room], reader.room, room.get("name", ""))
    for day in root.iterfind("day"):
        for event in day.iter():
            if event.tag in EVENTS:
                reader.attempt(lines[event], _event, reader, event, day.get("date", ""))
    return reader.done()


def _event(reader: Reader, event: Element, day: str) -> None:
    starts = _starts(event, day)
    if starts:
        reader.saw(starts.date())
    kind = _said(event, "type").casefold()
    if kind in BREAKS or (not kind and boards.is_fixed(_said(event, "title"))):
        if starts is None:
            raise fault(NO_DATE)
        lasts = _said(event, "duration")
        length = (times.length(lasts) if lasts.isdecimal() else None) or span(lasts)
        reader.item(starts, starts + length, _said(event, "title"))
        return
    text = both(_said(event, "abstract"), _said(event, "description"))
    hosts = _texts(event.iterfind("persons/person")) or _texts(event.iterfind("speakers/speaker/name"))
    if event.tag != "event":
        reader.room(_said(event, "room"))
    reader.pitch(event.get("guid") or event.get("id") or "", _said(event, "title"), text, hosts)
    reader.programme.unused[NOT_TAKEN] += 1
    for tag, what in UNUSED.items():
        found = event.find(tag)
        reader.programme.unused[what] += found is not None and (len(found) > 0 or bool((found.text or "").strip()))


def _starts(event: Element, day: str) -> datetime | None:
    """When it starts; some files write only the day, or not even that: the time is beside it."""
    date = _said(event, "date")
    if "T" in date:
        return moment(date)
    clock, day = times.clock(_said(event, "start")), (date or day)[:10]
    return moment(f"{day}T{clock:%H:%M}") if clock and re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None


def _said(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()


def _texts(elements: Iterable[Element]) -> list[str]:
    return ["".join(it.itertext()) for it in elements]


def _parsed(name: str, content: bytes) -> tuple[Element, dict[Element, int]]:
    """The outermost element, and the line of each. A document that declares entities of its own is refused."""
    parser, builder = expat.ParserCreate(), TreeBuilder()
    lines: dict[Element, int] = {}
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise fault(
                marked("this XML is nested too deeply to be a schedule."), file=name, place=parser.CurrentLineNumber
            )
        lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_declared: object) -> None:
        raise fault(
            marked("this XML declares entities of its own (<!ENTITY …>), which is not read. Remove them."), file=name
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = builder.data, refuse
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise fault(
            marked("this is not XML (%(why)s)."), file=name, place=error.lineno, why=expat.ErrorString(error.code)
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise fault(marked("the encoding of this XML cannot be read. Save the file as UTF-8."), file=name) from error
    return builder.close(), lines

"""A frab schedule in XML, as schedule apps read it: its sessions as pitches, its rooms, its breaks."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from eventkit.errors import Invalid
from eventkit.imports.json_programmes import BREAKS, both, span
from eventkit.imports.programmes import Programme, Reader, moment

KIND = "a frab schedule (XML)"
DEEPEST = 50  # elements within each other
UNUSED = {"links": "links", "attachments": "attachments", "track": "tracks", "language": "languages"}


def read(name: str, content: bytes, cut: bool = False) -> Programme:
    """The programme. Raises Invalid with every line at fault."""
    root, lines = _parsed(name, content)
    if root.tag != "schedule":
        raise Invalid(f"{name}: this XML is no frab schedule: its outermost element is {root.tag[:40]}, not schedule.")
    reader = Reader(Programme(file=name, kind=KIND), cut)
    it = reader.programme
    it.name, it.timezone = _said(root, "conference/title"), _said(root, "conference/time_zone_name")
    for room in root.iterfind("day/room"):
        reader.attempt(f"line {lines[room]}", reader.room, room.get("name", ""))
    for day in root.iterfind("day"):
        for event in day.iter("event"):
            reader.attempt(f"line {lines[event]}", _event, reader, event, day.get("date", ""))
    return reader.done()


def _event(reader: Reader, event: Element, day: str) -> None:
    date = _said(event, "date")
    if "T" not in date:  # some files write only the day, or not even that: the time is beside it
        begins = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", _said(event, "start"))
        day = (date or day)[:10]
        date = f"{day}T{int(begins[1]):02}:{begins[2]}" if begins and re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ""
    starts = moment(date) if date else None
    if starts:
        reader.saw(starts.date())
    if _said(event, "type").casefold() in BREAKS:
        if starts is None:
            raise Invalid("a break without its date and time.")
        reader.item(starts, starts + span(_said(event, "duration")), _said(event, "title"))
        return
    text = both(_said(event, "abstract"), _said(event, "description"))
    hosts = _texts(event.iterfind("persons/person"))
    reader.pitch(event.get("guid") or event.get("id") or "", _said(event, "title"), text, hosts)
    reader.programme.unused["times and rooms of sessions"] += 1
    for tag, what in UNUSED.items():
        found = event.find(tag)
        reader.programme.unused[what] += found is not None and (len(found) > 0 or bool((found.text or "").strip()))


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
            raise Invalid(f"{name}, line {parser.CurrentLineNumber}: this XML is nested too deeply to be a schedule.")
        lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_declared: object) -> None:
        raise Invalid(f"{name}: this XML declares entities of its own (<!ENTITY …>), which is not read. Remove them.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = builder.data, refuse
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Invalid(f"{name}, line {error.lineno}: this is not XML ({expat.ErrorString(error.code)}).") from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise Invalid(f"{name}: the encoding of this XML cannot be read. Save the file as UTF-8.") from error
    return builder.close(), lines

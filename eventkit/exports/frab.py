"""The published grid as a frab schedule, in its JSON and XML forms, which schedule apps read.

Source: c3voc's schedule.schema.json and schedule.xml.xsd (https://c3voc.de/wiki/schedule).
"""

import json
import re
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

from eventkit.event import addresses, days
from eventkit.event.about import LICENCE
from eventkit.exports.source import Source, slug, xml_safe
from eventkit.grid.published import FixedItem, Placed
from eventkit.grid.times import Timed
from eventkit.market import merging
from eventkit.storage.tables import Room
from eventkit.text.markdown import uri

JSON_TYPE = "application/json"
XML_TYPE = "application/xml; charset=utf-8"
FIRST_ITEM = 1_000_000_000  # from which on fixed items are numbered, far from any pitch's id
_ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC$")  # what the schema takes for a zone's name


def as_json(source: Source) -> str:
    """The schedule as JSON; valid, and without sessions, before the grid is published."""
    content = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": "twofeet"},
        "schedule": {
            "version": _version(source),
            "base_url": source.address_by(addresses.event) + "/",
            "conference": {
                **_conference(source),
                "rooms": [
                    {"name": room.name, "guid": str(source.uuid("rooms", room.id)), "capacity": room.capacity}
                    for room in source.rooms
                ],
                "tracks": [{"name": topic, "slug": _track_slug(topic)} for topic in _topics(source)],
                "days": [_json_day(source, index, day) for index, day in enumerate(_days(source), 1)],
            },
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_xml(source: Source) -> bytes:
    """The schedule as XML, in UTF-8."""
    root = ElementTree.Element("schedule")
    ElementTree.SubElement(root, "generator", name="twofeet")
    _text(root, "url", source.address_by(addresses.schedule))
    _text(root, "version", _version(source))
    _xml_conference(root, source)
    for index, day in enumerate(_days(source), 1):
        start, end = _bounds(source, day)
        element = ElementTree.SubElement(root, "day", date=day.isoformat(), start=start, end=end, index=str(index))
        for room in source.rooms:
            guid = str(source.uuid("rooms", room.id))
            in_room = ElementTree.SubElement(element, "room", name=xml_safe(room.name), guid=guid)
            for facts in _events(source, day, room):
                _xml_event(in_room, facts)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _conference(source: Source) -> dict[str, Any]:
    days = _days(source)
    zone = {"time_zone_name": source.event.timezone} if _ZONE.match(source.event.timezone) else {}
    return {
        "acronym": source.event.code,
        "title": source.event.name,
        "start": days[0].isoformat(),
        "end": days[-1].isoformat(),
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        **zone,
        "url": source.address_by(addresses.grid),
    }


def _json_day(source: Source, index: int, day: date) -> dict[str, Any]:
    start, end = _bounds(source, day)
    rooms = {room.name: _events(source, day, room) for room in source.rooms}
    return {"index": index, "date": day.isoformat(), "day_start": start, "day_end": end, "rooms": rooms}


def _events(source: Source, day: date, room: Room) -> list[dict[str, Any]]:
    """What is in a room on a day, in order of time; a fixed item of all rooms is listed in the first one."""
    found = [_json_event(source, it) for it in _placed_on(source, day) if it.room.id == room.id]
    for item in source.items:
        rooms = item.rooms[:1] if item.whole else item.rooms
        if _is_on(source, day, item) and room.id in {it.id for it in rooms}:
            found.append(_json_item(source, item, room))
    return sorted(found, key=lambda it: datetime.fromisoformat(str(it["date"])))


def _json_item(source: Source, item: FixedItem, room: Room) -> dict[str, Any]:
    return {
        "guid": str(source.uuid("items", f"{item.slot.id}/{room.id}/{item.title}")),
        "id": FIRST_ITEM + item.slot.id * 1000 + [it.id for it in source.rooms].index(room.id),
        **_when(source, item),
        "room": room.name,
        "slug": f"{source.event.code}-item-{item.slot.id}-{room.id}",
        "url": source.address_by(addresses.grid),
        "title": item.title,
        "subtitle": "",
        "track": None,
        "type": "other",
        "language": source.event.language,
        "abstract": "",
        "description": "",
        "recording_license": LICENCE,
        "do_not_record": True,
        "persons": [],
        "links": [],
        "attachments": [],
    }


def _when(source: Source, it: Timed) -> dict[str, str]:
    times = source.times
    return {
        "date": times.local(it.starts_at).isoformat(),
        "start": times.plain(it.starts_at),
        "end": times.local(it.ends_at).isoformat(),
        "duration": _duration(it),
    }


def _json_event(source: Source, placed: Placed) -> dict[str, Any]:
    pitch = placed.pitch
    address = addresses.pitch(source.base_url, source.event.code, pitch.id)
    return {
        "guid": str(source.uuid("pitches", pitch.id)),
        "id": pitch.id,
        **_when(source, placed),
        "room": placed.room.name,
        "slug": _slug(source, placed),
        "url": address,
        "title": pitch.title,
        "subtitle": source.said(placed) or (placed.part.words if placed.part else source.again(pitch.id)),
        "track": pitch.topic or None,
        "type": pitch.format or "discussion",
        "language": source.event.language,
        "abstract": "",
        "description": merging.text(pitch),
        "recording_license": LICENCE,
        "do_not_record": True,
        "persons": [{"name": name} for name in merging.hosts(pitch)],
        "links": [
            {"url": uri(note.url), "title": note.text or note.url}
            for note in source.notes.get(pitch.id, ())
            if note.url
        ],
        "attachments": [],
    }


def _xml_conference(root: ElementTree.Element, source: Source) -> None:
    facts = _conference(source)
    conference = ElementTree.SubElement(root, "conference")
    for name, key in (
        ("acronym", "acronym"),
        ("title", "title"),
        ("start", "start"),
        ("end", "end"),
        ("days", "daysCount"),
        ("timeslot_duration", "timeslot_duration"),
        ("url", "url"),
        ("time_zone_name", "time_zone_name"),
    ):
        if key in facts:
            _text(conference, name, str(facts[key]))
    for topic in _topics(source):
        attributes = {"name": xml_safe(topic)}
        if re.fullmatch("[a-z][a-z0-9-]+", _track_slug(topic)):
            attributes["slug"] = _track_slug(topic)
        ElementTree.SubElement(conference, "track", attributes)


def _xml_event(room: ElementTree.Element, facts: dict[str, Any]) -> None:
    event = ElementTree.SubElement(room, "event", id=str(facts["id"]), guid=facts["guid"])
    for name in (
        "room",
        "title",
        "subtitle",
        "type",
        "date",
        "start",
        "duration",
        "abstract",
        "slug",
        "track",
        "language",
    ):
        _text(event, name, facts[name] or "")
    persons = ElementTree.SubElement(event, "persons")
    for person in facts["persons"]:
        ElementTree.SubElement(persons, "person").text = xml_safe(person["name"])
    _text(event, "description", facts["description"])
    recording = ElementTree.SubElement(event, "recording")
    _text(recording, "license", LICENCE)
    _text(recording, "optout", "true")
    links = ElementTree.SubElement(event, "links")
    for link in facts["links"]:
        ElementTree.SubElement(links, "link", href=xml_safe(link["url"])).text = xml_safe(link["title"])
    _text(event, "url", facts["url"])


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = xml_safe(text)


def _days(source: Source) -> list[date]:
    """The days of the programme, in order; the event's own where there are no slots."""
    return [day.date for day in source.days] or [source.event.day]


def _bounds(source: Source, day: date) -> tuple[str, str]:
    """When a day starts and ends: an evening past midnight ends on the date after."""
    found = next((it for it in source.days if it.date == day), None)
    if found is None:
        midnight = f"{day.isoformat()}T00:00:00Z"
        return midnight, midnight.replace("00:00:00", "23:59:59")
    return source.times.local(found.starts_at).isoformat(), source.times.local(found.ends_at).isoformat()


def _is_on(source: Source, day: date, it: Timed) -> bool:
    found = days.day_at(source.days, it.starts_at)
    return found is not None and found.date == day


def _placed_on(source: Source, day: date) -> list[Placed]:
    return [it for it in source.sessions if _is_on(source, day, it)]


def _topics(source: Source) -> list[str]:
    return sorted({it.pitch.topic for it in source.sessions if it.pitch.topic})


def _track_slug(topic: str) -> str:
    return slug(topic) or "topic"


def _slug(source: Source, placed: Placed) -> str:
    return f"{source.event.code}-{placed.pitch.id}-{slug(placed.pitch.title) or 'pitch'}"


def _duration(placed: Timed) -> str:
    minutes = int((placed.ends_at - placed.starts_at).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _version(source: Source) -> str:
    """The number of what people see: it grows with every change of it, between publishings too."""
    return str(source.grid.revision) if source.grid else "0"

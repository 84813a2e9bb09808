"""Programmes in JSON: a frab schedule, talks as pretalx's API gives them, and what Sessionize's API gives."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from eventkit.imports.decoding import from_json
from eventkit.imports.faults import fault
from eventkit.imports.programmes import BREAKS, GONE, MOST_PITCHES, NOT_TAKEN, UNTIMED, Programme, Reader, moment
from eventkit.text.language import marked

FRAB = marked("a frab schedule (JSON)")
PRETALX = marked("talks from pretalx")
SESSIONIZE = marked("sessions from Sessionize")
FURTHER = marked("further pages, which this file does not have")
NAMELESS = marked("speakers who have a code and no name")
FAR_MORE = marked("this JSON has far more in it than sessions. Export the sessions alone, and import that.")
NO_DATE = marked("a break without its date and time.")


@dataclass(frozen=True)
class Node:
    """A value in a JSON file and its place, such as `sessions[3].title`; what is not there is None."""

    value: Any
    place: str = "the file"

    def get(self, *names: str) -> "Node":
        """What has this name in it, under the first of the names that says something."""
        found = self.value if isinstance(self.value, dict) else {}
        name = next((it for it in names if found.get(it) not in (None, "", [], {})), names[0])
        return Node(found.get(name), name if self.place == "the file" else f"{self.place}.{name}")

    def each(self) -> Iterator["Node"]:
        """What a list has in it. Raises Faulty where it is none, or longer than any of a programme."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise fault(marked("%(name)s is not a list."), name=self.place)
        if len(self.value) > MOST_PITCHES:
            raise fault(FAR_MORE)
        for number, value in enumerate(self.value):
            yield Node(value, f"{'' if self.place == 'the file' else self.place}[{number}]")

    def text(self) -> str:
        """A text or number; of one in several languages the first. Raises Faulty for anything else."""
        value = self.value
        if isinstance(value, dict):
            value = value["en"] if isinstance(value.get("en"), str) else next(iter(value.values()), None)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise fault(marked("%(name)s is not a text."), name=self.place)
        return str(value)

    def number(self) -> int | None:
        """A whole number, or None where there is none."""
        value = self.value
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def parse(name: str, text: str) -> Any:
    """The content of a JSON file. Raises Faulty, naming the line."""
    try:
        return from_json(text)
    except json.JSONDecodeError as error:
        if (lines := _by_line(text)) is not None:
            return lines
        raise fault(marked("this is not JSON (%(why)s)."), file=name, place=error.lineno, why=error.msg) from error
    except (ValueError, RecursionError) as error:
        raise fault(marked("this JSON is nested too deeply to be a programme."), file=name) from error


def _by_line(text: str) -> list[Any] | None:
    """The values of a file that has one on each line (JSON Lines), or None where it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= MOST_PITCHES or not all(line.lstrip()[0] in "{[" for line in lines):
        return None
    try:
        found = from_json(f"[{','.join(lines)}]")
    except (ValueError, RecursionError):
        return None
    return found if len(found) == len(lines) else None


SPEAKERS = marked(
    "these are speakers, not sessions. Save the view “All” or “Sessions” of Sessionize’s API, and import that."
)


def read(name: str, content: Any, cut: bool = False) -> Programme | None:
    """The programme in a JSON file, or None where it is of no kind we know. Raises Faulty with all that is wrong."""
    root = Node(content)
    conference = root.get("schedule").get("conference") if root.get("schedule").value else root.get("conference")
    if isinstance(conference.value, dict) and "days" in conference.value:
        return _frab(name, conference, cut)
    if _is_pretalx(root):
        return _pretalx(name, root, cut)
    first = root.value[0] if isinstance(root.value, list) and root.value else None
    if isinstance(first, dict) and "fullName" in first and "sessions" in first:
        raise fault(SPEAKERS, file=name)
    groups = _sessions_of(root)
    return _sessionize(name, root, groups, cut) if groups else None


def _frab(name: str, conference: Node, cut: bool) -> Programme:
    zone = conference.get("time_zone_name").value
    reader = Reader(Programme(file=name, kind=FRAB, timezone=zone if isinstance(zone, str) else ""), cut)
    reader.attempt("conference.title", _frab_name, reader, conference)
    for room in _each(reader, conference.get("rooms")):
        reader.attempt(room.place, _frab_room, reader, room)
    for day in _each(reader, conference.get("days")):
        rooms = day.get("rooms")
        if not isinstance(rooms.value, dict):
            reader.attempt(rooms.place, _refuse, marked("rooms are not there by their names."))
            continue
        for room_name in rooms.value:
            reader.attempt(rooms.place, reader.room, room_name)
            for event in _each(reader, Node(rooms.value[room_name], f"{rooms.place}.{room_name}"[:100])):
                reader.attempt(event.place, _frab_event, reader, event)
    return reader.done()


def _frab_name(reader: Reader, conference: Node) -> None:
    reader.programme.name = conference.get("title").text()


def _frab_room(reader: Reader, room: Node) -> None:
    reader.room(room.get("name").text(), room.get("capacity").number())


def _refuse(sentence: str) -> None:
    raise fault(sentence)


def _each(reader: Reader, node: Node) -> list[Node]:
    """What a list has in it; where it is none, that is kept as an error."""
    found: list[Node] = []
    reader.attempt(node.place, lambda: found.extend(node.each()))
    return found


def _frab_event(reader: Reader, event: Node) -> None:
    title, kind = event.get("title").text(), event.get("type").text().casefold()
    date = event.get("date").text()
    starts = moment(date) if date else None
    if starts:
        reader.saw(starts.date())
    if kind in BREAKS:
        length = span(event.get("duration").text())
        if starts is None:
            raise fault(NO_DATE)
        reader.item(starts, starts + length, title)
        return
    persons = [person.get("public_name", "name", "full_public_name") for person in event.get("persons").each()]
    abstract, description = event.get("abstract").text(), event.get("description").text()
    reader.pitch(
        event.get("guid", "id").text(), title, both(abstract, description), [person.text() for person in persons]
    )
    reader.programme.unused[NOT_TAKEN] += 1


def both(abstract: str, description: str) -> str:
    """The abstract, then the description where it says something else."""
    return abstract if abstract == description else "\n\n".join(filter(None, [abstract.strip(), description.strip()]))


def span(text: str) -> timedelta:
    """A length such as `00:45` or `1:00:00`. Raises Faulty."""
    match = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})", text.strip())
    if match is None:
        raise fault(marked("the duration %(value)s is not hours and minutes such as 00:45."), value=repr(text[:20]))
    days, hours, minutes = match.groups()
    return timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))


def _is_pretalx(root: Node) -> bool:
    talks = root.value if isinstance(root.value, list) else root.get("results").value
    first = talks[0] if isinstance(talks, list) and talks else None
    return isinstance(first, dict) and "code" in first and "title" in first


def _pretalx(name: str, root: Node, cut: bool) -> Programme:
    reader = Reader(Programme(file=name, kind=PRETALX), cut)
    if root.get("next").value:
        reader.programme.unused[FURTHER] += 1
    for talk in _each(reader, root.get("results") if isinstance(root.value, dict) else root):
        reader.attempt(talk.place, _pretalx_talk, reader, talk)
    return reader.done()


def _pretalx_talk(reader: Reader, talk: Node) -> None:
    state = talk.get("state").text().casefold()
    if state in GONE:
        reader.programme.gone[state] += 1
        return
    named = []
    for speaker in talk.get("speakers").each():
        if isinstance(speaker.value, dict):
            named.append(speaker.get("name", "fullName").text())
        else:
            reader.programme.unused[NAMELESS] += 1
    slots = list(talk.get("slots").each()) if isinstance(talk.get("slots").value, list) else []
    for slot in [talk.get("slot"), *slots]:
        room = slot.get("room")
        reader.room((room.get("name") if isinstance(room.value, dict) and "name" in room.value else room).text())
        if starts := slot.get("start").text():
            reader.saw(moment(starts).date())
            reader.programme.unused[NOT_TAKEN] += 1
    text = both(talk.get("abstract").text(), talk.get("description").text())
    reader.pitch(talk.get("code").text(), talk.get("title").text(), text, named)


def _sessions_of(root: Node) -> list[Node]:
    """The lists of sessions in what Sessionize gives: All, Sessions (in groups) or GridSmart (by day and room)."""
    if isinstance(root.value, dict):
        sessions = root.get("sessions")
        return [sessions] if isinstance(sessions.value, list) else []
    if not isinstance(root.value, list):
        return []
    found = [it.get("sessions") for it in root.each()]
    for day in root.each():
        if isinstance(day.get("rooms").value, list):
            found += [room.get("sessions") for room in day.get("rooms").each()]
    return [it for it in found if isinstance(it.value, list)]


def _sessionize(name: str, root: Node, groups: list[Node], cut: bool) -> Programme:
    reader = Reader(Programme(file=name, kind=SESSIONIZE), cut)
    names: dict[str, str] = {}
    rooms: dict[str, str] = {}

    if isinstance(root.value, dict):
        for part, into in (("speakers", names), ("rooms", rooms)):
            for node in _each(reader, root.get(part)):
                reader.attempt(node.place, _keep_name, node, into)
    for room in rooms.values():
        reader.attempt("rooms", reader.room, room)
    for group in groups:
        for session in _each(reader, group):
            reader.attempt(session.place, _sessionize_session, reader, session, names)
    return reader.done()


def _keep_name(node: Node, into: dict[str, str]) -> None:
    into[node.get("id").text()] = node.get("fullName", "name").text()


def _sessionize_session(reader: Reader, session: Node, names: dict[str, str]) -> None:
    status = session.get("status").text().casefold()
    if status in GONE:
        reader.programme.gone[status] += 1
        return
    starts, ends = _times(session)
    if starts:
        reader.saw(starts.date())
    if session.get("isServiceSession").value is True:
        if starts is None or ends is None:
            reader.programme.unused[UNTIMED] += 1
        else:
            reader.item(starts, ends, session.get("title").text())
        return
    reader.room(session.get("room").text())
    hosts = [
        speaker.get("fullName", "name").text() if isinstance(speaker.value, dict) else names.get(speaker.text(), "")
        for speaker in session.get("speakers").each()
    ]
    reader.pitch(session.get("id").text(), session.get("title").text(), session.get("description").text(), hosts)
    if starts:
        reader.programme.unused[NOT_TAKEN] += 1


def _times(session: Node) -> tuple[datetime | None, datetime | None]:
    starts, ends = session.get("startsAt").text(), session.get("endsAt").text()
    return (moment(starts) if starts else None, moment(ends) if ends else None)

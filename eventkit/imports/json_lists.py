"""Lists of sessions in the JSON of any program: what has a title, wherever it stands, under names that people use."""

from collections import Counter
from collections.abc import Iterator, Sized
from datetime import datetime
from itertools import chain
from typing import Any

from eventkit.errors import Invalid
from eventkit.imports import times
from eventkit.imports.faults import AnyOf, fault
from eventkit.imports.json_programmes import FAR_MORE, NAMELESS, Node, both
from eventkit.imports.programmes import (
    ARCHIVED,
    BREAKS,
    GONE,
    MOST_PITCHES,
    NOT_TAKEN,
    UNTIMED,
    Programme,
    Reader,
    moment,
)
from eventkit.text.language import marked

KIND = marked("a list of sessions (JSON)")
UNTITLED = marked("entries without a title")
TOO_DEEP = marked("lists within lists within lists")
DEEPEST = 6  # lists and objects within each other
MOST_LOOKED_AT = 10 * MOST_PITCHES  # values that no session has in it: five seconds
NAMES = {
    "title": ("title", "talk_title", "session_title", "sessiontitle", "talktitle", "topic", "subject"),
    "abstract": ("abstract", "summary", "shortdescription", "teaser", "synopsis"),
    "description": ("description", "desc", "long_description", "text", "body", "details", "content", "notes"),
    "host": ("speakers", "speaker", "hosts", "host", "presenters", "presenter", "persons", "who", "speaker_names",
             "authors", "author", "owner", "facilitators", "facilitator", "leader", "names"),
    "id": ("code", "id", "guid", "uid", "uuid", "slug", "key"),
    "start": ("start", "startsAt", "starts_at", "start_date", "startDate", "start_time", "startTime", "begin", "date",
              "dateStart", "beginning"),
    "end": ("end", "endsAt", "ends_at", "end_date", "endDate", "end_time", "endTime", "dateEnd"),
    "room": ("room", "venue", "location", "place", "stage", "roomName", "room_name"),
    "state": ("state", "status"),
    "kind": ("slot_type", "type", "kind", "session_type"),
}  # fmt: skip
NAMED = ("name", "label")  # titles of what stands in a list that says what it is
LISTS = frozenset(("sessions", "talks", "events", "cards", "topics", "ideas", "proposals", "submissions", "items"))
PERSON = ("name", "fullName", "full_name", "public_name", "displayName", "title")
USED = frozenset(name for names in NAMES.values() for name in names) | {
    *NAMED,
    "duration",
    "closed",
    "archived",
    "slots",
    "idList",
}


def read(name: str, content: Any, cut: bool = False) -> Programme:
    """The programme. Raises Faulty with all that is wrong, or where nothing in it has a title."""
    root = Node(content)
    search = _Search()
    found = list(search.sessions(root, "", 0))
    if not found:
        here = tuple(str(key) for key in list(content)[:8]) if isinstance(content, dict) else ()
        raise fault(
            marked(
                "this JSON is no programme that we know, and nothing in it has a title. What can be read: event.json "
                "of Twofeet, a frab or pretalx schedule.json, talks from pretalx’s API, sessions from Sessionize’s, "
                "and lists of objects with a title. Here is: %(here)s."
            ),
            file=name, here=AnyOf(here, any=False) if here else "[]",
        )  # fmt: skip
    reading = _Reading(Reader(Programme(file=name, kind=KIND), cut), root)
    reading.reader.programme.unused.update(search.left)
    for session in found:
        reading.reader.attempt(session.place, reading.session, session)
    return reading.reader.done()


class _Search:
    """Finds what has a title, and counts what it leaves."""

    def __init__(self) -> None:
        self.left, self._looked_at = Counter[str](), 0

    def sessions(self, node: Node, within: str, depth: int) -> Iterator[Node]:
        """What has a title, in the file's order; what is inside such a thing is a part of it. Raises Faulty."""
        value = node.value
        if not isinstance(value, (dict, list)):
            return
        if depth > DEEPEST:
            self.left[TOO_DEEP] += bool(value)
            return
        if isinstance(value, dict):
            if depth and (title := _title(node, within)) is not None:
                yield title
                return
            self._look_at(value)
            for key in value:
                inner = Node(value[key], f"{node.place}.{key}" if depth else str(key))
                yield from self.sessions(inner, str(key), depth + 1)
            return
        self._look_at(value)
        each = [list(self.sessions(item, within or "items", depth + 1)) for item in node.each()]
        if any(each):  # beside what has a title: in other lists things are not sessions at all
            self.left[UNTITLED] += sum(
                not found and isinstance(it, dict) for found, it in zip(each, value, strict=True)
            )
        yield from chain.from_iterable(each)

    def _look_at(self, values: Sized) -> None:
        self._looked_at += len(values)
        if self._looked_at > MOST_LOOKED_AT:
            raise fault(FAR_MORE)


def _title(node: Node, within: str) -> Node | None:
    """The object where it has a title, or where an object in it has one, with what is in that; else None."""
    value = node.value
    if _has(value, NAMES["title"]) and set(value) & (USED - {"id", "title"}):
        return node
    if all(isinstance(it, dict) for it in value.values()):  # a list, by times, rooms or codes
        return None
    inner = next((it for it in value.values() if isinstance(it, dict) and _has(it, ("title",))), None)
    if inner is not None and len(value) <= 40 and not _has(value, NAMED):
        return Node({**value, **{key: it for key, it in inner.items() if it}}, node.place)
    if within in LISTS and _has(value, NAMED) and set(value) & {*NAMES["description"], *NAMES["host"]}:
        return node
    return None


def _has(value: dict[str, Any], names: tuple[str, ...]) -> bool:
    """Whether one of the names has a text, in one language or in several."""
    texts = (value.get(name) for name in names)
    return any((isinstance(it, str) and it.strip()) or (isinstance(it, dict) and _is_words(it)) for it in texts)


def _is_words(value: dict[str, Any]) -> bool:
    return bool(value) and all(len(key) <= 7 and isinstance(it, str) for key, it in value.items())


class _Reading:
    """Sessions become pitches, with names of people and rooms looked up where the file lists them by code."""

    def __init__(self, reader: Reader, root: Node):
        self.reader = reader
        self._people = _index(root, ("speakers", "people", "persons", "presenters", "members", "users"))
        self._rooms = _index(root, ("rooms", "venues", "locations", "stages"))
        lists = root.get("lists").value if isinstance(root.get("lists").value, list) else []
        self._closed = [it.get("id") for it in lists if isinstance(it, dict) and it.get("closed") is True]

    def session(self, node: Node) -> None:
        """Take one. Raises Faulty."""
        it = self.reader.programme
        state = node.get(*NAMES["state"])
        gone = state.value.casefold() if isinstance(state.value, str) else ""
        if gone in GONE:
            it.gone[gone] += 1
            return
        away = node.get("idList").value is not None and node.get("idList").value in self._closed
        if away or node.get("closed").value is True or node.get("archived").value is True:
            it.unused[ARCHIVED] += 1
            return
        held = next(iter(node.get("slots").value or []), None) if isinstance(node.get("slots").value, list) else None
        held = Node(held) if isinstance(held, dict) else node
        starts, ends = _times(held)
        if starts and starts.year > 2000:
            self.reader.saw(starts.date())
        title = node.get(*NAMES["title"], *NAMED).text()
        kind = node.get(*NAMES["kind"])
        if isinstance(kind.value, str) and kind.value.casefold() in BREAKS:
            if starts and ends:
                self.reader.item(starts, ends, title)
            else:
                it.unused[UNTIMED] += 1
            return
        room = self._room(node.get(*NAMES["room"])) or self._room(held.get(*NAMES["room"]))
        self.reader.room(room)
        it.unused[NOT_TAKEN] += bool(room or starts)
        it.unused_columns.update(str(key) for key, said in node.value.items() if key not in USED and said)
        text = both(_text(node.get(*NAMES["abstract"])), _text(node.get(*NAMES["description"])))
        ident = node.get(*NAMES["id"])
        self.reader.pitch(_text(ident), title, text, list(self._hosts(node)))

    def _hosts(self, node: Node) -> Iterator[str]:
        said = node.get(*NAMES["host"])
        if said.value is None:
            said = node.get("profile", "user", "createdBy")
        for one in said.value if isinstance(said.value, list) else [said.value]:
            if isinstance(one, dict):
                person = Node(one)
                yield _text(person.get(*PERSON)) or f"{_text(person.get('first_name', 'firstName'))} " + _text(
                    person.get("last_name", "lastName")
                )
            elif isinstance(one, (str, int)) and not isinstance(one, bool):
                yield self._people.get(str(one), "" if self._is_code(str(one)) else str(one))

    def _is_code(self, text: str) -> bool:
        """Whether a text is a code that names somebody elsewhere, and no name."""
        if text.isdecimal() or (len(text) >= 5 and text.isupper() and text.isalnum()):
            self.reader.programme.unused[NAMELESS] += 1
            return True
        return False

    def _room(self, node: Node) -> str:
        if isinstance(node.value, dict):
            return _text(node.get("name", "title")) or (_text(node) if _is_words(node.value) else "")
        text = _text(node)
        return self._rooms.get(text, "" if text.isdecimal() else text)


def _index(root: Node, names: tuple[str, ...]) -> dict[str, str]:
    """Names by the codes and numbers that a file's own lists give them."""
    found: dict[str, str] = {}
    for name in names:
        listed = root.get(name).value
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict):
                said = _text(Node(one).get(*PERSON))
                found |= {str(one[key]): said for key in ("id", "code", "guid", "slug") if said and one.get(key)}
    return found


def _text(node: Node) -> str:
    """A text, or nothing where there is something else."""
    if isinstance(node.value, dict) and not _is_words(node.value):
        return ""
    try:
        return node.text()
    except Invalid:
        return ""


def _times(node: Node) -> tuple[datetime | None, datetime | None]:
    """When it starts and ends, as far as that can be read."""
    starts, ends = _moment(_text(node.get(*NAMES["start"]))), _moment(_text(node.get(*NAMES["end"])))
    lasts = node.get("duration")
    if starts and not ends and (length := times.length(_text(lasts))):
        ends = starts + length
    return starts, ends


def _moment(text: str) -> datetime | None:
    if len(text) < 10:
        return None
    try:
        return moment(text)
    except Invalid:
        return None

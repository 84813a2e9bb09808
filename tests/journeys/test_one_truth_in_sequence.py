"""Whatever happens to a published grid, in whatever order: all faces tell one story, and nothing that is not so.

`TWOFEET_EXAMPLES` says how many sequences are tried, `TWOFEET_STEPS` how long each is.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from eventkit.errors import Closed, Invalid, NotFound, Stale
from eventkit.event import events
from eventkit.event.as_typed import RoomLine
from eventkit.event.roles import Organiser, Viewer, at_the_machine
from eventkit.exports import whole
from eventkit.grid import closures, moderation, shifting, steps, venue, versions
from eventkit.grid.venue import SlotChange
from eventkit.imports import whole_rows
from eventkit.market import on_offer, pitches, series
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ModerationKind, Person, Pitch, Room, Slot
from tests.world import stories
from tests.world.days import votes
from tests.world.faces import LONDON
from tests.world.files_of_others import whole_event
from tests.world.phone import Page, Phone
from tests.world.published import Day, a_published_day
from tests.world.stories import Story, Where
from tests.world.visitors import joined

SLOTS = "10:00-10:45\n11:00-11:45\n12:00-12:30 Lunch\n12:45-13:30"
LONGER_DAY = "10:00-10:45\n11:00-11:45\n12:00-12:45\n13:00-13:30 Lunch\n14:00-14:45"
TWO_DAYS = "10:00-10:45\n12:00-12:30 Lunch\n12:45-13:30\nSaturday 27 June\n19:00-19:45"
EVENING = "17:30"  # what is later is of the second day
DAY_BEFORE_A_CLOCK = re.compile(r"(?:Fri 26|Sat 27) Jun, (?=\d\d:\d\d)")
REPEAT = " (repeat)"
HELPER = Viewer(token="", organiser=True, facilitator=True)
PITCHES, CELLS = 5, 9
FEW = 2
pitch, cell, room, slot = (st.integers(0, most - 1) for most in (PITCHES, CELLS, 3, 3))
titles, names = st.sampled_from(["Bins", "Parks", "Buses"]), st.sampled_from(["Attic", "Barn", "Cave"])

Act = Callable[[Transaction, Organiser], Any]


@dataclass(frozen=True)
class Now:
    """The day as it is: titles with their times and places, names of rooms, slots with their titles, closed cells."""

    at: dict[str, str]
    rooms: list[str]
    spans: dict[tuple[str, str], str]
    closed: set[Where]

    def is_at(self, title: str, place: str, was: str = "") -> bool:
        """Whether a session is there, until when it says where it says so."""
        there = self.at.get(title, "")
        return place in (there, re.sub(f"–{CLOCK}", "", there)) and place != was

    def is_off(self, title: str) -> bool:
        return title not in self.at

    def is_renamed(self, was: str, name: str) -> bool:
        return name in self.rooms and was != name

    def is_closed(self, room: str, clocks: str) -> bool:
        return all((it, room) in self.closed for it in re.findall(CLOCK, clocks))

    def is_open(self, room: str, clocks: str) -> bool:
        return not any((it, room) in self.closed for it in re.findall(CLOCK, clocks))

    def is_slot(self, _was: str, first: str, last: str) -> bool:
        return (first, last) in self.spans

    def is_shifted(self, hour: str, minute: str, by: str, way: str) -> bool:
        """Whether a slot begins so much later or earlier; what is between may have gone since."""
        at = int(hour) * 60 + int(minute) + int(by) * (1 if way == "later" else -1)
        return any(first == f"{at // 60:02}:{at % 60:02}" for first, _ in self.spans)

    def is_back(self, first: str) -> bool:
        return any(first == it for it, _ in self.spans)

    def is_titled(self, first: str, last: str, title: str) -> bool:
        return self.spans.get((first, last)) == title

    def is_retitled(self, was: str, title: str) -> bool:
        return was not in self.at and was != title

    def can_be_anything(self, *_told: str) -> bool:
        return True


CLOCK = r"\d\d:\d\d"
PLACE = rf"({CLOCK}(?:–{CLOCK})?, [^.]*)"
SHIFTED = re.compile(rf".* from ({CLOCK}) (?:on|to {CLOCK}) is")  # what the last slot of a day has, too, or not
LINES: dict[str, Callable[..., bool]] = {
    rf"‘(.*)’ is (?:now|back) at {PLACE}\. It was at {PLACE}\.$": Now.is_at,
    rf"‘(.*)’ (?:is new|happens after all|is on the grid again|is a session of its own again), at {PLACE}\.$": (
        Now.is_at
    ),
    r"‘(.*)’ (?:is off the grid|was withdrawn)": Now.is_off,
    r"‘(.*)’ is (?:now )?called ‘(.*)’(?: again)?\.$": Now.is_retitled,
    r"(.*) is (?:now )?called (.*?)(?: again)?\.$": Now.is_renamed,
    r"(.*) is closed at (.*)\.$": Now.is_closed,
    rf"Keynote is in (.*) at ({CLOCK})\.$": Now.is_closed,
    r"(.*) is open again at (.*)\.$": Now.is_open,
    rf"What was at ({CLOCK}).* is (?:now|back) at ({CLOCK})–({CLOCK})\.$": Now.is_slot,
    r"Everything from (\d\d):(\d\d) on is (\d+) minutes? (later|earlier)\.$": Now.is_shifted,
    rf"What was from (\d\d):(\d\d) to {CLOCK} is (\d+) minutes? (later|earlier)\.$": Now.is_shifted,
    rf"Everything from ({CLOCK}) (?:on|to {CLOCK}) is at its old time again\.$": Now.is_back,
    rf"({CLOCK})–({CLOCK}) is (?:now (.*)|for sessions now)\.$": Now.is_titled,
    r"The organiser took the grid back and has published it anew\.$": Now.can_be_anything,
    rf"‘.*’ is now part of ‘(.*)’, at {PLACE}\.$": Now.is_at,
    r"‘(.*)’ (?:is now part of|is a session of its own again|happens after all|is on the grid)": Now.can_be_anything,
    r"The session at .* does not happen\.$": Now.can_be_anything,
}


def _pitches(tx: Transaction, event_id: int) -> dict[int, Pitch]:
    """All pitches of an event by their ids, oldest first."""
    rows = tx.scalars(select(Pitch).where(Pitch.event_id == event_id).order_by(col(Pitch.id)))
    return {it.id: it for it in rows}


def clock(at: datetime) -> str:
    """As the venue's clocks show it."""
    return f"{at.astimezone(LONDON):%H:%M}"


class ADay(RuleBasedStateMachine):
    """A published day, what is done to it, and who reads all its faces after each step."""

    app: Flask
    database: Database
    programme = SLOTS
    longer: Mapping[int, int] = {}

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.places: dict[int, list[Where]] = {}  # where people have read that a session is, newest last
        self.entries: dict[int, tuple[int, Any]] = {}  # of the calendar: the sequence, and what it stands for
        self.tags: dict[str, tuple[str, str]] = {}

    @initialize()
    def begin(self) -> None:
        self.day: Day = a_published_day(
            self.database,
            placed=4,
            pitches=PITCHES,
            longer=self.longer,
            day=date(2099, 6, 26),
            slots=self.programme,
        )
        self._look_on()

    def _look_on(self) -> None:
        """Somebody on a phone, who wants it all."""
        self.visitor: Phone = joined(lambda: Phone(self.app), self.day.event)
        self.visitor.post(f"{self.day.address}/name", name="Sam")
        with self.database.reading() as tx:
            person = tx.scalars(select(Person).where(Person.event_id == self.day.event.id)).one()
            every = [*_pitches(tx, self.day.event.id).values()]
        votes(self.database, person, [(it, 2) for it in every])

    def _do(self, name: str, act: Act) -> None:
        try:
            self.database.write(lambda tx: act(tx, at_the_machine(events.by_code(tx, self.day.event.code))))
        except (Closed, Invalid, NotFound, Stale) as refused:
            self.done.append(f"{name}: refused, {refused}")
        else:
            self.done.append(name)

    def _of_pitch(self, verb: Callable[..., Any], number: int, *rest: Any) -> None:
        id = self.day.pitches[number].id
        self._do(f"{verb.__name__} {number} {rest}", lambda tx, by: verb(tx, self.day.event.id, HELPER, id, *rest))

    @rule(number=pitch)
    def withdraw(self, number: int) -> None:
        self._of_pitch(pitches.withdraw, number)

    @rule(number=pitch)
    def bring_back(self, number: int) -> None:
        self._of_pitch(pitches.bring_back, number)

    @rule(number=pitch, title=titles)
    def retitle(self, number: int, title: str) -> None:
        self._of_pitch(pitches.edit, number, Content(title=f"{title} {number}"))

    @rule(number=pitch, until=st.sampled_from([time(11), time(13), None]))
    def host_hours(self, number: int, until: time | None) -> None:
        self._of_pitch(pitches.set_hours, number, (None, until))

    @rule(number=pitch, hidden=st.booleans())
    def hide_or_show(self, number: int, hidden: bool) -> None:
        id = self.day.pitches[number].id
        self._do(
            f"hide {number} {hidden}", lambda tx, by: moderation.set_hidden(tx, by, ModerationKind.PITCH, id, hidden)
        )

    @rule(kept=pitch, other=pitch)
    def merge(self, kept: int, other: int) -> None:
        ids = self.day.pitches[kept].id, self.day.pitches[other].id
        self._do(f"merge {other} into {kept}", lambda tx, by: pitches.merge(tx, by, *ids))

    @rule(number=pitch)
    def take_apart(self, number: int) -> None:
        self._do(f"take apart {number}", lambda tx, by: pitches.unmerge(tx, by, self.day.pitches[number].id))

    @rule(number=pitch, to=st.none() | cell, publish=st.booleans())
    def move(self, number: int, to: int | None, publish: bool) -> None:
        where = None if to is None else self.day.cells[to]

        def act(tx: Transaction, by: Organiser) -> None:
            versions.move(tx, by, by.event.grid_version, self.day.pitches[number].id, where)
            if publish:
                versions.publish(tx, by, by.event.grid_version)

        self._do(f"move {number} to {to}{' and publish' * publish}", act)

    @rule()
    def publish(self) -> None:
        self._do("publish", lambda tx, by: versions.publish(tx, by, by.event.grid_version))

    @rule()
    def unpublish(self) -> None:
        self._do("unpublish", lambda tx, by: versions.unpublish(tx, by, by.event.grid_version))

    @rule()
    def undo(self) -> None:
        self._do("undo", lambda tx, by: steps.undo(tx, by, by.event.grid_version))

    @rule()
    def redo(self) -> None:
        self._do("redo", lambda tx, by: steps.redo(tx, by, by.event.grid_version))

    @rule(back=st.integers(1, 4))
    def go_back(self, back: int) -> None:
        def act(tx: Transaction, by: Organiser) -> None:
            steps.undo(tx, by, by.event.grid_version, by.event.grid_version - back)
            versions.publish(tx, by, by.event.grid_version)

        self._do(f"go back {back} and publish", act)

    @rule(number=slot, minutes=st.sampled_from([-10, 5, 15, 25]))
    def shift(self, number: int, minutes: int) -> None:
        at = self.day.slots[number].id
        self._do(
            f"shift {number} by {minutes}", lambda tx, by: shifting.shift(tx, by, at, minutes, by.event.grid_version)
        )

    @rule(number=slot, title=st.sampled_from(["", "Prayer"]))
    def take_slot(self, number: int, title: str) -> None:
        def act(tx: Transaction, by: Organiser) -> None:
            row = venue.find_slot(tx, by.event.id, self.day.slots[number].id)
            venue.change_slot(tx, by, row.id, SlotChange(clock(row.starts_at), clock(row.ends_at), title), sure=99)

        self._do(f"slot {number} is {title or 'for sessions'}", act)

    @rule(number=room, name=names)
    def rename_room(self, number: int, name: str) -> None:
        line = RoomLine(f"{name} {number}", 40, ())
        self._do(
            f"rename {number} to {name}", lambda tx, by: venue.change_room(tx, by, self.day.rooms[number].id, line)
        )

    @rule(number=room, slots=st.sets(slot))
    def close_or_open(self, number: int, slots: set[int]) -> None:
        ids = {self.day.slots[it].id for it in slots}
        self._do(
            f"close {number} in {slots}", lambda tx, by: closures.close_room(tx, by, self.day.rooms[number].id, ids)
        )

    @rule(at=slot, rooms=st.sets(room, max_size=2))
    def keynote(self, at: int, rooms: set[int]) -> None:
        ids = {self.day.rooms[it].id for it in rooms}
        self._do(
            f"keynote at {at} in {rooms}",
            lambda tx, by: closures.fix_item(tx, by, self.day.slots[at].id, "Keynote", ids, sure=99),
        )

    @rule(number=room)
    def remove_room(self, number: int) -> None:
        def act(tx: Transaction, by: Organiser) -> None:
            if len(events.rooms(tx, by.event.id)) > 1:
                venue.remove_room(tx, by, self.day.rooms[number].id, sure=99)

        self._do(f"remove room {number}", act)

    @rule(number=slot)
    def remove_slot(self, number: int) -> None:
        def act(tx: Transaction, by: Organiser) -> None:
            if sum(not it.title for it in events.slots(tx, by.event.id)) > 1:
                venue.remove_slot(tx, by, self.day.slots[number].id, sure=99)

        self._do(f"remove slot {number}", act)

    @rule()
    def go_on_elsewhere(self) -> None:
        """The event as a file, imported: its grid and news are the same, and all goes on there."""
        before, was = self._told(), self.day
        with self.database.reading() as tx:
            old: list[Slot | Room] = [*events.slots(tx, was.event.id), *events.rooms(tx, was.event.id)]
            known = _pitches(tx, was.event.id)
            content = whole_event(whole.as_json(tx, events.by_code(tx, was.event.code)))
        event, secret = self.database.write(lambda tx: whole_rows.add(tx, content))
        with self.database.reading() as tx:
            made = dict(zip(known, _pitches(tx, event.id).values(), strict=True))
            new: list[Slot | Room] = [*events.slots(tx, event.id), *events.rooms(tx, event.id)]
        now: dict[Any, Any] = {(type(it), it.id): copy for it, copy in zip(old, new, strict=True)}
        slots, rooms = ([now.get((type(it), it.id), it) for it in rows] for rows in (was.slots, was.rooms))
        self.done.append("import the file")
        self.day, self.entries = Day(event, secret, [made[it.id] for it in was.pitches], slots, rooms), {}
        self.places = {copy.id: self.places.get(it, []) for it, copy in made.items()}
        self._look_on()
        self._same("imported", self._told(), before)

    def _told(self) -> tuple[object, object]:
        grid = self._read("grid?day=all")
        return (
            (stories.of_grid(grid), stories.news(grid, "grid-news")) if grid.all("table", class_="grid") else ((), ())
        )

    def _read(self, address: str) -> Page:
        """A page, without the days that some write before a clock where others stand under the day's heading."""
        answer = self.visitor.client.get(f"{self.day.address}/{address}", follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status)
        return Page(DAY_BEFORE_A_CLOCK.sub("", answer.text))

    def _text(self, address: str) -> str:
        return DAY_BEFORE_A_CLOCK.sub("", self.visitor.get(f"{self.day.address}/{address}").text)

    def _same(self, face: str, found: object, expected: object) -> None:
        self._demand(found == expected, face, found, expected)

    def _demand(self, so: bool, *why: object) -> None:
        assert so, "\n".join(map(str, [*self.done, "---", *why]))

    @invariant()
    def all_faces_tell_one_story(self) -> None:
        if not hasattr(self, "visitor"):
            return
        grid = self._read("grid?day=all")
        if not grid.all("table", class_="grid"):
            self._nothing_is_told()
            return
        cells = stories.of_grid(grid)
        files = self._files_agree(cells)
        self._screens_agree(cells, files)
        self._news_are_so(grid, cells, files)
        self._calendar_follows(files)

    def _nothing_is_told(self) -> None:
        with self.database.reading() as tx:
            standing = [f"pitches/{it.id}" for it in on_offer.standing(tx, self.day.event.id)]
        for address in ("wall", f"doors/{next(iter(self._rooms()))}", "doors", "me", *standing[:1]):
            text = self._read(f"{address}").one("main").text
            self._demand(not re.search(r"\d\d:\d\d–", text), address, text)
        assert b"VEVENT" not in self.visitor.get(f"{self.day.address}/schedule.ics").data

    def _files_agree(self, cells: dict[Where, Story]) -> dict[int, tuple[Story, str]]:
        """The table, frab and the calendar have the sessions of the grid, with the same sentences."""
        table = stories.of_csv(self._text("grid.csv"))
        frab = stories.of_frab(self._text("schedule.json"))
        self._same("frab", frab, {it: story for it, (story, _) in table.items()})
        for story, _ in table.values():
            known = cells.get(story.where)
            there = (known.title, known.said, known.until) if known else None
            self._same("table", (story.title, story.said, story.until), there)
        entries = stories.of_calendar(self._text("schedule.ics").encode())
        happen = {it: stories.entry_says(entry) for it, entry in entries.items() if entry["STATUS"] != "CANCELLED"}
        self._same("calendar", happen, frab)
        status = {it: "CONFIRMED" if state == "on" else "TENTATIVE" for it, (_, state) in table.items()}
        self._same("status", {it: str(entries[it]["STATUS"]) for it in happen}, status)
        return table

    def _screens_agree(self, cells: dict[Where, Story], files: dict[int, tuple[Story, str]]) -> None:
        rooms = self._rooms()
        first = min(start for start, _ in self._spans())
        of_wall = {at: it for at, it in cells.items() if (at[0] < EVENING) == (first < EVENING)}  # one day
        ends = dict(self._spans().keys())
        runs = {at: it for at, it in of_wall.items() if not it.said and (it.goes_on or it.until != ends[at[0]])}
        longer = {at: f" until {it.until}" for at, it in runs.items()}
        told = {at: f"{it.said} {it.title}".strip() + longer.get(at, "") for at, it in of_wall.items()}
        tables = list(stories.of_tables(self._read("wall?show=grid"), [*rooms.values()]))
        self._demand(told.keys() <= tables[0].keys(), tables[0])
        for table in tables:  # of which some are a page of several
            self._same(
                "wall", {it: table[it] for it in table if it in told}, {it: told[it] for it in table if it in told}
            )
            rest = {text for at, text in table.items() if at not in told}
            self._demand(rest <= {"", "Lunch", "Prayer"}, rest)
        signs = stories.of_signs(self._read("doors"))
        begin = {at: it for at, it in cells.items() if not it.goes_on}
        for at, it in begin.items():
            self._same("sign", signs[at], (it.title, it.said))
        for id, name in rooms.items():
            door = self._read(f"doors/{id}").by_id("door").text
            here = sorted((at, it) for at, it in begin.items() if at[1] == name)
            coming = sorted(first for first, _ in self._spans())[:3]  # which is as many as a door has
            for at, it in (one for one in here[:1] if one[0][0] in coming):
                self._demand(f"{at[0]} {it.title or it.said}" in door, at, it, door)
                self._demand(it.said in door, at, it, door)
        mine = stories.of_day(self._read("me"))
        known = {(it.where, it.title): it for it in mine if it.title != "A session"}
        plain = {(at, it.title): replace(it, until="", goes_on=False) for at, it in cells.items()}
        mine_too = {at: it for at, it in plain.items() if it.title not in ("", "Keynote", "Prayer")}
        shown = {at: it for at, it in mine_too.items() if not it.said.startswith("Now part of")}  # that one is wanted
        twice = {it.title.removesuffix(REPEAT) for it in shown.values() if it.title.endswith(REPEAT)}
        once = {at: it for at, it in shown.items() if it.title.removesuffix(REPEAT) not in twice}
        self._demand(twice <= {it.title.removesuffix(REPEAT) for it in known.values()}, known)  # one of both is enough
        there = {at: it for at, it in known.items() if at in once or at[0] not in cells}  # where two are, one begins
        self._same("my day", there, once)
        for id, (story, _) in files.items():
            page = self._read(f"pitches/{id}")
            self._same("session", stories.of_session(page), cells[story.where])

    def _rooms(self) -> dict[int, str]:
        with self.database.reading() as tx:
            return {it.id: it.name for it in events.rooms(tx, self.day.event.id)}

    def _news_are_so(self, grid: Any, cells: dict[Where, Story], files: dict[int, tuple[Story, str]]) -> None:
        lines = stories.news(grid, "grid-news")
        wall = stories.news(self._read("wall?show=now"), "wall-news")
        seen, shown = ({SHIFTED.sub(r"\1 is", it) for it in lines} for lines in (lines, wall))
        self._demand(shown <= seen or len(lines) > 10, wall, lines)
        for line in lines:
            self._demand(self._is_so(line, files), "not so:", line)
        for id, (story, _) in files.items():
            mark = cells[story.where].mark
            places = self.places.setdefault(id, [])
            if mark:
                before = mark.removeprefix("was ")
                self._demand(before not in (story.where[0], story.where[1], ", ".join(story.where)), mark)
                known = {part for at in places for part in (*at, ", ".join(at))}
                self._demand(before in known or "–" in before, mark, places)
            if not places or places[-1] != story.where:
                places.append(story.where)

    def _is_so(self, line: str, files: dict[int, tuple[Story, str]]) -> bool:
        """Whether a line of the news is true of the day as it is now."""
        form, found = next(((form, found) for form in LINES if (found := re.match(form, line))), ("", None))
        assert found, line
        told = found.groups(default="")
        at = {it.title: f"{it.where[0]}–{it.until}, {it.where[1]}" for it, _ in files.values()}
        return LINES[form](Now(at, [*self._rooms().values()], self._spans(), self._closed()), *told)

    def _spans(self) -> dict[tuple[str, str], str]:
        """From when until when each slot is, and its title."""
        with self.database.reading() as tx:
            slots = events.slots(tx, self.day.event.id)
        return {(clock(it.starts_at), clock(it.ends_at)): it.title for it in slots}

    def _closed(self) -> set[Where]:
        with self.database.reading() as tx:
            rooms = {it.id: it.name for it in events.rooms(tx, self.day.event.id)}
            slots = {it.id: clock(it.starts_at) for it in events.slots(tx, self.day.event.id)}
            closed = closures.by_room(tx, self.day.event.id)
        return {(slots[it], rooms[at]) for at, ids in closed.items() for it in ids}

    def _calendar_follows(self, files: dict[int, tuple[Story, str]]) -> None:
        """An entry that says something else has a higher SEQUENCE; what was on stays, be it cancelled."""
        entries = stories.of_calendar(self._text("schedule.ics").encode())
        self._demand(set(self.entries) <= set(entries), "gone without a word", set(self.entries) - set(entries))
        for id, entry in entries.items():
            now = (
                entry["SEQUENCE"],
                entry["STATUS"] == "CANCELLED"
                or (stories.entry_says(entry), str(entry["DESCRIPTION"]).split("http")[0], entry["STATUS"]),
            )
            before = self.entries.get(id)
            self._demand(before is None or now == before or now[0] > before[0], before, now)
            self.entries[id] = now


class TwoDays(ADay):
    """The same on two days."""

    programme = TWO_DAYS


class ALongerDay(ADay):
    """The same with sessions of two slots, one that is held twice and one that comes after another."""

    programme = LONGER_DAY
    longer = {1: 2, 4: 2}  # noqa: RUF012

    @rule(number=pitch, length=st.sampled_from([1, 2, 3]))
    def lengthen(self, number: int, length: int) -> None:
        with self.database.reading() as tx:
            content = pitches.content_of(tx.get_one(Pitch, self.day.pitches[number].id))
        self._of_pitch(pitches.edit, number, replace(content, length=length))

    @rule(number=pitch, before=st.none() | pitch)
    def follow(self, number: int, before: int | None) -> None:
        ids = self.day.pitches[number].id, None if before is None else self.day.pitches[before].id
        self._do(f"{number} comes after {before}", lambda tx, by: series.follow(tx, self.day.event.id, HELPER, *ids))

    @rule(number=pitch, instead=pitch)
    def repeat(self, number: int, instead: int) -> None:
        """Hold it twice; the repeat is what is moved and changed from then on in place of another one."""

        def act(tx: Transaction, by: Organiser) -> None:
            self.day.pitches[instead] = pitches.repeat(tx, by.event, HELPER, self.day.pitches[number].id)

        self._do(f"repeat {number}, as {instead}", act)

    @rule(
        number=slot,
        starts=st.sampled_from(["10:00", "11:30", "13:00", "15:15", "16:20"]),
        minutes=st.sampled_from([10, 40]),
    )
    def retime(self, number: int, starts: str, minutes: int) -> None:
        ends = f"{starts[:2]}:{int(starts[3:]) + minutes:02}"

        def act(tx: Transaction, by: Organiser) -> None:
            row = venue.find_slot(tx, by.event.id, self.day.slots[number].id)
            venue.change_slot(tx, by, row.id, SlotChange(starts, ends, row.title), sure=99)

        self._do(f"slot {number} at {starts}-{ends}", act)

    @rule(starts=st.sampled_from(["10:46", "11:50", "14:05"]), title=st.sampled_from(["", "Prayer"]))
    def add_slot(self, starts: str, title: str) -> None:
        ends = f"{starts[:2]}:{int(starts[3:]) + 5:02}"
        self._do(f"slot at {starts} {title}", lambda tx, by: venue.add_slot(tx, by, starts, ends, title, sure=99))


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("kind", [ADay, TwoDays, ALongerDay], ids=["one day", "two days", "longer sessions"])
def test_whatever_happens_all_faces_tell_one_story(kind: type[ADay], app: Flask, database: Database) -> None:
    number, length = (
        int(os.environ.get(name, most)) for name, most in (("TWOFEET_EXAMPLES", FEW), ("TWOFEET_STEPS", 6))
    )
    machine = type("Machine", (kind,), {"app": app, "database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=number,
            stateful_step_count=length,
            deadline=None,
            phases=[Phase.generate],
            derandomize=number == FEW,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )

"""The line-up in eight browsers: two facilitators, the wall and five hosts' phones, one of them offline for half of it.

Whatever is done to the pitches at the worst moment, all screens say the same and everybody is heard once.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventkit.event import people
from eventkit.market.line_up import LineUp, read
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from eventkit.web.base.cookies import COOKIE
from tests.world.browser import served
from tests.world.builders import a_person, a_pitch, an_event
from tests.world.phone import Phone
from tests.world.visitors import Phones, facilitator, signed_cookie

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

TURNS = (
    "You are up now. Come to the front.",
    "You are next. Come to the front.",
    "You are next but one. Please get ready.",
)


@dataclass
class Hall:
    """What is looked at, and the hand of a moderator who is not looked at; `heard` is who was on stage to the end."""

    database: Database
    event: Event
    pitches: list[Pitch]
    moderator: Phone
    hosts: list[Phone]
    hands: list[Page]
    wall: Page
    phones: list[Page]
    away: set[int] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    @property
    def line(self) -> LineUp:
        with self.database.reading() as tx:
            return read(tx, self.event)

    def press(self, hand: int, word: str) -> None:
        up = self.line.speaker
        with self.hands[hand].expect_response(lambda it: it.request.method == "POST"):
            self.hands[hand].get_by_role("button", name=word, exact=True).first.click()
        if word == "Next" and up:
            self.heard.append(up.title)
        self.all_say_the_same()

    def do(self, by: Phone, pitch: int, what: str, **fields: object) -> None:
        """Something is posted about a pitch."""
        address = f"/e/{self.event.code}/pitches/{self.pitches[pitch].id}/{what}"
        assert by.submit(address, fields).status_code == 303
        self.all_say_the_same()

    def hide(self, pitch: int, hidden: int) -> None:
        fields = {"kind": "pitch", "id": self.pitches[pitch].id, "hidden": hidden}
        assert self.moderator.submit(f"/e/{self.event.code}/organise/hidden", fields).status_code == 303
        self.all_say_the_same()

    def all_say_the_same(self) -> None:
        line = self.line
        order = [line.speaker, *line.coming]
        up = line.speaker.title if line.speaker else None
        quiet = "We go on in a moment" if line.coming else "That was everybody"
        expect(self.wall.locator("h1")).to_have_text(up or quiet)
        expect(self.wall.locator(".lineup-next b")).to_have_text([one.host_name for one in line.coming[:3]])
        for hand in self.hands:
            expect(hand.locator("#up")).to_have_text("Up now" if up else "Nobody is up")
            expect(hand.locator("#hand .lead")).to_have_text(
                [f"{up}, {line.speaker.host_name}"] if line.speaker else []
            )
            expect(hand.locator("[aria-labelledby=coming] li b")).to_have_text([one.title for one in line.coming])
        for number in set(range(5)) - self.away:
            place = next((at for at, one in enumerate(order) if one and "ABCDE"[number] in one.host_name), None)
            said = self.phones[number].locator("[id^=turn-] p")
            expect(said).to_have_text([] if place is None else [self.words(place)])

    @staticmethod
    def words(place: int) -> str:
        """What the phone says of the host at a place, 0 for who is up."""
        return TURNS[place] if place < len(TURNS) else f"{place - 1} people pitch before you."


@pytest.fixture
def hall(app: Flask, database: Database, phone: Phones, chromium: Browser) -> Iterator[Hall]:
    event, _ = an_event(database)
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "facilitator_hash", "f" * 64))
    event.facilitator_hash = "f" * 64
    crowd = [a_person(database, event, f"Host {letter}") for letter in "ABCDE"]
    pitches = [a_pitch(database, event, host, f"Pitch {letter}") for host, letter in zip(crowd, "ABCDE", strict=True)]
    cookies = [signed_cookie(app, event, host.token) for host in crowd]
    hosts = []
    for cookie in cookies:
        device = phone()
        device.client.set_cookie(COOKIE, cookie, path=f"/e/{event.code}")
        hosts.append(device)
    with ExitStack() as stack:
        address = stack.enter_context(served(app))
        home = f"{address}/e/{event.code}"

        def opened(path: str, cookie: str) -> Page:
            context = chromium.new_context(reduced_motion="reduce", service_workers="block")
            stack.callback(context.close)
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": home}])
            page = context.new_page()
            page.goto(home + path)
            return page

        key = signed_cookie(app, event, people.new_token(), "f" * 64)
        yield Hall(
            database=database,
            event=event,
            pitches=pitches,
            moderator=facilitator(phone, event),
            hosts=hosts,
            hands=[opened("/lineup/hand", key), opened("/lineup/hand", key)],
            wall=opened("/lineup", signed_cookie(app, event, people.new_token())),
            phones=[
                opened("" if number % 2 else f"/pitches/{pitch.id}", cookie)
                for number, (pitch, cookie) in enumerate(zip(pitches, cookies, strict=True))
            ],
        )


def test_everybody_is_heard_once_whatever_is_done_meanwhile(hall: Hall) -> None:
    a, b, c, d = range(4)
    hall.press(0, "Start")
    hall.do(hall.moderator, b, "merge", part=hall.pitches[a].id, keep="mine")  # while A speaks
    assert hall.line.speaker
    assert hall.line.speaker.title == "Pitch B"
    hall.do(hall.moderator, a, "unmerge")
    hall.press(1, "Next")
    hall.away.add(c)
    hall.phones[c].context.set_offline(True)
    hall.do(hall.hosts[b], b, "withdraw")
    hall.press(0, "Start")
    hall.press(1, "Not here, later")
    hall.hide(d, 1)
    hall.hide(d, 0)
    hall.do(hall.hosts[b], b, "bring-back")
    hall.press(0, "Next")
    hall.phones[c].context.set_offline(False)
    hall.away.clear()
    hall.all_say_the_same()
    while hall.line.coming or hall.line.speaker:
        hall.press(0, "Next" if hall.line.speaker else "Start")
    assert sorted(hall.heard) == [f"Pitch {letter}" for letter in "ABCDE"]

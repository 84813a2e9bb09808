"""The line-up's pages: the projector, the facilitator's hand, the host's phone; one truth for all of them."""

from collections import Counter
from secrets import token_hex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit.market import hosting, on_offer
from eventkit.market.line_up import LineUp, read
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, facilitator, joined


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


@pytest.fixture
def hand(phone: Phones, event: Event, database: Database) -> Phone:
    """A facilitator's phone."""

    def invite(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        stored.facilitator_hash = "f" * 64
        return stored

    return facilitator(phone, database.write(invite))


def line_up(phone: Phone, event: Event, of: str = "") -> Page:
    return phone.page(f"/e/{event.code}/lineup{of}")


def press(phone: Phone, event: Event, act: str, seen: int | None = None, **fields: object) -> int:
    """Press a button of the line-up as the page of now has it; the status."""
    if seen is None:
        seen = int(line_up(phone, event, "/hand").all("input", name="turn")[0].attributes["value"])
    return phone.submit(f"/e/{event.code}/lineup", {"act": act, "turn": seen, **fields}).status_code


def test_line_up_without_pitches_asks_for_the_first(phone: Phones, event: Event) -> None:
    page = line_up(phone(), event)
    assert page.one("h1").text == "Nobody has pitched yet"
    assert page.one("p", class_="lineup-host").text == "What do you want to talk about? Pitch it."
    assert [link.text for link in page.all("a", class_="button")] == ["To the wall"]


def test_line_up_is_the_same_on_every_screen(phone: Phones, hand: Phone, event: Event, database: Database) -> None:
    some_pitches(database, event, 5, host_name="Priya")
    assert line_up(phone(), event).one("h1").text == "Ready to pitch?"
    assert press(hand, event, "next") == 303
    wall = line_up(phone(), event)
    assert wall.one("h1").text == "Pitch 1"
    assert wall.one("p", class_="meta").text == "Now pitching, 1 of 5"
    assert int(wall.one("span", role="timer").text) in (29, 30)
    assert [turn.text for turn in wall.all("li")] == ["Priya Pitch 2", "Priya Pitch 3", "Priya Pitch 4"]
    assert line_up(hand, event, "/hand").all("p", class_="lead")[1].text == "Pitch 1, Priya"


def test_line_up_has_buttons_for_facilitators_only(
    phone: Phones, hand: Phone, event: Event, database: Database
) -> None:
    some_pitches(database, event, 2)
    assert [it for it in line_up(phone(), event).all("button") if it.attributes.get("id") != "alert-close"] == []
    assert [it.text for it in line_up(hand, event).all("button", type="submit")] == ["Start"]
    assert joined(phone, event).post(f"/e/{event.code}/lineup", act="next", turn=0).status_code == 403


def test_line_up_pressed_on_an_older_page_says_so_and_goes_on_once(
    phone: Phones, hand: Phone, event: Event, database: Database
) -> None:
    some_pitches(database, event, 3)
    assert press(hand, event, "next", seen=0) == 303
    answer = hand.post(f"/e/{event.code}/lineup", act="next", turn=0, hand=1)
    assert answer.status_code == 409
    assert Page(answer.text).one("p", role="alert").text == (
        "Somebody else went on in the meantime. Here is the line-up as it is now."
    )
    assert line_up(phone(), event).one("h1").text == "Pitch 1"


@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("jump", {}, 422),
        ("call", {"pitch": 999}, 422),
        ("seconds", {"seconds": 5}, 422),
        ("seconds", {"seconds": 45}, 303),
        ("put", {"pitch": -1}, 422),
        ("place", {"pitch": 1, "place": 1}, 303),
        ("place", {"pitch": 2, "place": 1}, 422),
        ("later", {}, 303),
        ("pause", {}, 303),
        ("longer", {}, 303),
    ],
)
def test_line_up_takes_what_is_pressed(
    hand: Phone, event: Event, database: Database, act: str, fields: dict[str, int], status: int
) -> None:
    some_pitches(database, event, 2)
    assert press(hand, event, "next") == 303
    assert press(hand, event, act, hand=1, **fields) == status


def test_hosts_phone_says_when_it_is_their_turn(phone: Phones, hand: Phone, event: Event, database: Database) -> None:
    host = joined(phone, event)
    some_pitches(database, event, 1)
    host.post(f"/e/{event.code}/pitches", title="Mine")
    with database.reading() as tx:
        pitch_id = tx.scalars(select(Pitch.id).where(Pitch.title == "Mine")).one()
    address = f"/e/{event.code}/pitches/{pitch_id}"
    assert host.page(address).by_id(f"turn-{pitch_id}").text == ""
    press(hand, event, "next")
    assert host.page(address).by_id(f"turn-{pitch_id}").text == "You are next. Come to the front. I am ready"
    assert host.post(f"{address}/ready", ready=1).status_code == 303
    assert [it.text for it in line_up(hand, event, "/hand").all("span", class_="tag")] == ["is ready"]
    press(hand, event, "next")
    assert host.page(address).by_id(f"turn-{pitch_id}").text == "You are up now. Come to the front. I am not ready"


class Hall:
    """Two facilitators and five hosts with a pitch each, over HTTP; `completed` counts who was heard to the end."""

    def __init__(self, phone: Phones, database: Database):
        self.database, self.event = database, an_event(database)[0]
        self.event.facilitator_hash = "f" * 64
        database.write(lambda tx: setattr(tx.get_one(Event, self.event.id), "facilitator_hash", "f" * 64))
        self.hands = [facilitator(phone, self.event) for _ in range(2)]
        self.phones = [joined(phone, self.event) for _ in range(5)]
        self.own = [self.pitched(one) for one in range(5)]
        self.completed, self.older = Counter[int](), 0

    @property
    def now(self) -> LineUp:
        with self.database.reading() as tx:
            return read(tx, self.event)

    def address(self, of: int) -> str:
        return f"/e/{self.event.code}/pitches/{self.own[of]}"

    def pitched(self, one: int) -> int:
        made = self.phones[one].post(f"/e/{self.event.code}/pitches", title="Something", nonce=token_hex(8))
        return int(made.headers["Location"].rsplit("-", 1)[1])

    def go_on(self, hand: int, turn: int) -> None:
        """Press next on a page that may be older than what the other hand pressed."""
        before = self.now
        status = press(self.hands[hand], self.event, "next", turn)
        assert status == (303 if turn == before.version else 409)
        self.completed.update([before.speaker.id] if before.speaker and status == 303 else [])

    def hand_does(self, step: str, one: int, other: int) -> None:
        line, hand = self.now, one % 2
        if step in ("next", "late next"):
            self.go_on(hand, self.older if step == "late next" else line.version)
        elif step in ("hide", "show"):
            fields = {"kind": "pitch", "id": self.own[one], "hidden": int(step == "hide")}
            assert self.hands[hand].submit(f"/e/{self.event.code}/organise/hidden", fields).status_code == 303
        elif step == "merge":
            merged = self.hands[hand].post(f"{self.address(one)}/merge", part=self.own[other], keep="mine")
            assert merged.status_code in (303, 422)
        else:
            waiting = line.coming[other % len(line.coming)].id if line.coming else self.own[one]
            done = press(self.hands[hand], self.event, step, line.version, pitch=waiting, place=one)
            assert done in (303, 422)
        self.older = line.version

    def says_its_turn(self, of: int) -> bool:
        """Whether a host's phone says so; as it must while their pitch, or what it is part of, is up or waits."""
        said = Page(self.phones[of].get(f"{self.address(of)}?part=turn", htmx=True).text)
        return bool(said.all("button"))

    def has_its_turn(self, of: int) -> bool:
        line = self.now
        with self.database.reading() as tx:
            mine = hosting.hosted_alone(tx, self.event.id, tx.get_one(Pitch, self.own[of]).created_by)
        up = {one.id for one in (line.speaker, *line.coming) if one}
        root = mine[self.own[of]]
        return bool(line.version and up & {it for own in mine.items() if own[1] == root for it in own})

    def host_does(self, step: str, one: int) -> None:
        if step == "pitch":
            self.own[one] = self.pitched(one)
            return
        where = self.address(one) if step == "edit" else f"{self.address(one)}/{step}"
        answer = self.phones[one].post(where, title="Something else", ready=1)
        assert answer.status_code in (303, 403, 404, 409, 422)


BY_HANDS = ["next", "late next", "later", "call", "put", "merge", "hide", "show"]
BY_HOSTS = ["withdraw", "bring-back", "unmerge", "edit", "ready", "pitch"]
STEPS = st.lists(
    st.tuples(st.sampled_from(BY_HANDS + BY_HOSTS), st.integers(0, 4), st.integers(0, 4)), min_size=6, max_size=16
)


@pytest.mark.only_on("sqlite")
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_two_hands_and_five_phones_hear_everybody_who_is_there_once(
    phone: Phones, database: Database, steps: list[tuple[str, int, int]]
) -> None:
    hall = Hall(phone, database)
    for step, one, other in steps:
        hall.hand_does(step, one, other) if step in BY_HANDS else hall.host_does(step, one)
        assert hall.says_its_turn(other) == hall.has_its_turn(other)
    while (line := hall.now).coming or line.speaker:
        hall.go_on(0, line.version)
    with database.reading() as tx:
        there = {it.id for it in on_offer.standing(tx, hall.event.id)}
    assert there == {it.id for it in hall.now.heard}
    assert max(hall.completed.values(), default=1) == 1

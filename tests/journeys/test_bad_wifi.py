"""Random days on bad wifi: votes, notes, reloads and new tabs while posts are cut, lost, held or answered by a portal.

`TWOFEET_WIFI_RUNS=500` makes more of them than a run of all tests does; each is named by its seed.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.world.wifi import Place, posts, until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

RUNS = int(os.environ.get("TWOFEET_WIFI_RUNS", "6"))
ACTS = 10
WORDS = {1: "Interested", 2: "Must go", 0: "Not for me"}


@dataclass
class Day:
    """What somebody did, and what the wifi makes of it."""

    place: Place
    dice: random.Random
    votes: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def wifi(self, route: Route) -> None:
        """One post: it gets through, or one of the things happens that happen."""
        try:
            self.dice.choice((*[route.fallback] * 3, *self.troubles(route)))()
        except Error:
            return  # the page went away meanwhile

    def troubles(self, route: Route) -> tuple[Callable[[], None], ...]:
        def answer_lost() -> None:
            route.fetch()
            route.abort()

        return (
            route.abort,
            answer_lost,
            lambda: route.fulfill(status=503, body="Bad gateway"),
            lambda: route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>"),
            lambda: route.fulfill(status=302, headers={"Location": "http://wifi.example/"}),
        )

    def act(self, page: Page) -> Page:
        """One thing that people do; answers with the page that they look at then."""
        kind = self.dice.choice(("vote", "vote", "vote", "note", "note", "reload", "tab", "close"))
        if kind == "vote":
            number, value = self.dice.randrange(4), self.dice.choice((1, 2, 0))
            self.at(page, "")
            self.place.button(page, number, WORDS[value]).click()
            expect(self.place.button(page, number, WORDS[value])).to_have_attribute("aria-pressed", "true")
            self.votes[self.place.pitches[number].id] = value
        elif kind == "note":
            self.at(page, self.place.session())
            self.notes.append(f"Thought {len(self.notes)}")
            form = page.locator("#note-form")
            expect(form.get_by_label("Text")).to_have_value("")
            form.get_by_label("Text").fill(self.notes[-1])
            form.get_by_role("button", name="Add").click()
            # one that arrived and whose answers are lost stands there, and waits no more
            expect(page.locator("#notes .entry", has_text=self.notes[-1])).to_have_count(1)
        elif kind == "reload":
            page.reload()
        elif kind == "tab":
            return self.place.open()
        elif kind == "close":
            page.close()
            return self.place.open()
        return page

    def at(self, page: Page, path: str) -> None:
        address = f"{self.place.address}/e/{self.place.event.code}{path}"
        if page.url != address:
            page.goto(address)


@pytest.mark.parametrize("seed", range(RUNS))
def test_every_act_is_there_once_whatever_the_wifi_does(place: Place, seed: int) -> None:
    day = Day(place, random.Random(seed))
    place.phone.route("**/*", posts(day.wifi))
    page = place.open()
    for _ in range(ACTS):
        page = day.act(page)
    place.phone.unroute_all()
    until(page, lambda: place.notes() == day.notes)
    until(page, lambda: place.votes() == {pitch: value for pitch, value in day.votes.items() if value})
    expect(page.locator(".state")).to_have_count(0)
    page.goto(f"/e/{place.event.code}")
    for number, pitch in enumerate(place.pitches):
        pressed = place.button(page, number, WORDS[day.votes.get(pitch.id, 0)])
        expect(pressed).to_have_attribute("aria-pressed", str(pitch.id in day.votes).lower())

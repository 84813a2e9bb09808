"""An event on bad wifi: served, looked at by one phone's browser whose posts a test may answer itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route
from sqlmodel import col, select

from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Note, Pitch, Vote
from tests.world.browser import served
from tests.world.builders import a_pitch, an_event
from tests.world.serving import wait_until


@dataclass
class Place:
    """An event with four pitches, served, and a phone's browser."""

    address: str
    database: Database
    event: Event
    pitches: list[Pitch]
    phone: BrowserContext

    def open(self, path: str = "") -> Page:
        page = self.phone.new_page()
        page.goto(f"/e/{self.event.code}{path}")
        return page

    def session(self) -> str:
        return f"/pitches/{self.pitches[0].id}"

    def button(self, page: Page, number: int, word: str) -> Locator:
        return page.locator(f"#vote-{self.pitches[number].id}").get_by_role("button", name=word)

    def votes(self) -> dict[int, int]:
        with self.database.reading() as tx:
            return {vote.pitch_id: vote.interest for vote in tx.scalars(select(Vote))}

    def notes(self) -> list[str]:
        with self.database.reading() as tx:
            return list(tx.scalars(select(Note.text).order_by(col(Note.id))))

    def titles(self) -> list[str]:
        with self.database.reading() as tx:
            return list(tx.scalars(select(Pitch.title).order_by(col(Pitch.id))))[len(self.pitches) :]


@contextmanager
def a_place(app: Flask, database: Database, browser: Browser) -> Iterator[Place]:
    """An event with four pitches. The service worker stays out: what it sends a test could not answer."""
    event, _ = an_event(database)
    pitches = [a_pitch(database, event, title=f"Pitch {letter}") for letter in "ABCD"]
    with served(app) as address:
        phone = browser.new_context(
            viewport={"width": 360, "height": 740}, base_url=address, reduced_motion="reduce", service_workers="block"
        )
        phone.set_default_timeout(15_000)
        yield Place(address, database, event, pitches, phone)
        phone.close()


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait for something outside the page, while the page and its routes go on."""
    wait_until(lambda: page.evaluate("1") == 1 and true(), seconds=90)  # retries wait longer and longer


def posts(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """A handler that answers posts, and lets everything else through."""
    return lambda route: answer(route) if route.request.method == "POST" else route.fallback()

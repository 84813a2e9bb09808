"""The four pictures of the README, taken of a rehearsal camp in the middle of its day: python tools/pictures.py

Makes the camp in a folder that goes away, builds and publishes its grid with the real worker and solver, and looks at
it with Chromium. Writes docs/pictures/*.webp and says how large they are.
"""

import shutil
import sys
import tempfile
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlmodel import col, select
from werkzeug.serving import make_server

from eventkit import clock, rehearsal
from eventkit.building import builds
from eventkit.config import Config
from eventkit.event import events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.market import notes
from eventkit.market.notes import Entry
from eventkit.processes import logs
from eventkit.processes.worker import Loop
from eventkit.storage import schema
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import NoteKind, Pitch, Slot
from eventkit.web.application import create_app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
SECONDS = 20  # of building
QUALITY = 70
PITCH = "The form nobody finishes"
ENTRIES = (
    Entry(
        kind=NoteKind.NOTE, text="Twelve people, one form of *four* pages. On page three they leave.", author_name="Dee"
    ),
    Entry(kind=NoteKind.ACTION, text="Test it on a phone, standing up", owner="Amira"),
)


def main() -> int:
    """Take all four; the exit status."""
    with tempfile.TemporaryDirectory() as name:
        var = Path(name)
        config = Config(
            database_url=f"sqlite:///{var / 'camp.db'}",
            secret_key="a secret for pictures only",  # noqa: S106
            var=var,
            public_url="https://camp.example",
        )
        logs.configure(config)
        database = Database(config.database_url)
        schema.upgrade(database)
        event, secret = database.write(lambda tx: rehearsal.make(tx, clock.now().date()))
        fourth = database.write(lambda tx: _slots(tx, event.id))[3].starts_at
        with patch.object(clock, "datetime", wraps=datetime) as asked:
            asked.now.return_value = fourth - timedelta(days=1)  # nothing of the day is over for the build
            _build(database, event.code)
            asked.now.return_value = fourth + timedelta(minutes=20)
            database.write(lambda tx: _publish(tx, event.code))
            with _served(config) as address, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                _take(browser, f"{address}/e/{event.code}", secret)
                browser.close()
        database.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{total / 1000:.0f} KB in {FOLDER}")
    return 0 if total < 400_000 else 1


def _slots(tx: Transaction, event_id: int) -> Sequence[Slot]:
    return tx.scalars(select(Slot).where(Slot.event_id == event_id).order_by(col(Slot.starts_at))).all()


def _build(database: Database, code: str) -> None:
    """Build the grid with a real worker."""
    number = database.write(lambda tx: builds.start(tx, at_the_machine(events.by_code(tx, code)), SECONDS)).number
    stop = threading.Event()
    worker = threading.Thread(target=Loop(database, most=1).run, args=(stop,))
    worker.start()
    pause = threading.Event()
    while _state(database, code, number) in builds.RUNNING:
        pause.wait(0.2)
    stop.set()
    worker.join()


def _state(database: Database, code: str, number: int) -> object:
    with database.reading() as tx:
        return builds.get(tx, events.by_code(tx, code).id, number).state


def _publish(tx: Transaction, code: str) -> None:
    """Adopt, publish, and write a few notes."""
    event = events.by_code(tx, code)
    builds.adopt(tx, at_the_machine(event), 1)
    versions.publish(tx, at_the_machine(event), event.grid_version)
    event.voting_open = event.pitching_open = False
    pitch = tx.scalars(select(Pitch).where(Pitch.event_id == event.id, Pitch.title == PITCH)).one()
    person = people.rename(tx, event.id, people.new_token(), "Dee")
    for entry in ENTRIES:
        notes.add(tx, event.id, pitch.id, person, entry)


@contextmanager
def _served(config: Config) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(config), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _take(browser: Browser, home: str, secret: str) -> None:
    organiser = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    organiser.new_page().goto(f"{home}/organise?key={secret}")
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, reduced_motion="reduce", color_scheme="light"
    )
    wall = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", color_scheme="dark")
    _picture(phone, f"{home}/grid", "phone", "tr.now")
    _picture(organiser, f"{home}/organise/grid", "editor", "table")
    _picture(wall, f"{home}/wall", "wall", "body")
    _picture(organiser, f"{home}/book.html", "book", f":is(h2, h3):has-text('{PITCH}')")


def _picture(context: BrowserContext, address: str, name: str, at: str) -> None:
    """What the screen shows from this element on, as WebP, which Chromium writes itself."""
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.reload(wait_until="load")  # a phone has the typeface from its second page on
    page.evaluate("document.fonts.ready")
    page.locator(at).first.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 12)")
    chromium = context.new_cdp_session(page)
    shot = chromium.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(b64decode(shot["data"]))
    page.close()


if __name__ == "__main__":
    sys.exit(main())

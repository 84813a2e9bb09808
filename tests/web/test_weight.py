"""What a phone on bad wifi must fetch: the marketplace with 60 pitches, and all that a first visit needs besides."""

import gzip
import random
import re
from urllib.parse import urljoin

import pytest

from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from eventkit.text import lengths
from tests.world.builders import an_event
from tests.world.camp import a_camp
from tests.world.days import some_pitches
from tests.world.phone import Page, Phone
from tests.world.published import Day, a_published_day, at_this_hour, publish
from tests.world.visitors import Phones, organiser

KB = 1024
WORDS = (
    "open data library council service design housing planning climate transport school youth care street archive "
    "budget audit maps energy water cycling forms letters privacy trust market garden kitchen radio repair lending"
)
PLAIN = (
    "because people when without never always public digital county parish officer member resident tenant notice duty "
    "statute report survey meeting agenda minute vote ward seat party open closed early late paper phone website page "
    "number road river bridge teacher nurse doctor nobody everybody cannot should ought together alone twice instead"
)
NAMES = "Amira Khan Tom Ellis Jens Maier Ana Diaz Priya Patel Gwen Price Ola Berg Ines Costa Molly Hart"
FONT = re.compile(r'url\("([^"]+\.woff2\?[^"]+)"\)')


def test_marketplace_of_60_pitches_is_light(database: Database, phone: Phones) -> None:
    """The page alone stays under 20 KB, and with style, scripts and font under 80 KB; a later page under 10."""
    address = f"/e/{a_camp(database, pitches=60, people=6).event.code}"
    visitor = phone()
    page = visitor.page(address)
    parts = _parts(visitor, page, address)
    assert len(page.all("form", class_="vote")) == 60
    assert any(".woff2?v=" in part for part in parts)
    alone = _wire(visitor, address)
    assert alone < 20 * KB
    assert alone + sum(_wire(visitor, part) for part in parts) < 80 * KB
    for later in ("/grid", "/me", "/choices", "/pitches/1"):
        assert _wire(visitor, address + later) < 10 * KB, later


@pytest.mark.only_on("sqlite")
def test_later_pages_of_a_large_event_are_light(database: Database, phone: Phones) -> None:
    """25 rooms by 12 slots, 150 sessions all over them: each page that comes after the first is under 10 KB."""
    day = _a_large_day(database)
    visitor, boss = phone(), organiser(phone, day.event)
    for device, pages in (
        (visitor, ("/grid", "/me", "/wall", "/embed", f"/pitches/{day.pitches[0].id}", f"/doors/{day.rooms[0].id}")),
        (boss, ("/doors", "/organise", "/organise/grid", "/organise/rooms", "/lineup/hand", "/organise/moderation")),
    ):
        sizes = {page: _wire(device, day.address + page) for page in pages}
    assert max(sizes.values()) < 10 * KB, sizes


@pytest.mark.only_on("sqlite")
def test_grid_and_editor_of_titles_as_long_as_may_be_are_light(database: Database, phone: Phones) -> None:
    """The same day; each title has 200 letters: nine words of its own, and an end that others have, too."""
    day = _a_large_day(database)
    chance, ends = random.Random(2), (PLAIN.split(), WORDS.split(), NAMES.split())

    def lengthen(tx: Transaction) -> None:
        for it in day.pitches:
            own = " ".join(chance.sample(WORDS.split(), 9))
            tx.get_one(Pitch, it.id).title = f"{own}: {' '.join(chance.choice(ends))}"[: lengths.PITCH_TITLE]

    database.write(lengthen)
    boss = organiser(phone, day.event)
    sizes = {page: _wire(boss, day.address + page) for page in ("/grid", "/organise/grid")}
    assert max(sizes.values()) < 10 * KB, sizes


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("pitches", [150, 600])
def test_marketplace_of_long_pitches_comes_in_light_pages(database: Database, phone: Phones, pitches: int) -> None:
    """Each page is under 10 KB, all of them have every pitch once, and words find one among all."""
    event, _ = an_event(database)
    made = some_pitches(database, event, pitches)
    database.write(lambda tx: _long(tx, made))
    address, visitor = f"/e/{event.code}", phone()
    first = visitor.page(address)
    links = [it for it in first.all("a") if first.by_id("pages") in it.parents]
    seen: list[str] = []
    for number in range(1, len(links)):  # of which one says: more
        page = f"{address}?page={number}"
        assert _wire(visitor, page) < 10 * KB, page
        seen += [it.attributes["id"] for it in visitor.page(page).all("form", class_="vote")]
    assert sorted(seen) == sorted(f"vote-{it.id}" for it in made)
    last = made[-1].id
    found = visitor.page(f"{address}?q={last}th idea")
    assert [it.attributes["id"] for it in found.all("form", class_="vote")] == [f"vote-{last}"]
    back = visitor.post(f"{address}/pitches/{seen[-1][5:]}/vote?page={number}", interest="1").headers["Location"]
    assert back == f"{address}?page={number}#pitch-{seen[-1][5:]}"
    assert f'id="{seen[-1]}"' in visitor.get(f"{address}?at={seen[-1][5:]}").text


def _long(tx: Transaction, made: list[Pitch]) -> None:
    """Pitches that say as much as a list shows, each in words of its own."""
    chance, words = random.Random(1), WORDS.split() + PLAIN.split()
    for it in made:
        pitch = tx.get_one(Pitch, it.id)
        pitch.title = f"The {it.id}th idea: {' '.join(chance.sample(words, 9))}"
        pitch.description = " ".join(chance.choices(words, k=60))
        pitch.host_name, pitch.topic = chance.choice(NAMES.split()), chance.choice(("", "Data", "Places"))


def _a_large_day(database: Database) -> Day:
    chance, words, names = random.Random(1), WORDS.split(), NAMES.split()
    rooms = "\n".join(f"{chance.choice(words).title()} {number}, {10 * number}, step-free" for number in range(1, 26))
    slots = "\n".join(f"{hour:02d}:00-{hour:02d}:45" for hour in range(8, 20))
    day = a_published_day(database, placed=0, pitches=150, rooms=rooms, slots=slots)
    cells = chance.sample(day.cells, 150)
    publish(database, day, {pitch.id: cell for pitch, cell in zip(day.pitches, cells, strict=True)})

    def name(tx: Transaction) -> None:
        for it in day.pitches:
            pitch = tx.get_one(Pitch, it.id)
            pitch.title = f"How {' and '.join(chance.sample(words, 3))} change what a {chance.choice(words)} is for"
            pitch.host_name, pitch.topic = " ".join(chance.sample(names, 2)), chance.choice(("", "Data", "Places"))

    database.write(name)
    at_this_hour(database, day, 0)
    return day


def _parts(visitor: Phone, page: Page, address: str) -> list[str]:
    """The addresses of what the page makes a browser fetch at once."""
    sheets = [link.attributes["href"] for link in page.all("link", rel="stylesheet")]
    scripts = [script.attributes["src"] for script in page.all("script")]
    found = [urljoin(sheet, font) for sheet in sheets for font in FONT.findall(visitor.get(sheet).text)]
    fonts = [font for font in found if "-ext" not in font]  # which no phone fetches
    return [urljoin(address, part) for part in dict.fromkeys(sheets + scripts + fonts)]


def _wire(visitor: Phone, address: str) -> int:
    """Bytes on the wire: as the server packs it, or packed by gzip as the proxy or server in front does."""
    response = visitor.client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert response.status_code == 200, address
    packed = response.headers.get("Content-Encoding") or ".woff2" in address
    return len(response.data) if packed else len(gzip.compress(response.data, 6))

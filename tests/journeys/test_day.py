"""One whole day through plain HTTP, without JavaScript: what the people see at each step."""

import io
import json
import random
import re
import zipfile

from eventkit.rehearsal import wishes
from eventkit.rehearsal.camp import PITCHES
from eventkit.storage.db import Database
from tests.world.phone import Page
from tests.world.visitors import Phones
from tests.world.working import a_worker, ended

PEOPLE, SESSIONS = 30, 25
SLOTS = "09:30-10:00 Welcome\n10:00-10:45\n11:00-11:45\n12:00-13:00 Lunch\n13:00-13:45\n14:00-14:45\n15:00-15:45"
ROOMS = "Main hall, 40, step-free projector\nLibrary, 20, step-free projector\nStudio, 15\nCanteen, 15\nAttic, 10"


def sessions(page: Page) -> dict[str, str]:
    """Title to the cell it stands in, as the grid shows it: `10:00, Library`."""
    found: dict[str, str] = {}
    for row in page.all("tr", class_="slot"):
        time = next(it.text for it in page.all("th") if row in it.parents)[:5]
        for cell in [it for it in page.all("td", class_="cell") if row in it.parents]:
            room = next(it.text for it in page.all("p", class_="cell-room") if cell in it.parents)
            titles = [it.text for it in page.all("p", class_="session-title") if cell in it.parents]
            found |= dict.fromkeys(titles, f"{time}, {room}")
    return found


def place(page: Page) -> dict[str, int]:
    """The slots and rooms that the organiser's forms offer, by what they are called."""
    return {option.text: int(option.attributes["value"]) for option in page.all("option") if option.attributes["value"]}


def version(page: Page) -> str:
    return next(it.attributes["value"] for it in page.all("input", name="version"))


class Day:
    """The people of a camp, and what they did so far."""

    def __init__(self, phone: Phones, database: Database):
        self.database = database
        self.laptop = phone()
        self.phones = [phone() for _ in range(PEOPLE)]
        self.wall = phone()
        self.code = ""
        self.pitch_ids: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"/e/{self.code}"

    def start(self) -> None:
        """The organiser makes the event and gets the link once."""
        form = {"name": "Scripted camp", "date": "2031-06-26", "timezone": "Europe/London"}
        answer = self.laptop.submit("/start", {**form, "rooms": ROOMS, "slots": SLOTS})
        assert answer.status_code == 303
        self.code = re.fullmatch(r"/e/(\w+)/organise", answer.headers["Location"])[1]  # type: ignore[index]
        console = self.laptop.page(answer.headers["Location"])
        assert console.one("h1").text == "Organise Scripted camp"
        links = {it.text for it in console.all("a") if "/organise?key=" in it.text}
        assert len(links) == 1
        assert links.pop() not in self.laptop.get(f"{self.address}/organise").text
        assert self.wall.page(f"{self.address}/wall").one("p", class_="code").text == self.code

    def join(self) -> None:
        """Thirty people scan the code, and see that they are in."""
        for visitor in self.phones:
            assert visitor.page(self.address).one("p", class_="lead").text == (
                "You are in. Mark what you would go to; pitch what you would talk about."
            )

    def pitch(self) -> None:
        """Twenty-five of them pitch; the others see it."""
        for it, visitor in zip(PITCHES[:SESSIONS], self.phones, strict=False):
            answer = visitor.post(f"{self.address}/pitches", title=it.title, description=it.text, topic=it.topic)
            assert answer.status_code == 303
            self.pitch_ids[it.title] = int(answer.headers["Location"].rsplit("-", 1)[1])
        page = self.phones[-1].page(self.address)
        assert {it.text for it in page.all("h2", class_="note-title")} | {
            it.text for it in page.all("h3", class_="note-title")
        } == set(self.pitch_ids)
        assert self.wall.page(f"{self.address}/wall").one("p", class_="wall-count").text == "25 pitches so far"

    def vote(self) -> None:
        """Everybody says what they want, and nobody sees a count before voting is closed."""
        chance = random.Random(7)
        ids = list(self.pitch_ids.values())
        for visitor in self.phones:
            for pitch_id, interest in zip(ids, wishes(chance, PITCHES[:SESSIONS]), strict=True):
                if interest:
                    voted = visitor.post(f"{self.address}/pitches/{pitch_id}/vote", interest=str(interest))
                    assert voted.status_code == 303
        for line in self.phones[0].get(f"{self.address}/pitches.csv").text.splitlines()[1:]:
            assert ",,,," in line, "a count is shown while voting is open"
        assert self.laptop.get(f"{self.address}/votes.csv").status_code == 409
        closed = self.laptop.post(f"{self.address}/organise/phases", phase="voting", open="0")
        assert closed.status_code == 303
        shown = self.laptop.get(f"{self.address}/votes.csv")
        assert shown.status_code == 200
        assert len(shown.text.splitlines()) > 150

    def build(self) -> None:
        """The organiser builds; the wall shows the grid with its honest line; the organiser adopts it."""
        started = self.laptop.post(f"{self.address}/builds", seconds="1")
        assert started.headers["Location"] == f"{self.address}/builds/1"
        with a_worker(self.database):
            ended(self.database, self.code)
        missed = r"((nobody|\d+ (person|people)) left out|(\d+|a few) without a seat)"
        honest = rf"\d+ of [\d,]+ possible wishes kept, {missed}.*\."
        wall = self.wall.page(f"{self.address}/wall")
        assert re.fullmatch(honest + " The organiser is looking at it now.", wall.one("p", class_="progress-line").text)
        assert len(wall.all("p", class_="session-title")) == SESSIONS
        progress = self.laptop.page(f"{self.address}/builds/1")
        assert re.fullmatch(honest, progress.one("p", class_="progress-line").text)
        assert self.laptop.post(f"{self.address}/builds/1/adopt").status_code == 303
        empty = self.phones[0].page(f"{self.address}/grid").by_id("grid").text
        assert empty.startswith("There is no grid yet."), "adopted is not published"

    def publish(self) -> None:
        """The organiser publishes, and everybody sees the same grid and their own day in it."""
        editor = self.laptop.page(f"{self.address}/organise/grid")
        assert self.laptop.post(f"{self.address}/grid/publish", version=version(editor)).status_code == 303
        seen = {tuple(sorted(sessions(visitor.page(f"{self.address}/grid")).items())) for visitor in self.phones[:3]}
        assert len(seen) == 1
        assert {title for title, _ in seen.pop()} == set(self.pitch_ids)
        hosted = PITCHES[0].title
        mine = self.phones[0].page(f"{self.address}/me")
        assert mine.all("div", class_="mine")[0].text.startswith(hosted)
        page = self.phones[1].page(f"{self.address}/pitches/{self.pitch_ids[hosted]}")
        start, room = sessions(self.phones[1].page(f"{self.address}/grid"))[hosted].split(", ")
        assert re.search(rf"{start}–\d\d:\d\d, {room}", page.by_id("main").text)

    def move_and_undo(self) -> None:
        """A session is moved and published: people see where it went. A stale move is refused; undo takes it back."""
        before = sessions(self.phones[0].page(f"{self.address}/grid"))
        editor = self.laptop.page(f"{self.address}/organise/grid")
        places, old = place(editor), version(editor)
        title = PITCHES[3].title
        target = next(cell for cell in before.values() if cell[:5] != before[title][:5])
        slot = next(number for name, number in places.items() if name.startswith(target[:5]))
        move = {"pitch": str(self.pitch_ids[title]), "slot": str(slot), "room": str(places[target[7:]])}
        assert self.laptop.submit(f"{self.address}/grid/moves", {**move, "version": old}).status_code == 303
        assert sessions(self.phones[0].page(f"{self.address}/grid")) == before, "a draft is nobody's business"
        stale = self.laptop.submit(f"{self.address}/grid/moves", {**move, "version": old})
        assert stale.status_code == 409
        assert "The grid changed since you looked." in stale.text
        self._publish()
        after = sessions(self.phones[0].page(f"{self.address}/grid"))
        other = next(name for name, cell in before.items() if cell == target)
        assert after == {**before, title: target, other: before[title]}
        news = self.phones[0].page(f"{self.address}/grid").all("details")[0].text
        assert f"‘{title}’ is now at {target}. It was at {before[title]}." in news
        undone = version(self.laptop.page(f"{self.address}/organise/grid"))
        assert self.laptop.post(f"{self.address}/grid/undo", version=undone).status_code == 303
        self._publish()
        assert sessions(self.phones[0].page(f"{self.address}/grid")) == before

    def note(self) -> None:
        """Three people write the notes of one session, and all see them."""
        address = f"{self.address}/pitches/{self.pitch_ids[PITCHES[0].title]}"
        first, second, third, reader = self.phones[:4]
        first.post(f"{address}/notes", text="Page three is where people **leave**.", author_name="Kim")
        second.post(f"{address}/notes", kind="action", text="Test it on a phone", owner="Amira")
        third.post(f"{address}/notes", kind="link", text="The old form", url="https://example.org/form")
        wrong = third.post(f"{address}/notes", kind="link", text="Mine", url="javascript:alert(1)")
        assert (wrong.status_code, Page(wrong.text).by_id("text").text) == (422, "Mine")
        listed = reader.page(address).all("li", class_="entry")
        wanted = (
            "Page three is where people leave . Kim",
            "Test it on a phone",
            "The old form https://example.org/form",
        )
        assert [words in it.text for words, it in zip(wanted, listed, strict=True)] == [True] * 3
        assert "Amira" in listed[1].text

    def take_home(self) -> None:
        """Voting closes, the counts are open, and the book has everything in it."""
        closed = self.laptop.post(f"{self.address}/organise/phases", phase="voting", open="0")
        assert closed.status_code == 303
        late = self.phones[5].post(f"{self.address}/pitches/{min(self.pitch_ids.values())}/vote", interest="2")
        assert late.status_code == 409
        answer = self.phones[0].get(f"{self.address}/book.zip")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            names = archive.namelist()
            book = {name: archive.read(name).decode() for name in names if name.endswith(".md")}
        assert len([name for name in names if name.startswith("sessions/")]) == SESSIONS
        (chapter,) = [text for name, text in book.items() if name.endswith("-the-form-nobody-finishes.md")]
        assert "- Page three is where people **leave**. (Kim)" in chapter.splitlines()
        assert "- [ ] Test it on a phone (Amira)" in chapter.splitlines()
        assert re.search(r"\d+ interested, \d+ must go", chapter)
        schedule = json.loads(self.phones[0].get(f"{self.address}/schedule.json").text)
        rooms = schedule["schedule"]["conference"]["days"][0]["rooms"]
        told = {it["title"]: f"{it['start']}, {room}" for room, them in rooms.items() for it in them}
        fixed = {name: told.pop(name) for name in ("Welcome", "Lunch")}
        assert fixed == {"Welcome": "09:30, Main hall", "Lunch": "12:00, Main hall"}
        assert told == sessions(self.phones[0].page(f"{self.address}/grid"))

    def _publish(self) -> None:
        editor = self.laptop.page(f"{self.address}/organise/grid")
        assert self.laptop.post(f"{self.address}/grid/publish", version=version(editor)).status_code == 303


def test_day_from_start_to_book(phone: Phones, database: Database) -> None:
    day = Day(phone, database)
    for step in (
        day.start,
        day.join,
        day.pitch,
        day.vote,
        day.build,
        day.publish,
        day.move_and_undo,
        day.note,
        day.take_home,
    ):
        step()

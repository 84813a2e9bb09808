"""The grid for people."""

from datetime import date

from eventkit.clock import now
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.published import a_published_day, at_this_hour, publish
from tests.world.visitors import Phones, joined


def titles(page: Page) -> list[str]:
    return [element.text for element in page.all("p", class_="session-title")]


def test_grid_before_publishing_says_there_is_none_yet(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    some_pitches(database, event, 2)
    page = phone().page(f"/e/{event.code}/grid")
    assert page.by_id("grid").text == (
        "There is no grid yet. It appears here by itself when the organiser publishes it. "
        "It is built from what people want to attend. Say what you want ."
    )
    assert page.all("table") == []


def test_grid_shows_sessions_with_place_by_slot(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    page = phone().page(f"{day.address}/grid")
    assert titles(page) == ["Pitch 1", "Pitch 2", "Pitch 3", "Pitch 4"]
    row = page.by_id(f"slot-{day.slots[1].id}")
    assert row.text == "11:00 –11:45 Main hall Pitch 4"
    assert page.all("tr", class_="fixed")[0].text == "12:00 –13:00 Lunch"


def test_grid_marks_now_and_next(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    at_this_hour(database, day, 1)
    page = phone().page(f"{day.address}/grid")
    states = ["past", "now", "next", ""]
    assert [
        next((s for s in states if s in row.attributes["class"].split()), "") for row in page.all("tr")[1:]
    ] == states


def test_grid_search_finds_by_all_words_and_keeps_them(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    page = phone().page(f"{day.address}/grid?q=pitch+LIBRARY")
    assert titles(page) == ["Pitch 2"]
    assert page.by_id("q").attributes["value"] == "pitch LIBRARY"
    assert page.by_id("grid").attributes["hx-get"] == f"{day.address}/grid?q=pitch+LIBRARY"
    assert page.one("p", class_="found").text == "1 session with “pitch LIBRARY”. Show all"


def test_grid_search_without_a_find_says_so(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    page = phone().page(f"{day.address}/grid?q=%3Cscript%3E")
    assert page.one("p", class_="found").text == "No session with “<script>”. Show all"


def test_grid_for_htmx_is_the_block_alone_and_alike_for_all(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    blocks = {phone().get(f"{day.address}/grid", htmx=True).text for _ in range(2)}
    assert len(blocks) == 1
    assert blocks.pop().strip().startswith('<section id="grid"')


def test_grid_shows_a_withdrawn_session_as_withdrawn(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1)

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).withdrawn_at = now()

    database.write(withdraw)
    assert phone().page(f"{day.address}/grid").one("div", class_="session").text == (
        "Pitch 1 Withdrawn: this session does not happen."
    )


def test_grid_after_a_move_says_what_changed(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, day=date(2099, 6, 26))
    publish(database, day, {day.pitches[0].id: day.cells[4]})
    page = phone().page(f"{day.address}/grid")
    news = page.one("details", class_="grid-news").text
    assert news.startswith("1 change in the last hour, the newest at ")
    assert news.endswith("‘Pitch 1’ is now at 11:00, Library. It was at 10:00, Main hall.")
    assert page.one("div", class_="session").text.startswith("Pitch 1 was 10:00, Main hall")


def test_grid_of_an_unknown_event_is_not_here(phone: Phones) -> None:
    assert phone().get("/e/nonsense/grid").status_code == 404


def test_grid_carries_ones_own_choices_beside_the_block(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = phone()
    visitor.get(day.address)
    for pitch in day.pitches[1:3]:
        visitor.post(f"{day.address}/pitches/{pitch.id}/vote", interest="1")
    own = f"{day.pitches[1].id} {day.pitches[2].id}"
    assert visitor.page(f"{day.address}/grid").by_id("own").attributes["data-sessions"] == own
    assert phone().page(f"{day.address}/grid").by_id("own").attributes["data-sessions"] == ""


def test_grid_that_did_not_change_is_not_sent_again(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = phone()
    first = visitor.get(f"{day.address}/grid")
    known = {"If-None-Match": first.headers["ETag"]}
    assert visitor.get(f"{day.address}/grid", headers=known).status_code == 304
    publish(database, day, {day.pitches[0].id: day.cells[4]})
    assert visitor.get(f"{day.address}/grid", headers=known).status_code == 200


def test_phone_opens_at_now_and_jumps_to_what_is_over(database: Database, phone: Phones) -> None:
    slots = "\n".join(f"{hour:02}:00-{hour:02}:45" for hour in range(9, 15))
    day = a_published_day(database, placed=6, pitches=6, rooms="Main hall, 40", slots=slots)
    visitor = joined(phone, day.event)

    def opened(query: str = "") -> tuple[bool, list[int]]:
        page = visitor.page(f"{day.address}/grid{query}")
        jumps = [
            it.attributes["href"]
            for it in page.all("a")
            if any("jump" in up.attributes.get("class", "") for up in it.parents)
        ]
        numbers = [[slot.id for slot in day.slots].index(int(it.removeprefix("#slot-"))) for it in jumps]
        return "from-now" in page.by_id("grid").attributes.get("class", ""), numbers

    at_this_hour(database, day, 2)
    assert opened() == (True, [2, 3, 4, 5, 0, 1])
    assert opened("?q=pitch") == (False, [2, 3, 4, 5, 0, 1])
    at_this_hour(database, day, 0)
    assert opened() == (False, [0, 1, 2, 3, 4, 5]), "nothing is over"

"""The button "I'll go" on the grid, in my day and on a session's page."""

from datetime import timedelta

from eventkit.clock import now
from eventkit.event import events
from eventkit.grid import published
from eventkit.grid.times import Times
from eventkit.storage.db import Database
from eventkit.storage.tables import Going, Pitch, Room
from tests.world.phone import Page
from tests.world.published import Day, a_published_day, at_this_hour, publish
from tests.world.visitors import Phones, joined, organiser

TOMORROW = (now() + timedelta(days=1)).date()


def number(database: Database) -> int:
    with database.reading() as tx:
        return tx.query(Going).count()


def test_latecomer_chooses_by_forms_alone(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, day=TOMORROW)
    visitor = phone()
    page = visitor.page(f"{day.address}/me")
    assert "What is on then" in page.by_id("mine").text
    going = f"{day.address}/pitches/{day.pitches[1].id}/going"
    answer = visitor.post(going, going="1", back="me")
    assert (answer.status_code, answer.location) == (303, f"{day.address}/me#session-{day.pitches[1].id}")
    assert "You go" in visitor.page(f"{day.address}/me").by_id("mine").text
    for address in (f"{day.address}/grid", f"{day.address}/pitches/{day.pitches[1].id}"):
        [button] = [it for it in visitor.page(address).all("button", name="going") if it.attributes["value"] == "0"]
        assert button.attributes["aria-pressed"] == "true"
    assert visitor.post(going, going="0").location == f"{day.address}/pitches/{day.pitches[1].id}"
    assert number(database) == 0


def test_answers_with_htmx_are_the_part_that_is_another_now(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, day=TOMORROW)
    visitor = phone()
    visitor.get(day.address)
    going = f"{day.address}/pitches/{day.pitches[0].id}/going"
    said = [visitor.post(going, htmx=True, going="1", back=it).text for it in ("me", "grid", "")]
    assert 'id="mine"' in said[0]
    assert f'data-going="{day.pitches[0].id}"' in said[1]
    assert f'id="go-{day.pitches[0].id}"' in said[2]
    assert 'value="0"' in said[2]


def offered(phone: Phones, day: Day, number: int) -> dict[str, bool]:
    """On which pages a latecomer may say that they go to this pitch."""
    visitor, pitch = phone(), day.pitches[number].id
    pages = {"grid": f"{day.address}/grid", "me": f"{day.address}/me", "session": f"{day.address}/pitches/{pitch}"}
    return {name: f"{day.address}/pitches/{pitch}/going" in asked(visitor.page(to)) for name, to in pages.items()}


def asked(page: Page) -> list[str]:
    """Where the page's buttons "I'll go" lead."""
    return [it.attributes["action"] for it in page.all("form", class_="go")]


def test_it_is_offered_where_one_can_go_and_on_every_page_alike(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, day=TOMORROW)
    everywhere, nowhere = (
        dict.fromkeys(("grid", "me", "session"), True),
        dict.fromkeys(("grid", "me", "session"), False),
    )
    assert (offered(phone, day, 0), offered(phone, day, 4)) == (everywhere, nowhere)  # the last one has no place
    boss = organiser(phone, day.event)
    boss.post(f"{day.address}/pitches/{day.pitches[1].id}/withdraw")
    boss.post(f"{day.address}/pitches/{day.pitches[0].id}/merge", part=day.pitches[2].id, keep="mine")
    gone = phone().get(f"{day.address}/grid").text
    assert not any(f"/{day.pitches[number].id}/going" in gone for number in (1, 2))
    assert offered(phone, day, 0) == everywhere


def test_it_is_offered_while_a_long_session_goes_on_and_not_once_it_is_over(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, placed=1)
    database.write(lambda tx: setattr(tx.get_one(Pitch, day.pitches[0].id), "length", 2))
    at_this_hour(database, day, 1)
    assert all(offered(phone, day, 0).values())
    at_this_hour(database, day, 3)
    assert not any(offered(phone, day, 0).values())


def test_session_says_that_as_many_will_come_as_there_are_seats(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, day=TOMORROW)
    database.write(lambda tx: setattr(tx.get_one(Room, day.rooms[0].id), "capacity", 4))
    session, said = f"{day.address}/pitches/{day.pitches[0].id}", []
    for _ in range(4):
        phone_of_one = joined(phone, day.event)
        phone_of_one.post(f"{session}/going", going="1")
        said.append(phone().page(session).by_id("pitch").text)
    assert not any("seats" in it for it in said[:2]) and "As many will come as there are seats." in said[3]


def test_grid_and_my_day_say_what_is_full(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, day=TOMORROW)
    database.write(lambda tx: setattr(tx.get_one(Room, day.rooms[0].id), "capacity", 3))
    going, full = f"{day.address}/pitches/{day.pitches[0].id}/going", "As many will come as there are seats."
    visitors = [joined(phone, day.event) for _ in range(3)]
    tags = []
    for visitor in visitors:
        assert full not in visitor.page(f"{day.address}/grid").by_id("grid").text
        visitor.post(going, going="1")
        tags.append(phone().get(f"{day.address}/grid").headers["ETag"])
    for name in ("grid", "me"):
        block = visitors[0].page(f"{day.address}/{name}").by_id({"me": "mine"}.get(name, name))
        assert block.text.count(full) == 1
    assert tags[1] != tags[2], "phones that have the grid ask again and get it"


def test_grid_says_what_is_ones_own_instead_of_asking(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, placed=0, pitches=1, day=TOMORROW)
    hosting = joined(phone, day.event)
    hosting.post(f"{day.address}/pitches", title="Looms", nonce="once")
    with database.reading() as tx:
        own = tx.query(Pitch).filter_by(title="Looms").one().id
    publish(database, day, {day.pitches[0].id: day.cells[0], own: day.cells[1]})
    grid = hosting.page(f"{day.address}/grid")
    assert asked(grid) == [f"{day.address}/pitches/{day.pitches[0].id}/going"]
    assert "You host this" in grid.by_id(f"session-{own}").text
    assert grid.by_id("own").attributes["data-hosting"] == str(own)
    refused = hosting.post(f"{day.address}/pitches/{own}/going", going="1", back="grid")
    assert refused.status_code == 409 and "You host this session" in refused.text
    assert "You host this" not in phone().page(f"{day.address}/grid").by_id("grid").text


def test_my_day_tells_a_latecomer_since_when_a_long_session_runs(database: Database, phone: Phones) -> None:
    day: Day = a_published_day(database, placed=1)
    database.write(lambda tx: setattr(tx.get_one(Pitch, day.pitches[0].id), "length", 2))
    at_this_hour(database, day, 1)
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        grid = published.read(tx, event)
    assert grid is not None
    placed, times = grid.by_pitch[day.pitches[0].id], Times(event.timezone)
    said = f"running since {times.clock(placed.starts_at)}, until {times.clock(placed.ends_at)}"
    assert said in phone().page(f"{day.address}/me").by_id(f"offers-{day.slots[1].id}").text

"""The button "I'll go" on the grid, in my day and on a session's page."""

from datetime import timedelta

from eventkit.clock import now
from eventkit.storage.db import Database
from eventkit.storage.tables import Going
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones

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

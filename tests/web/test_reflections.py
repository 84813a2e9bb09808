"""Looking back: the form, what others see of it, who hides it, and when nothing is taken."""

from eventkit.clock import now
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser


def test_people_look_back_and_others_read_it_once_that_is_public(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    address, ada, boss = f"{day.address}/reflections", joined(phone, day.event), organiser(phone, day.event)
    refused = ada.post(address, author_name="Ada")
    assert refused.status_code == 422 and "Answer at least one" in refused.text and 'value="Ada"' in refused.text
    assert ada.post(address, best="x" * 1001, next_steps="Again").status_code == 422
    assert ada.post(address, best="The **soup**", author_name="Ada").status_code == 303
    assert ada.page(address).one("textarea", name="best").text.strip() == "The **soup**"
    guest = joined(phone, day.event)
    assert "soup" not in guest.get(address).text
    boss.post(f"{day.address}/organise/results", public="1")
    assert "<strong>soup</strong>" in guest.get(address).text
    for name in ("book.md", "book.html", "event.json"):
        assert "soup" in boss.get(f"{day.address}/{name}").text, name
    for name in ("book.pdf", "book.docx", "book.epub", "book.zip"):
        assert boss.get(f"{day.address}/{name}").status_code == 200, name
    assert "soup" in ada.get(f"{day.address}/mine").text


def test_facilitators_hide_it_and_the_archive_takes_nothing(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    address, ada, boss = f"{day.address}/reflections", joined(phone, day.event), organiser(phone, day.event)
    ada.post(address, best="An insult")
    boss.post(f"{day.address}/organise/results", public="1")
    assert ada.post(f"{day.address}/organise/hidden", kind="reflection", id="1", hidden="1").status_code == 403
    hidden = boss.post(f"{day.address}/organise/hidden", kind="reflection", id="1", hidden="1")
    assert hidden.headers["Location"].endswith("/reflections")
    assert "insult" not in joined(phone, day.event).get(address).text
    assert "insult" not in boss.get(f"{day.address}/book.md").text
    assert "not shown to others" in ada.get(address).text
    assert "insult" in boss.get(f"{day.address}/organise/moderation/log").text
    database.write(lambda tx: setattr(tx.get_one(Event, day.event.id), "archived_at", now()))
    late = ada.post(address, best="Too late")
    assert late.status_code == 409 and "Too late" in late.text

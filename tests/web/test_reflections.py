"""Looking back: the form, what others see of it, who hides it, and when nothing is taken."""

from sqlmodel import select

from eventkit.clock import now
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Reflection
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
    hidden = boss.post(f"{day.address}/organise/hidden", kind="reflection", id="1", hidden="1", back="reflections")
    assert hidden.headers["Location"].endswith("/reflections")
    assert "insult" not in joined(phone, day.event).get(address).text
    assert "insult" not in boss.get(f"{day.address}/book.md").text
    assert "not shown to others" in ada.get(address).text
    assert "insult" in boss.get(f"{day.address}/organise/moderation/log").text
    database.write(lambda tx: setattr(tx.get_one(Event, day.event.id), "archived_at", now()))
    late = ada.post(address, best="Too late")
    assert late.status_code == 409 and "Too late" in late.text


def test_reflections_stand_on_the_list_and_go_with_all_of_a_phone(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    address, ada, boss = f"{day.address}/reflections", joined(phone, day.event), organiser(phone, day.event)
    hide, desk = f"{day.address}/organise/hidden", f"{day.address}/organise/moderation"
    boss.post(f"{day.address}/organise/results", public="1")
    boss.post(f"{day.address}/organise/look-first", first="1")
    ada.post(address, next_steps="Spam spam")
    assert [it.text.split("Looking back")[0].strip() for it in boss.page(desk).all("li", id="reflection-1")] == [
        "waits Spam spam"
    ]
    boss.post(f"{day.address}/organise/waiting")
    guest = joined(phone, day.event)
    assert "Spam spam" in guest.get(address).text
    with database.reading() as tx:
        ada_id = tx.scalar(select(Reflection.person_id))
    assert boss.post(hide, kind="person", id=ada_id, hidden="1", stop="1").headers["Location"].endswith("/moderation")
    assert "Spam spam" not in guest.get(address).text
    assert "Spam spam" not in boss.get(f"{day.address}/book.md").text
    assert boss.page(desk).by_id("items").text.count("hidden Spam spam") == 1


def test_organiser_words_the_third_question(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    address, ada, boss = f"{day.address}/reflections", joined(phone, day.event), organiser(phone, day.event)
    ask = f"{day.address}/organise/question"
    long = boss.submit(ask, {"question": "x" * 121, "seen": ""})
    assert long.status_code == 422 and "x" * 121 in long.text
    assert boss.post(ask, question="Who was <missing>?").status_code == 303
    assert "Who was &lt;missing&gt;?" in ada.get(address).text and "What was best" not in ada.get(address).text
    ada.post(address, best="The council")
    boss.post(f"{day.address}/organise/results", public="1")
    assert "Who was" in boss.get(f"{day.address}/book.md").text
    assert "Who was &lt;missing&gt;?" in boss.get(f"{day.address}/book.html").text
    boss.post(ask, question="")
    assert "What was best today?" in ada.get(address).text


def test_pitches_page_leads_on_once_the_day_is_over(database: Database, phone: Phones) -> None:
    over = a_published_day(database)
    coming = a_published_day(database, day=over.event.day.replace(year=2190))
    guest = joined(phone, over.event)
    for name in ("reflections", "actions"):
        assert guest.page(over.address).all("a", href=f"{over.address}/{name}"), name
        assert not joined(phone, coming.event).page(coming.address).all("a", href=f"{coming.address}/{name}"), name


def test_pages_lead_to_the_book_and_the_results_once_they_are_published(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    guest, boss = joined(phone, day.event), organiser(phone, day.event)
    led = f"/book/{day.event.code}/", f"{day.address}/results"

    def links(name: str) -> list[bool]:
        return [bool(guest.page(day.address + name).all("a", href=address)) for address in led]

    assert links("") == links("/grid") == [False, False]
    boss.post(f"{day.address}/organise/book", public="1")
    boss.post(f"{day.address}/organise/phases", phase="voting", open="0")
    boss.post(f"{day.address}/organise/results", public="1")
    assert links("") == links("/grid") == [True, True]
    boss.post(f"{day.address}/organise/privacy/archive", now="1")
    over = guest.page(day.address).by_id("over").text
    assert "See what is to be done" in over and "Look back" not in over  # which takes nothing new

"""Who I am here: a name, a second phone, a pitch that somebody typed for me; and codes that nobody guesses."""

import pytest
from sqlmodel import col, select

from eventkit.event import limits
from eventkit.market import ballots, hosting
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.builders import CREDENTIALS, a_pitch, an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser


@pytest.fixture
def event(database: Database) -> Event:
    """An event."""
    return an_event(database)[0]


def everybody(database: Database, event: Event) -> list[str]:
    """The names of the event's people."""
    with database.reading() as tx:
        return list(
            tx.scalars(select(col(Person.name)).where(col(Person.event_id) == event.id).order_by(col(Person.id)))
        )


def code_of(visitor: Phone, event: Event) -> str:
    """The personal code that a phone shows, made where there is none."""
    visitor.post(f"/e/{event.code}/phone/code")
    return visitor.page(f"/e/{event.code}/phone").one("p", class_="code").text


def pitched_for(phone: Phones, event: Event, database: Database) -> str:
    """The claim code of a pitch that the organiser typed for somebody."""
    organiser(phone, event).post(f"/e/{event.code}/pitches", title="Bins", other="1")
    with database.reading() as tx:
        return CREDENTIALS.claim_code(event, tx.scalars(select(Pitch).where(Pitch.event_id == event.id)).one())


def test_name_is_kept_shown_and_taken_back(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    response = visitor.post(f"/e/{event.code}/name", name="  Ada\u202e  Lovelace ")
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}")
    assert everybody(database, event) == ["Ada Lovelace"]
    assert visitor.page(f"/e/{event.code}").by_id("host_name").attributes["value"] == "Ada Lovelace"
    visitor.post(f"/e/{event.code}/name", name="")
    assert everybody(database, event) == [""]


def test_name_that_is_too_long_comes_back_as_typed(phone: Phones, event: Event, database: Database) -> None:
    response = joined(phone, event).post(f"/e/{event.code}/name", name="x" * 81)
    assert response.status_code == 422
    page = Page(response.text)
    assert page.one("p", class_="error").text == "The name is too long. Keep it to 80 letters."
    assert page.by_id("name").attributes["value"] == "x" * 81
    assert everybody(database, event) == []


def test_phone_page_writes_nothing_and_makes_a_code_when_asked(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    assert visitor.page(f"/e/{event.code}/phone").all("p", class_="code") == []
    assert everybody(database, event) == []
    with database.reading() as tx:
        code = code_of(visitor, event)
        assert [CREDENTIALS.phone_code(event, person) for person in tx.query(Person)] == [code]


def test_second_phone_is_the_same_person_and_keeps_what_it_did(phone: Phones, event: Event, database: Database) -> None:
    first, second = joined(phone, event), joined(phone, event)
    one, two = a_pitch(database, event), a_pitch(database, event)
    first.post(f"/e/{event.code}/pitches/{one.id}/vote", interest="1")
    second.post(f"/e/{event.code}/pitches/{two.id}/vote", interest="2")
    second.post(f"/e/{event.code}/pitches", title="Lids")
    code = code_of(first, event)
    response = second.post(f"/e/{event.code}/phone", code=f"{code[:4].upper()} {code[4:]}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}")
    for visitor in (first, second):
        page = visitor.page(f"/e/{event.code}/choices")
        assert [heading.text for heading in page.all("h2")] == [
            "Must go 1",
            "Interested 1",
            "You host",
            "Show them to a friend",
        ]
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id) == (1, 2)


def test_second_phone_keeps_its_organisers_link(phone: Phones, event: Event) -> None:
    first, second = joined(phone, event), organiser(phone, event)
    second.post(f"/e/{event.code}/phone", code=code_of(first, event))
    assert second.get(f"/e/{event.code}/pitches").status_code == 200
    assert first.get(f"/e/{event.code}/pitches").status_code == 403


def test_personal_code_works_once(phone: Phones, event: Event) -> None:
    first = joined(phone, event)
    code = code_of(first, event)
    assert joined(phone, event).post(f"/e/{event.code}/phone", code=code).status_code == 303
    refused = joined(phone, event).post(f"/e/{event.code}/phone", code=code)
    assert refused.status_code == 404
    page = Page(refused.text)
    assert page.by_id("code").attributes["value"] == code
    assert page.one("p", class_="error").text == (
        "No phone shows this code. Look at it again: a code works once, then your phone shows a new one."
    )
    assert code_of(first, event) != code


def test_personal_code_of_another_event_is_unknown(phone: Phones, event: Event, database: Database) -> None:
    other, _ = an_event(database)
    code = code_of(joined(phone, other), other)
    assert joined(phone, event).post(f"/e/{event.code}/phone", code=code).status_code == 404


def test_own_code_on_the_same_phone_changes_nobody(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/name", name="Ada")
    visitor.post(f"/e/{event.code}/phone", code=code_of(visitor, event))
    assert everybody(database, event) == ["Ada"]
    assert visitor.page(f"/e/{event.code}/phone").by_id("name").attributes["value"] == "Ada"


@pytest.mark.parametrize("page_name", ["phone", "claim"])
def test_code_that_is_empty_comes_back(phone: Phones, event: Event, page_name: str) -> None:
    response = joined(phone, event).post(f"/e/{event.code}/{page_name}", code=" ")
    assert response.status_code == 422
    assert Page(response.text).one("p", class_="error").text == "The code is empty. Write something here."


@pytest.mark.parametrize("page_name", ["phone", "claim"])
def test_guessing_codes_is_limited_by_phone_and_by_event(
    phone: Phones, event: Event, database: Database, page_name: str
) -> None:
    tries, wrong = limits.CODES.most, 15
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"wrong_codes": wrong}))
    guesser = joined(phone, event)
    answers = [guesser.post(f"/e/{event.code}/{page_name}", code="wrong").status_code for _ in range(tries + 2)]
    assert answers == [404] * tries + [429] * 2
    another = joined(phone, event)
    answers = [another.post(f"/e/{event.code}/{page_name}", code="wrong").status_code for _ in range(tries)]
    assert answers == [404] * (wrong - tries) + [429] * (tries - wrong + tries)


@pytest.mark.parametrize("page_name", ["phone", "claim"])
def test_one_phone_cannot_use_up_the_wrong_codes_of_all(
    phone: Phones, event: Event, database: Database, page_name: str
) -> None:
    raised = {"codes": 1000, "own_wrong_codes": 3, "wrong_codes": 4}
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", raised))
    guesser = joined(phone, event)
    answers = [guesser.post(f"/e/{event.code}/{page_name}", code="wrong") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [404] * 3 + [429] * 5
    said = Page(answers[-1].text).one("p", class_="error").text
    assert said == "That is more than 3 wrong codes in an hour. Ask the organiser to help you."
    assert joined(phone, event).post(f"/e/{event.code}/{page_name}", code="wrong").status_code == 404


def test_claim_makes_the_phone_its_host(phone: Phones, event: Event, database: Database) -> None:
    code = pitched_for(phone, event, database)
    visitor = joined(phone, event)
    assert visitor.page(f"/e/{event.code}/claim?pitch={code}").by_id("code").attributes["value"] == code
    response = visitor.post(f"/e/{event.code}/claim", code=code.upper())
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}#pitch-1")
    assert "mine" in visitor.page(f"/e/{event.code}").by_id("pitch-1").attributes["class"].split()
    assert visitor.post(f"/e/{event.code}/pitches/1", title="Wheelie bins").status_code == 303


def test_claim_with_an_unknown_code_keeps_it(phone: Phones, event: Event, database: Database) -> None:
    pitched_for(phone, event, database)
    response = joined(phone, event).post(f"/e/{event.code}/claim", code="nosuch")
    assert response.status_code == 404
    page = Page(response.text)
    assert page.by_id("code").attributes["value"] == "nosuch"
    assert page.one("p", class_="error").text.startswith("No pitch has this code.")
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {}


def test_arrival_from_a_phone_that_never_joined_is_refused(phone: Phones, event: Event, database: Database) -> None:
    for page_name in ("phone", "phone/code", "claim", "name"):
        assert phone().post(f"/e/{event.code}/{page_name}", code="x", name="x").status_code == 403
    assert everybody(database, event) == []

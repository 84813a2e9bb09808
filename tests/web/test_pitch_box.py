"""The pitch box: pitches for others, one after the other; whose name it is, is asked and never guessed."""

import pytest

from eventkit.market import pitches
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import CREDENTIALS, an_event, close
from tests.world.marketplace import pitches_stored
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def test_box_takes_pitches_for_others_one_after_the_other(phone: Phones, event: Event, database: Database) -> None:
    boss = organiser(phone, event)
    close(database, event, pitching=True)
    form = boss.page(f"/e/{event.code}/pitches")
    assert form.by_id("title").attributes["autofocus"] == ""
    nonce = form.one("input", name="nonce").attributes["value"]
    response = boss.post(f"/e/{event.code}/pitches", title="Bins", host_name="Shy", other="1", nonce=nonce)
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}/pitches?made=1")
    page = boss.page(response.headers["Location"])
    with database.reading() as tx:
        code = CREDENTIALS.claim_code(event, pitches.get(tx, event.id, 1))
    assert page.by_id("pitch-1").text == f"Bins Shy {code}"
    assert "“Bins” is on the wall now." in page.by_id("made").text
    block = Page(boss.post(f"/e/{event.code}/pitches", htmx=True, title="Lids", other="1", nonce="n2").text)
    assert block.elements[0].attributes["id"] == "box"
    assert [row.attributes["id"] for row in block.all("tr") if "id" in row.attributes] == ["pitch-2", "pitch-1"]
    assert pitches_stored(database, event) == [("Bins", "Shy"), ("Lids", "")]


def test_box_is_for_facilitators(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    assert visitor.get(f"/e/{event.code}/pitches").status_code == 403
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", other="1").status_code == 403
    assert pitches_stored(database, event) == []


def test_box_shows_its_codes_to_nobody_whose_pitch_for_others_is_refused(
    phone: Phones, event: Event, database: Database
) -> None:
    device = organiser(phone, event)
    device.post(f"/e/{event.code}/pitches", title="Shy", other="true")
    code = device.page(f"/e/{event.code}/pitches").one("code").text
    for visitor in (phone(), joined(phone, event)):
        for htmx in (False, True):
            refused = visitor.post(f"/e/{event.code}/pitches", title="", other="true", htmx=htmx)
            assert (refused.status_code, code in refused.text) == (422, False)


def test_box_keeps_what_cannot_be_used(phone: Phones, event: Event, database: Database) -> None:
    boss = organiser(phone, event)
    response = boss.post(f"/e/{event.code}/pitches", title="", host_name="Shy", other="1", topic="Places")
    assert response.status_code == 422
    page = Page(response.text)
    assert page.by_id("host_name").attributes["value"] == "Shy"
    assert page.by_id("topic").attributes["value"] == "Places"


def type_in(boss: Phone, event: Event, title: str, host: str, **more: str) -> Page:
    """What the box says to a pitch that is typed for somebody."""
    typed = {"title": title, "host_name": host, "other": "1", "nonce": title, **more}
    answer = boss.submit(f"/e/{event.code}/pitches", typed)
    return boss.page(answer.headers["Location"]) if answer.status_code == 303 else Page(answer.text)


def answers(page: Page) -> dict[str, tuple[str, str]]:
    """What can be answered to the questions of the page: words -> (the field's name, its value)."""
    radios = page.all("input", type="radio")
    return {it.parents[-1].text: (it.attributes["name"], it.attributes["value"]) for it in radios}


def test_name_typed_again_is_asked_about_and_kept_as_answered(phone: Phones, event: Event, database: Database) -> None:
    boss = organiser(phone, event)
    type_in(boss, event, "Bins", "Sam Lée")
    asked = type_in(boss, event, "Lids", "sam  LEE", topic="Places")
    assert asked.one("div", class_="error-summary").text.endswith(
        "sam LEE is a name that is here already. Say whether this is them."
    )
    assert (asked.by_id("title").attributes["value"], asked.by_id("topic").attributes["value"]) == ("Lids", "Places")
    same, another = "Yes, who hosts “Bins”", "No, another person of that name"
    assert list(answers(asked)) == [same, another]
    assert [title for title, _ in pitches_stored(database, event)] == ["Bins"]
    type_in(boss, event, "Lids", "sam  LEE", **dict([answers(asked)[same]]))
    type_in(boss, event, "Trees", "Sam Lee", **dict([answers(asked)[another]]))
    assert pitches_stored(database, event) == [("Bins", "Sam Lée"), ("Lids", "Sam Lée"), ("Trees", "Sam Lee (2)")]
    assert list(answers(type_in(boss, event, "Paths", "SAM LEE"))) == [
        "Yes, who hosts “Trees”",
        "Yes, who hosts “Lids”",
        another,
    ]


def test_name_of_a_phone_is_asked_about_and_the_pitch_goes_there(
    phone: Phones, event: Event, database: Database
) -> None:
    boss, ana = organiser(phone, event), joined(phone, event)
    ana.post(f"/e/{event.code}/name", name="Ana Diaz")
    type_in(boss, event, "Bins", "Sam Lee")
    asked = type_in(boss, event, "Lids", "Sam Lee & Ana Díaz", parts="2")
    fields = answers(asked)
    assert list(fields) == [
        "Yes, who hosts “Bins”",
        "No, another person of that name",
        "Yes, who gave that name on a phone: it is on their phone at once",
    ]
    said = [("same", "named:Sam Lee"), fields["Yes, who gave that name on a phone: it is on their phone at once"]]
    made = type_in(boss, event, "Lids", "Sam Lee & Ana Díaz", parts="2", **dict(said))
    assert "“Lids” is on the wall now, and on its host’s phone." in made.by_id("made").text
    assert [row.attributes["id"] for row in made.all("tr") if "id" in row.attributes] == ["pitch-1"]
    mine = ana.page(f"/e/{event.code}").by_id("own-pitches").text
    assert "Lids" in mine and "Lids, part 2" in mine and "Bins" not in mine

"""Which language a page speaks: the phone's choice, the browser's where the event offers it, or the event's."""

from eventkit.event import settings
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text.language import LANGUAGES
from tests.world.builders import a_pitch, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, organiser


def spoken(phone: Phones, address: str, browser: str = "en", choice: str = "") -> str:
    """The language of the page at an address for a new phone."""
    visitor = phone()
    if choice:
        answer = visitor.post("/language", language=choice, here=address)
        assert (answer.status_code, answer.location) == (303, address)
    page = Page(visitor.client.get(address, headers={"Accept-Language": browser}).text)
    return page.all("html")[0].attributes["lang"]


def test_phone_comes_before_browser_and_browser_before_event(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)

    def in_welsh_and_french(tx: Transaction) -> None:
        settings.set_languages(tx, at_the_machine(tx.get_one(Event, event.id)), "cy", ["fr"])

    database.write(in_welsh_and_french)
    here = f"/e/{event.code}"
    assert spoken(phone, here, browser="fr-CA, en;q=0.5") == "fr"
    assert spoken(phone, here, browser="de, en;q=0.5") == "cy"  # neither is offered
    assert spoken(phone, here, browser="fr", choice="de") == "de"
    assert spoken(phone, "/", browser="de-AT") == "de"
    for shared in (f"{here}/wall", f"{here}/poster"):
        assert spoken(phone, shared, browser="fr", choice="de") == "cy"
        assert spoken(phone, f"{shared}?lang=es", browser="fr") == "es"


def test_organiser_chooses_the_languages_of_the_event(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    here = f"/e/{event.code}/organise/languages"
    assert boss.post(here, language="de", languages=["en", "xx"]).status_code == 303
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        assert (stored.language, stored.languages) == ("de", ["en", "de"])
    assert boss.post(here, language="xx").status_code == 422


def test_choosing_a_language_leads_nowhere_else(phone: Phones) -> None:
    for elsewhere in ("//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", ""):
        assert phone().post("/language", language="cy", here=elsewhere).location == "/"


def test_texts_of_scripts_are_kept_under_their_fingerprint(phone: Phones) -> None:
    page = Page(phone().client.get("/", headers={"Accept-Language": "cy"}).text)
    [address] = [it.attributes["src"] for it in page.all("script") if "/texts/" in it.attributes.get("src", "")]
    answer = phone().get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.text.startswith("globalThis.twofeetTexts={")
    assert phone().get("/texts/xx.js").status_code == 404
    assert "/texts/" not in phone().get("/").text  # English is in the scripts


def test_every_language_shows_the_pages_of_attendees(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    here = f"/e/{event.code}"
    pages = ["", "/grid", "/me", "/choices", "/phone", "/mine", "/wall", "/poster", "/lineup", f"/pitches/{pitch.id}"]
    told = {}
    for tag in LANGUAGES:
        visitor = phone()
        for page in pages:
            answer = visitor.get(f"{here}{page}?lang={tag}")
            assert answer.status_code == 200, (tag, page)
            assert Page(answer.text).all("html")[0].attributes["lang"] == tag, (tag, page)
        told[tag] = Page(visitor.get(f"{here}?lang={tag}").text).one("h1").text
    assert told["en"] == "What shall we talk about?"
    assert told["cy"] == "Am beth wnawn ni siarad?"
    assert len(set(told.values())) == len(LANGUAGES)

"""Which language a page speaks: the phone's choice, the browser's where the event offers it, or the event's."""

import re
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest
from babel import Locale
from flask import Flask
from sqlmodel import select

from eventkit.event import settings
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, metadata
from eventkit.text import language
from eventkit.text.language import LANGUAGES
from tests.world.builders import a_pitch, an_event
from tests.world.camp import a_camp, cookie
from tests.world.phone import Page
from tests.world.routes import EXPECTED
from tests.world.visitors import Phones, organiser

WORDS = re.compile(r"\b[^\W\d_]{2,}\b")
NAMES = {*("Twofeet", "localhost", "Vereinigtes", "Königreich", "und", "CC", "BY"), *LANGUAGES.values()}


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


class _Marked(NullTranslations):
    """Says every text that is marked in letters of its own: what is left in others is marked nowhere."""

    def gettext(self, message: str) -> str:
        kept = re.split(r"(%\(\w+\)[srd]|<[^<>]*>|&\w+;|https?://\S+)", message)
        return "".join(it if number % 2 else re.sub(r"[^\W\d_]", "ж", it) for number, it in enumerate(kept))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)

    def pgettext(self, about: str, message: str) -> str:
        return self.gettext(message)


class _Said(HTMLParser):
    """What a page says: between its tags, and in the attributes that are read out or shown."""

    SAYING = frozenset({"title", "aria-label", "aria-description", "alt", "placeholder", "data-confirm"})

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        button = tag == "input" and dict(attrs).get("type") in ("submit", "button")
        self.texts += [text or "" for name, text in attrs if name in self.SAYING or (button and name == "value")]

    def handle_data(self, data: str) -> None:
        if self.tag not in ("script", "style"):
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.tag = ""


def _people_wrote(database: Database) -> set[str]:
    """Every word in the names and texts of an event."""
    written = {"title", "description", "name", "host_name", "topic", "text", "owner", "author_name"}
    columns = [it for table in metadata.sorted_tables for it in table.columns if it.name in written]
    with database.reading() as tx:
        return {word for it in columns for text in tx.scalars(select(it)) for word in WORDS.findall(text or "")}


@pytest.mark.only_on("sqlite")
def test_nothing_is_english_on_any_page_in_another_language(
    phone: Phones, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that a page says is a marked text, what people wrote, or Babel's: dates, lists, countries."""
    camp = a_camp(database, pitches=6, people=3)
    monkeypatch.setattr(language, "_catalogue", lambda _tag: _Marked())
    known_by = {"code": camp.event.code, "pitch_id": camp.pitches[2].id, "room_id": camp.rooms[0].id, "note_id": 1}
    german = Locale.parse("de")
    dates = [german.days["format"]["wide"], german.days["format"]["abbreviated"], german.months["format"]["wide"]]
    of_babel = {word for names in dates for name in names.values() for word in WORDS.findall(name)}
    known = _people_wrote(database) | of_babel | NAMES | {camp.event.code}
    visitor = phone()
    organiser_of_it = cookie(app, camp, camp.people[1], organiser=True)
    visitor.client.set_cookie("twofeet", organiser_of_it, path=f"/e/{camp.event.code}")
    left: dict[str, set[str]] = {}
    read = 0
    for path in (it.removeprefix("GET ") for it in EXPECTED if it.startswith("GET ")):
        answer = visitor.get(re.sub(r"<(?:\w+:)?(\w+)>", lambda it: str(known_by.get(it[1], 1)), path) + "?lang=de")
        if answer.mimetype != "text/html" or answer.location:
            continue
        read += 1
        for text in _Said(answer.text).texts:
            words = WORDS.findall(re.sub(r"https?://\S+|<[^<>]*>", "", text))
            if unmarked := [it for it in words if it not in known and it.strip("Жж")]:
                left.setdefault(" ".join(unmarked), set()).add(path)
    assert read > 50
    assert left == {}

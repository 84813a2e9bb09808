"""The language spoken: it goes with the context, and comes with its plural forms, numbers, lists and dates."""

from datetime import date
from threading import Thread

import pytest

from eventkit.storage.db import Database
from eventkit.text import language
from eventkit.text.language import LANGUAGES, speaking


def test_each_context_speaks_its_own_language_and_goes_back_to_the_one_before() -> None:
    heard = []
    with speaking("cy"):
        with speaking("fr"):
            heard.append(language.current())
        heard.append(language.current())
        thread = Thread(target=lambda: heard.append(language.current()))
        thread.start()
        thread.join()
    assert [*heard, language.current()] == ["fr", "cy", "en", "en"]


def test_write_speaks_the_language_of_whoever_asked_for_it(database: Database) -> None:
    with speaking("de"):
        assert database.write(lambda tx: language.current()) == "de"
        database.write(lambda tx: language.speak("es"))
        assert language.current() == "es"  # the event may be looked up only there
    assert database.write(lambda tx: language.current()) == "en"


def test_dates_numbers_and_lists_are_written_as_the_language_does() -> None:
    told = {}
    for tag in LANGUAGES:
        with speaking(tag):
            told[tag] = (
                language.day(date(2026, 6, 26)),
                language.numeral(1020),
                language.listed(["11:00", "Y neuadd"]),
            )
    assert told["en"] == ("Friday 26 June 2026", "1,020", "11:00 and Y neuadd")
    assert told["cy"] == ("Dydd Gwener 26 Mehefin 2026", "1,020", "11:00 ac Y neuadd")
    assert told["de"] == ("Freitag, 26. Juni 2026", "1.020", "11:00 und Y neuadd")
    assert told["es"] == ("viernes 26 de junio de 2026", "1.020", "11:00 y Y neuadd")
    assert told["fr"] == ("vendredi 26 juin 2026", "1\u202f020", "11:00 et Y neuadd")


def test_welsh_and_minds_the_sound_of_what_follows() -> None:
    with speaking("cy"):
        assert language.listed(["10:00", "11:00", "14:00"]) == "10:00, 11:00 a 14:00"
        assert language.listed(["10:00", "11:00"]) == "10:00 ac 11:00"
        assert language.listed(["un"]) == "un"
        assert language.listed([]) == ""


def test_texts_are_filled_in_and_their_numbers_written() -> None:
    assert language.gettext("100 %% of %(name)s", name="x") == "100 % of x"
    assert language.ngettext("%(num)s vote", "%(num)s votes", 1) == "1 vote"
    assert language.ngettext("%(num)s vote", "%(num)s votes", 1020) == "1,020 votes"


@pytest.mark.parametrize(("tag", "words"), [("en", "a, b or c"), ("cy", "a, b neu c"), ("de", "a, b oder c")])
def test_one_of_several_is_said_as_the_language_does(tag: str, words: str) -> None:
    with language.speaking(tag):
        assert (language.either(["a", "b", "c"]), language.either(["a"])) == (words, "a")


@pytest.mark.parametrize(
    ("timezone", "words"),
    [
        ("Europe/London", ["United Kingdom", "Y Deyrnas Unedig", "Vereinigtes Königreich", "Reino Unido"]),
        ("Europe/Berlin", ["Central European Time", "Amser Canolbarth Ewrop", "Mitteleuropäische Zeit"]),
        ("UTC", ["UTC", "UTC"]),
    ],
)
def test_time_zone_is_called_as_people_do(timezone: str, words: list[str]) -> None:
    for tag, word in zip(("en", "cy", "de", "es", "fr"), words, strict=False):
        with speaking(tag):
            assert language.zone(timezone) == word

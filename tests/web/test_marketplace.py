"""The marketplace: join by looking, vote, pitch; nothing typed is lost, nothing is counted twice."""

import pytest
from flask import Flask

from eventkit.event.roles import Viewer
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close, queries
from tests.world.marketplace import titles_shown
from tests.world.phone import Page
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def test_join_writes_nothing_and_gives_a_cookie_for_this_event_only(phone: Phones, event: Event) -> None:
    response = phone().get(f"/e/{event.code}")
    assert response.status_code == 200
    cookie = response.headers["Set-Cookie"]
    assert f"Path=/e/{event.code};" in cookie
    assert "HttpOnly" in cookie
    assert Page(response.text).one("p", class_="lead").text == (
        "You are in. Mark what you would go to; pitch what you would talk about."
    )


def test_join_with_an_unknown_code_is_a_plain_404(phone: Phones) -> None:
    response = phone().get("/e/nosuch")
    assert response.status_code == 404
    assert Page(response.text).one("h1").text == "Not here"


def test_code_in_another_spelling_leads_to_the_one_on_the_poster(phone: Phones, event: Event) -> None:
    code = event.code
    response = phone().get(f"/e/{code[:2].upper()}-{code[2:]}?q=bins")
    assert (response.status_code, response.headers["Location"]) == (308, f"/e/{code}?q=bins")
    response = phone().post(f"/e/{code.upper()}/pitches/3/vote", interest="1")
    assert (response.status_code, response.headers["Location"]) == (308, f"/e/{code}/pitches/3/vote")


@pytest.mark.parametrize("name", ["endpoint", "_scheme", "_anchor", "_method", "_external", "code"])
def test_code_in_another_spelling_keeps_whatever_the_query_says(phone: Phones, event: Event, name: str) -> None:
    response = phone().get(f"/e/{event.code.upper()}?{name}=x")
    assert (response.status_code, response.headers["Location"]) == (308, f"/e/{event.code}?{name}=x")


def test_marketplace_without_pitches_teaches(phone: Phones, event: Event) -> None:
    page = phone().page(f"/e/{event.code}")
    assert page.one("div", class_="empty").text == "No pitches yet. Be the first: what do you want to talk about?"


def test_marketplace_offers_no_json_and_says_where_it_is(phone: Phones, event: Event) -> None:
    response = phone().get(f"/e/{event.code}", headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (406, "text/plain")
    assert f"/e/{event.code}/schedule.json" in response.text


def test_marketplace_order_is_each_phones_own_and_stays(phone: Phones, event: Event, database: Database) -> None:
    titles = {a_pitch(database, event, title=f"Pitch {number}").title for number in range(12)}
    one, other = joined(phone, event), joined(phone, event)
    first = titles_shown(one.page(f"/e/{event.code}"))
    assert set(first) == titles
    assert titles_shown(other.page(f"/e/{event.code}")) != first
    one.post(f"/e/{event.code}/pitches/3/vote", interest="2")
    assert titles_shown(one.page(f"/e/{event.code}")) == first


@pytest.mark.parametrize("organising", [False, True])
def test_marketplace_asks_the_same_few_questions_for_1_and_30_pitches(
    phone: Phones, event: Event, database: Database, organising: bool
) -> None:
    visitor = organiser(phone, event) if organising else joined(phone, event)
    me, counts = a_person(database, event), []
    visitor.page(f"/e/{event.code}")  # the first page of all starts the streams, which asks once more
    for number in (1, 29):
        for _ in range(number):
            a_vote(database, event, me, a_pitch(database, event))
        with queries(database) as seen:
            visitor.page(f"/e/{event.code}")
        counts.append(len(seen))
    # of which one each for what is filtered by (topics, formats), and whether a phone that is nobody yet was signed out
    assert counts[0] == counts[1] <= 18


def test_marketplace_that_did_not_change_is_not_sent_again(phone: Phones, event: Event, database: Database) -> None:
    a_pitch(database, event)
    visitor = joined(phone, event)
    tag = visitor.get(f"/e/{event.code}").headers["ETag"]
    again = visitor.get(f"/e/{event.code}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert joined(phone, event).get(f"/e/{event.code}", headers={"If-None-Match": tag}).status_code == 200
    visitor.post(f"/e/{event.code}/pitches/1/vote", interest="1")
    assert visitor.get(f"/e/{event.code}", headers={"If-None-Match": tag}).status_code == 200


def test_marketplace_of_somebody_whose_only_pitch_came_and_went_has_a_fresh_form(
    phone: Phones, event: Event, database: Database
) -> None:
    visitor = joined(phone, event)
    response = visitor.get(f"/e/{event.code}")
    nonce = Page(response.text).one("input", name="nonce").attributes["value"]
    visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce=nonce)
    visitor.post(f"/e/{event.code}/pitches/1/withdraw")
    again = visitor.get(f"/e/{event.code}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 200
    assert Page(again.text).one("input", name="nonce").attributes["value"] != nonce


def test_marketplace_finds_pitches_and_keeps_what_was_looked_for(
    phone: Phones, event: Event, database: Database
) -> None:
    a_pitch(database, event, title="Bins", topic="Places")
    a_pitch(database, event, title="Open data", topic="Data & maps")
    visitor = joined(phone, event)
    page = visitor.page(f"/e/{event.code}?topic=Data+%26+maps&q=open")
    assert titles_shown(page) == ["Open data"]
    assert page.by_id("q").attributes["value"] == "open"
    form = page.one("form", class_="vote")
    assert form.attributes["action"] == f"/e/{event.code}/pitches/2/vote?q=open&topic=Data+%26+maps"
    response = visitor.post(form.attributes["action"], interest="1")
    assert response.headers["Location"] == f"/e/{event.code}?q=open&topic=Data+%26+maps#pitch-2"
    none = visitor.page(f"/e/{event.code}?q=nothing")
    assert none.one("div", class_="empty").text.startswith("Nothing here sounds like that.")


@pytest.mark.parametrize("query", ["q=%00", "topic=%00%ff", "q=%ed%a0%80", f"q={'x' * 5000}", "q=%25_%5C'%22"])
def test_find_takes_whatever_is_typed(phone: Phones, event: Event, database: Database, query: str) -> None:
    a_pitch(database, event)
    assert joined(phone, event).get(f"/e/{event.code}?{query}").status_code == 200


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40, "-" + "9" * 40])
def test_news_take_whatever_is_asked(phone: Phones, event: Event, after: str) -> None:
    assert joined(phone, event).get(f"/e/{event.code}/pitches/news?after={after}").status_code == 200
    assert organiser(phone, event).get(f"/e/{event.code}/pitches?made={after}").status_code == 200


def test_find_with_htmx_answers_the_list_only(phone: Phones, event: Event, database: Database) -> None:
    a_pitch(database, event, title="Bins")
    page = Page(joined(phone, event).get(f"/e/{event.code}?q=bins", htmx=True).text)
    assert page.elements[0].attributes["id"] == "pitches"
    assert titles_shown(page) == ["Bins"]


def test_news_count_what_others_pitched_since(phone: Phones, event: Event, database: Database) -> None:
    a_pitch(database, event)
    visitor = joined(phone, event)
    address = visitor.page(f"/e/{event.code}").by_id("news").attributes["hx-get"]
    assert Page(visitor.get(address, htmx=True).text).by_id("news").text == ""
    visitor.post(f"/e/{event.code}/pitches", title="Mine")
    a_pitch(database, event)
    assert Page(visitor.get(address, htmx=True).text).one("a").text == "1 new pitch: show it"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"voting": True}, "Voting is closed: see the counts"),
        ({"pitching": True}, "Pitching is closed: see all pitches"),
        ({"voting": True, "pitching": True}, "Voting is closed: see the counts"),
    ],
)
def test_news_say_what_closed_since(
    phone: Phones, event: Event, database: Database, changes: dict[str, bool], says: str
) -> None:
    visitor = joined(phone, event)
    address = visitor.page(f"/e/{event.code}").by_id("news").attributes["hx-get"]
    if changes:
        close(database, event, **changes)
    assert Page(visitor.get(address, htmx=True).text).by_id("news").text == says


def test_news_say_that_the_grid_is_up_and_later_that_it_changed(phone: Phones, database: Database) -> None:
    day = a_published_day(database)
    visitor = joined(phone, day.event)
    for known, says in (("11-0", "The grid is up: see it"), ("11-1", ""), ("11-7", "The grid changed: see it")):
        news = Page(visitor.get(f"{day.address}/pitches/news?after=99&known={known}", htmx=True).text).by_id("news")
        assert (known, news.text) == (known, says)


def test_page_shows_titles_as_text_whatever_they_hold(phone: Phones, event: Event, app: Flask) -> None:
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches", title="<script>alert(1)</script>", topic='"><b>', host_name="{{ 7 * 7 }}")
    page = joined(phone, event).page(f"/e/{event.code}")
    assert titles_shown(page) == ["<script>alert(1)</script>"]
    assert page.one("p", class_="note-host").text == "{{ 7 * 7 }}"


def test_news_shows_what_is_new(phone: Phones, event: Event, database: Database) -> None:
    old = a_pitch(database, event, title="Old")
    a_pitch(database, event, title="Late")
    visitor = joined(phone, event)
    news = visitor.page(f"/e/{event.code}/pitches/news?after={old.id}")
    address = news.one("a", class_="button").attributes["href"]
    assert titles_shown(visitor.page(address)) == ["Late"]
    assert set(titles_shown(visitor.page(f"/e/{event.code}?show=new"))) == {"Old", "Late"}


@pytest.mark.parametrize("typed", ["cafes", "peoples", "step free", "CAFÉS", "people\u2019s"])
def test_find_minds_neither_accents_nor_apostrophes_and_finds_needs(
    phone: Phones, event: Event, database: Database, typed: str
) -> None:
    a_pitch(database, event, title="The people's Cafés", needs=["step-free"])
    a_pitch(database, event, title="Bins")
    assert titles_shown(joined(phone, event).page(f"/e/{event.code}?q={typed}")) == ["The people's Cafés"]

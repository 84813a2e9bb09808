"""The marketplace: join by looking, vote, pitch; nothing typed is lost, nothing is counted twice."""

import pytest
from flask import Flask
from sqlmodel import col, select

from eventkit.event.roles import Viewer
from eventkit.market import ballots, pitches
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event, close, queries
from tests.world.phone import Page
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def shown(page: Page) -> list[str]:
    """The titles of the pitches on a page, in its order."""
    return [element.text for element in page.all("h3", class_="note-title")]


def stored(database: Database, event: Event) -> list[tuple[str, str]]:
    """Title and host of all pitches, in order of pitching."""
    with database.reading() as tx:
        query = select(Pitch).where(Pitch.event_id == event.id).order_by(col(Pitch.id))
        return [(pitch.title, pitch.host_name) for pitch in tx.scalars(query)]


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
    first = shown(one.page(f"/e/{event.code}"))
    assert set(first) == titles
    assert shown(other.page(f"/e/{event.code}")) != first
    one.post(f"/e/{event.code}/pitches/3/vote", interest="2")
    assert shown(one.page(f"/e/{event.code}")) == first


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
    assert counts[0] == counts[1] <= 15  # of which one each for what is filtered by: topics, formats


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
    assert shown(page) == ["Open data"]
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
    assert shown(page) == ["Bins"]


def test_vote_is_kept_and_shown(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    for interest, pressed in (("2", "Must go"), ("1", "Interested"), ("0", "Not for me")):
        response = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=interest)
        assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}#pitch-{pitch.id}")
        page = visitor.page(f"/e/{event.code}")
        assert page.one("button", aria_pressed="true").text == pressed


def test_vote_with_htmx_answers_its_buttons_only(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    response = joined(phone, event).post(f"/e/{event.code}/pitches/{pitch.id}/vote?q=bins", htmx=True, interest="2")
    page = Page(response.text)
    assert [element.tag for element in page.elements] == ["form", "div", "button", "button", "button"]
    assert page.elements[0].attributes["id"] == f"vote-{pitch.id}"
    assert page.elements[0].attributes["action"] == f"/e/{event.code}/pitches/{pitch.id}/vote?q=bins"
    assert page.one("button", aria_pressed="true").text == "Must go"


@pytest.mark.parametrize(
    ("interest", "error"),
    [
        ("3", "Your interest must be 2 or less."),
        ("-1", "Your interest must be 0 or more."),
        ("a lot", "Your interest must be a whole number."),
        (None, "Your interest is missing. Fill it in."),
    ],
)
def test_vote_of_nonsense_is_refused(
    phone: Phones, event: Event, database: Database, interest: str | None, error: str
) -> None:
    pitch = a_pitch(database, event)
    fields = {} if interest is None else {"interest": interest}
    response = joined(phone, event).submit(f"/e/{event.code}/pitches/{pitch.id}/vote", fields)
    assert response.status_code == 422
    assert Page(response.text).one("p", class_="lead").text == error


def test_vote_where_it_may_not(phone: Phones, event: Event, database: Database) -> None:
    other, _ = an_event(database)
    pitch, foreign = a_pitch(database, event), a_pitch(database, other)
    visitor = joined(phone, event)
    assert visitor.post(f"/e/{event.code}/pitches/{foreign.id}/vote", interest="1").status_code == 404
    assert visitor.post(f"/e/{event.code}/pitches/{2**40}/vote", interest="1").status_code == 404
    assert phone().post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="1").status_code == 403
    crossed = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", origin="https://evil.example", interest="1")
    assert crossed.status_code == 403
    close(database, event, voting=True)
    closed = visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", htmx=True, interest="1")
    assert (closed.status_code, closed.headers["HX-Retarget"]) == (409, "#alert")
    assert Page(closed.text).one("p").text == (
        "Voting is closed, so this vote was not counted. What you voted before still counts."
    )
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id) == (0, 0)


def test_vote_faster_than_people_can_is_429_with_when_to_retry(phone: Phones, event: Event, database: Database) -> None:
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"votes": 1}))
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    address = f"/e/{event.code}/pitches/{pitch.id}/vote"
    assert visitor.post(address, interest="1").status_code == 303
    refused = visitor.post(address, interest="2")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert joined(phone, event).post(address, interest="2").status_code == 303


def test_counts_show_only_when_voting_is_closed(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    for interest in (1, 2):
        a_vote(database, event, a_person(database, event), pitch, interest)
    visitor, boss = joined(phone, event), organiser(phone, event)
    counts = "2 people want this, 1 as a must"
    assert counts not in visitor.get(f"/e/{event.code}").text
    open_page = boss.get(f"/e/{event.code}").text
    assert counts not in open_page
    close(database, event, voting=True)
    page = visitor.page(f"/e/{event.code}")
    assert page.by_id(f"pitch-{pitch.id}")
    assert [p.text for p in page.all("p", class_="meta") if p.within("article")] == [counts]
    assert page.one("p", class_="lead").text == "Voting is closed. The grid comes next."
    chooser = joined(phone, event)
    chooser.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="2")  # too late, so nothing is said about it
    assert [p.text for p in chooser.page(f"/e/{event.code}").all("p", class_="meta") if p.within("article")] == [counts]


def test_own_choice_is_still_said_when_voting_is_closed(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest="2")
    close(database, event, voting=True)
    said = [
        visitor.page(address).by_id(f"vote-{pitch.id}").text
        for address in (f"/e/{event.code}", f"/e/{event.code}/pitches/{pitch.id}")
    ]
    assert said == ["You said: must go.", "You said: must go. Voting is closed."]


def test_pitch_goes_on_the_wall_with_all_it_says(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    response = visitor.post(
        f"/e/{event.code}/pitches",
        title=" Bins \x00 and  lids ",
        description="All\r\nof them",
        host_name="Ada",
        topic="Places",
        needs=["projector", "step-free"],
    )
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}#pitch-1")
    with database.reading() as tx:
        pitch = pitches.get(tx, event.id, 1)
        assert (pitch.title, pitch.description) == ("Bins and lids", "All\nof them")
        assert (pitch.host_name, pitch.topic, pitch.needs) == ("Ada", "Places", ["projector", "step-free"])
    mine = visitor.page(f"/e/{event.code}").by_id("pitch-1")
    assert "mine" in mine.attributes["class"].split()
    assert shown(joined(phone, event).page(f"/e/{event.code}")) == ["Bins and lids"]


def test_pitch_posted_again_with_its_nonce_is_the_same_pitch(phone: Phones, event: Event, database: Database) -> None:
    visitor, other = joined(phone, event), joined(phone, event)
    answers = [visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1") for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {f"/e/{event.code}#pitch-1"}
    other.post(f"/e/{event.code}/pitches", title="Lids", nonce="n1")
    visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n2")
    assert stored(database, event) == [("Bins", ""), ("Lids", ""), ("Bins", "")]
    close(database, event, pitching=True)
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1").status_code == 303


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, "The title is empty. Write something here."),
        ({"title": "\u200b\u200d"}, "The title is empty. Write something here."),
        ({"title": "\u3164\u2800"}, "The title is empty. Write something here."),
        ({}, "The title is missing. Fill it in."),
        ({"title": "x" * 201}, "The title is too long. Keep it to 200 letters."),
        ({"title": "Bins", "description": "x" * 10_001}, "The description is too long. Keep it to 10,000 letters."),
        ({"title": "Bins", "host_name": "x" * 81}, "The host's name is too long. Keep it to 80 letters."),
        ({"title": "Bins", "topic": "x" * 41}, "The topic is too long. Keep it to 40 letters."),
        ({"title": "Bins", "needs": ["a pool"]}, "No room here has a pool. Choose from what the rooms have."),
    ],
)
def test_pitch_that_cannot_be_used_comes_back_as_typed(
    phone: Phones, event: Event, database: Database, fields: dict[str, str], error: str
) -> None:
    typed = {"description": "A text", "host_name": "Ada", "topic": "Places", "nonce": "n1", **fields}
    for htmx in (False, True):
        response = joined(phone, event).submit(f"/e/{event.code}/pitches", typed, htmx=htmx)
        assert response.status_code == 422
        page = Page(response.text)
        assert page.one("p", class_="error").text == error
        assert page.by_id("description").text == typed["description"].strip()
        for name in ("title", "host_name", "topic"):
            assert page.by_id(name).attributes["value"] == typed.get(name, "")
        assert page.one("input", name="nonce").attributes["value"] == "n1"
    assert stored(database, event) == []


def test_pitch_while_closed_says_so_and_keeps_the_text(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    close(database, event, pitching=True)
    response = visitor.post(f"/e/{event.code}/pitches", title="Bins", description="All of them")
    assert response.status_code == 409
    page = Page(response.text)
    assert page.one("div", class_="error-summary").text.endswith(
        "Pitching is closed, so this was not pitched. Ask the organiser if it should still get in."
    )
    assert page.by_id("title").attributes["value"] == "Bins"
    assert page.by_id("description").text == "All of them"
    assert not visitor.page(f"/e/{event.code}").all("input", name="title")


def test_pitch_above_the_limit_says_so_and_keeps_the_text(phone: Phones, event: Event, database: Database) -> None:
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"pitches": 1}))
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches", title="Bins")
    response = visitor.post(f"/e/{event.code}/pitches", title="Lids")
    assert response.status_code == 429
    assert Page(response.text).by_id("title").attributes["value"] == "Lids"
    assert stored(database, event) == [("Bins", "")]


def test_pitch_from_a_phone_that_forgot_the_event_comes_back_and_can_be_sent_again(
    phone: Phones, event: Event, database: Database
) -> None:
    visitor = phone()
    refused = visitor.post(f"/e/{event.code}/pitches", title="Bins", description="A text", nonce="n1")
    page = Page(refused.text)
    assert (refused.status_code, stored(database, event)) == (403, [])
    assert (page.by_id("title").attributes["value"], page.by_id("description").text) == ("Bins", "A text")
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1").status_code == 303
    assert len(stored(database, event)) == 1


def test_pitch_with_htmx_answers_ones_own_pitches_and_an_empty_form(
    phone: Phones, event: Event, database: Database
) -> None:
    a_pitch(database, event, title="Paper forms: what can be done?")
    visitor = joined(phone, event)
    response = visitor.post(f"/e/{event.code}/pitches", htmx=True, title="What about paper forms?", nonce="n1")
    page = Page(response.text)
    assert page.elements[0].attributes["id"] == "pitching"
    assert shown(page) == ["What about paper forms?"]
    assert page.by_id("title").attributes["value"] == ""
    assert page.one("input", name="nonce").attributes["value"] != "n1"
    assert page.one("p", tabindex="-1", autofocus="").text == "It is on the wall now. Everybody sees it."
    hint = page.one("article").text.split("sees it. ")[1]
    assert hint.startswith("Somebody pitched something like this: Paper forms: what can be done?")


def test_similar_pitches_are_hinted_at_while_typing(phone: Phones, event: Event, database: Database) -> None:
    a_pitch(database, event, title="Open data for councils")
    visitor = joined(phone, event)
    found = Page(visitor.get(f"/e/{event.code}/pitches/similar?title=councils+open+data", htmx=True).text)
    assert found.one("a").text == "Open data for councils"
    none = Page(visitor.get(f"/e/{event.code}/pitches/similar?title=bins", htmx=True).text)
    assert none.by_id("similar").text == ""


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
    assert page.by_id("pitch-1").text == f"Bins on the wall now Shy {code}"
    block = Page(boss.post(f"/e/{event.code}/pitches", htmx=True, title="Lids", other="1", nonce="n2").text)
    assert block.elements[0].attributes["id"] == "box"
    assert [row.attributes["id"] for row in block.all("tr") if "id" in row.attributes] == ["pitch-2", "pitch-1"]
    assert stored(database, event) == [("Bins", "Shy"), ("Lids", "")]


def test_box_is_for_facilitators(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    assert visitor.get(f"/e/{event.code}/pitches").status_code == 403
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", other="1").status_code == 403
    assert stored(database, event) == []


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


def test_choices_show_what_one_wants_and_hosts(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    for number, interest in ((1, "1"), (2, "2"), (3, "0")):
        pitch = a_pitch(database, event, title=f"Pitch {number}")
        visitor.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=interest)
    visitor.post(f"/e/{event.code}/pitches", title="Mine")
    page = visitor.page(f"/e/{event.code}/choices")
    assert [heading.text for heading in page.all("h2")] == ["Must go 1", "Interested 1", "You host"]
    assert shown(page) == ["Pitch 2", "Pitch 1"]
    response = visitor.post(f"/e/{event.code}/pitches/2/vote", interest="0", back="choices")
    assert response.headers["Location"] == f"/e/{event.code}/choices#pitch-2"
    assert shown(visitor.page(f"/e/{event.code}/choices")) == ["Pitch 1"]


def test_choices_of_a_new_phone_lead_to_the_marketplace(phone: Phones, event: Event) -> None:
    page = joined(phone, event).page(f"/e/{event.code}/choices")
    assert page.one("div", class_="empty").text.startswith("You have chosen nothing yet.")


def test_page_shows_titles_as_text_whatever_they_hold(phone: Phones, event: Event, app: Flask) -> None:
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches", title="<script>alert(1)</script>", topic='"><b>', host_name="{{ 7 * 7 }}")
    page = joined(phone, event).page(f"/e/{event.code}")
    assert shown(page) == ["<script>alert(1)</script>"]
    assert page.one("p", class_="note-host").text == "{{ 7 * 7 }}"


def test_not_looked_at_is_no_vote_and_not_for_me_is_one(phone: Phones, event: Event, database: Database) -> None:
    bins, data = a_pitch(database, event, title="Bins"), a_pitch(database, event, title="Open data")
    visitor = joined(phone, event)
    page = visitor.page(f"/e/{event.code}")
    assert not [button for button in page.all("button") if button.attributes.get("aria-pressed") == "true"]
    visitor.post(f"/e/{event.code}/pitches/{bins.id}/vote", interest="0")
    page = visitor.page(f"/e/{event.code}?show=unseen")
    assert (shown(page), page.by_id("looked").text) == (["Open data"], "1 of 2 looked at")
    page = visitor.page(f"/e/{event.code}")
    assert page.by_id(f"vote-{bins.id}-0").attributes["aria-pressed"] == "true"
    assert page.by_id(f"vote-{data.id}-0").attributes["aria-pressed"] == "false"
    visitor.post(f"/e/{event.code}/pitches/{data.id}/vote", interest="2")
    assert "You have looked at all of them." in visitor.page(f"/e/{event.code}?show=unseen").one("main").text


def test_news_shows_what_is_new(phone: Phones, event: Event, database: Database) -> None:
    old = a_pitch(database, event, title="Old")
    a_pitch(database, event, title="Late")
    visitor = joined(phone, event)
    news = visitor.page(f"/e/{event.code}/pitches/news?after={old.id}")
    address = news.one("a", class_="button").attributes["href"]
    assert shown(visitor.page(address)) == ["Late"]
    assert set(shown(visitor.page(f"/e/{event.code}?show=new"))) == {"Old", "Late"}


@pytest.mark.parametrize("typed", ["cafes", "peoples", "step free", "CAFÉS", "people\u2019s"])
def test_find_minds_neither_accents_nor_apostrophes_and_finds_needs(
    phone: Phones, event: Event, database: Database, typed: str
) -> None:
    a_pitch(database, event, title="The people's Cafés", needs=["step-free"])
    a_pitch(database, event, title="Bins")
    assert shown(joined(phone, event).page(f"/e/{event.code}?q={typed}")) == ["The people's Cafés"]

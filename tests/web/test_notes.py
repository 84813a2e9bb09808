"""The notes of a session, written by several people."""

import re

import pytest

from eventkit.clock import now
from eventkit.event import limits
from eventkit.event.roles import Viewer
from eventkit.market import notes
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Note, NoteKind, Pitch
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.published import Day
from tests.world.visitors import Phones, joined, organiser


@pytest.fixture
def day(database: Database) -> Day:
    event, secret = an_event(database)
    return Day(event, secret, some_pitches(database, event, 2), [], [])


def at(day: Day, number: int = 0) -> str:
    return f"{day.address}/pitches/{day.pitches[number].id}"


def test_note_from_a_phone_that_forgot_the_event_comes_back_and_can_be_sent_again(
    phone: Phones, day: Day, database: Database
) -> None:
    written = joined(phone, day.event)
    assert written.post(f"{at(day)}/notes", text="First").status_code == 303
    for number, address in enumerate((f"{at(day)}/notes", f"{at(day)}/notes/1")):
        visitor = phone()
        refused = visitor.post(address, kind="action", text="Ask the county", owner="Amira", nonce="n1")
        page = Page(refused.text)
        assert refused.status_code == 403
        assert (page.by_id("text").text, page.by_id("owner").attributes["value"]) == ("Ask the county", "Amira")
        assert visitor.post(f"{at(day)}/notes", kind="action", text="Ask the county", nonce="n1").status_code == 303
        with database.reading() as tx:
            shown = notes.pageful(tx, day.event.id, day.pitches[0].id, Viewer(token="anybody"))
            kept = [note.text for note in shown.entries]
        assert kept == ["First", *["Ask the county"] * (number + 1)]


def entries(page: Page) -> list[str]:
    """What the entries say, without the times at which they were written and without buttons."""
    texts = (re.sub(r"( ·)? \d\d:\d\d", "", element.text) for element in page.all("li", class_="entry"))
    return [re.split(" Your name| I’ll help| Report| : ", text)[0] for text in texts]


def test_notes_from_two_people_are_there_for_everybody_in_order(day: Day, phone: Phones) -> None:
    one, other = joined(phone, day.event), joined(phone, day.event)
    assert one.post(f"{at(day)}/notes", kind="note", text="First *point*").headers["Location"] == f"{at(day)}#notes"
    other.post(f"{at(day)}/notes", kind="action", text="Write it up", owner="Priya", author_name="Tom")
    one.post(f"{at(day)}/notes", kind="link", text="The slides", url="https://example.org/slides")
    page = joined(phone, day.event).page(at(day))
    assert entries(page) == [
        "First point",
        "Action for Priya Write it up Tom",
        "The slides https://example.org/slides",
    ]
    assert page.one("a", href="https://example.org/slides").attributes["rel"] == "nofollow noopener noreferrer"


def test_notes_page_of_its_own_shows_the_same(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    visitor.post(f"{at(day)}/notes", text="A point")
    assert [text.split(" Edit")[0] for text in entries(visitor.page(f"{at(day)}/notes"))] == ["A point"]


def test_notes_sent_twice_with_one_nonce_are_kept_once(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    nonce = visitor.page(at(day)).all("input", name="nonce")[-1].attributes["value"]
    for _ in range(2):
        assert visitor.post(f"{at(day)}/notes", text="Once", nonce=nonce).status_code == 303
    assert [text.split(" Edit")[0] for text in entries(visitor.page(at(day)))] == ["Once"]


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"text": "  "}, "text", "The note is empty. Write something here."),
        ({"text": "x" * 10_001}, "text", "The note is too long. Keep it to 10,000 letters."),
        ({"kind": "link"}, "url", "The link is empty. Paste an address that starts with https://"),
        (
            {"kind": "link", "url": "javascript:alert(1)"},
            "url",
            "This is not an address that can be opened. It should look like https://example.org/page",
        ),
        ({"kind": "poem", "text": "x"}, "kind", "The kind cannot be used as it is. Choose one of those offered."),
        ({"text": "x", "author_name": "n" * 81}, "author_name", "Your name is too long. Keep it to 80 letters."),
    ],
)
def test_note_that_cannot_be_used_comes_back_as_typed(
    day: Day, phone: Phones, fields: dict[str, str], name: str, sentence: str
) -> None:
    response = joined(phone, day.event).submit(f"{at(day)}/notes", {"owner": "Kim", **fields})
    page = Page(response.text)
    assert response.status_code == 422
    assert [element.text for element in page.all("p", class_="error")] == [sentence]
    assert page.by_id("owner").attributes["value"] == "Kim"
    if "url" in fields:
        assert page.by_id("url").attributes["value"] == fields["url"]


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org", "https://", "//example.org", "https://user:pw@example.org", "http://a b", "http://x:port/"],
)
def test_checked_url_refuses_what_is_no_web_address(url: str) -> None:
    with pytest.raises(Exception, match="address"):
        notes.checked_url(url)


def test_note_shows_markdown_without_what_could_harm(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    text = "# Big\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://example.org/p.png)"
    visitor.post(f"{at(day)}/notes", text=text)
    page = visitor.page(at(day))
    assert page.all("img") == []
    assert [element for element in page.all("a") if "javascript" in element.attributes["href"]] == []


def test_own_note_can_be_edited_and_says_so(day: Day, database: Database, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    visitor.post(f"{at(day)}/notes", text="Teh point")
    note = only(database)
    form = visitor.page(f"{at(day)}/notes/{note.id}")
    assert form.by_id("text").text == "Teh point"
    assert visitor.post(f"{at(day)}/notes/{note.id}", kind="action", text="The point", owner="Bo").status_code == 303
    assert [text.split(" Edit")[0] for text in entries(visitor.page(at(day)))] == ["Action for Bo The point · edited"]
    refused = visitor.post(f"{at(day)}/notes/{note.id}", text="")
    assert (refused.status_code, only(database).text) == (422, "The point")


def test_own_note_struck_out_is_hidden_from_others_and_can_come_back(
    day: Day, database: Database, phone: Phones
) -> None:
    author, other = joined(phone, day.event), joined(phone, day.event)
    author.post(f"{at(day)}/notes", text="Too much said")
    note = only(database)
    author.post(f"{at(day)}/notes/{note.id}", strike="1")
    assert entries(other.page(at(day))) == ["An entry was struck out."]
    assert entries(author.page(at(day))) == ["Too much said Put back"]
    author.post(f"{at(day)}/notes/{note.id}", strike="0")
    assert entries(other.page(at(day))) == ["Too much said"]


def test_note_of_somebody_else_cannot_be_changed(day: Day, database: Database, phone: Phones) -> None:
    joined(phone, day.event).post(f"{at(day)}/notes", text="Mine")
    note, other = only(database), joined(phone, day.event)
    assert other.get(f"{at(day)}/notes/{note.id}").status_code == 403
    assert other.post(f"{at(day)}/notes/{note.id}", text="Yours").status_code == 403
    assert other.post(f"{at(day)}/notes/{note.id}", strike="1").status_code == 403
    assert (only(database).text, only(database).struck_at) == ("Mine", None)
    assert other.page(at(day)).all("a", href=f"{at(day)}/notes/{note.id}") == []


def test_note_can_be_struck_out_by_the_organiser(day: Day, database: Database, phone: Phones) -> None:
    joined(phone, day.event).post(f"{at(day)}/notes", text="Rude")
    assert organiser(phone, day.event).post(f"{at(day)}/notes/{only(database).id}", strike="1").status_code == 303
    assert only(database).struck_at is not None


def test_note_is_reached_through_its_own_pitch_and_event_only(day: Day, database: Database, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    visitor.post(f"{at(day)}/notes", text="Here")
    note = only(database)
    elsewhere, _ = an_event(database)
    assert visitor.get(f"{at(day, 1)}/notes/{note.id}").status_code == 404
    assert visitor.post(f"{at(day, 1)}/notes/{note.id}", strike="1").status_code == 404
    assert visitor.post(f"/e/{elsewhere.code}/pitches/{day.pitches[0].id}/notes", text="x").status_code == 404
    visitor.get(f"/e/{elsewhere.code}")
    assert visitor.post(f"/e/{elsewhere.code}/pitches/{day.pitches[0].id}/notes", text="x").status_code == 404


def test_note_from_a_phone_that_never_joined_is_refused(day: Day, phone: Phones) -> None:
    assert phone().post(f"{at(day)}/notes", text="x").status_code == 403


def test_note_for_a_withdrawn_pitch_is_not_here(day: Day, database: Database, phone: Phones) -> None:
    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).withdrawn_at = now()

    database.write(withdraw)
    assert joined(phone, day.event).post(f"{at(day)}/notes", text="x").status_code == 404


def test_notes_of_a_merged_pitch_go_to_what_it_is_now(day: Day, database: Database, phone: Phones) -> None:
    def merge(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).merged_into = day.pitches[1].id

    visitor = joined(phone, day.event)
    database.write(merge)
    visitor.post(f"{at(day, 0)}/notes", text="Found its way")
    assert only(database).pitch_id == day.pitches[1].id


def test_too_many_notes_in_a_minute_come_back_as_typed(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    for number in range(10 * limits.NOTES.most):  # each two seconds one more is allowed, however slow this is
        if (response := visitor.post(f"{at(day)}/notes", text=f"Note {number}")).status_code != 303:
            break
    assert (response.status_code, number >= limits.NOTES.most) == (429, True)
    assert Page(response.text).by_id("text").text == f"Note {number}"


def test_the_organiser_sets_how_many_notes_a_minute_and_a_retry_is_none(
    day: Day, database: Database, phone: Phones
) -> None:
    def allow_one(tx: Transaction) -> None:
        tx.get_one(Event, day.event.id).limits = {"notes": 1}

    database.write(allow_one)
    visitor = joined(phone, day.event)
    answers = [visitor.post(f"{at(day)}/notes", text="x", nonce=nonce).status_code for nonce in ("a", "a", "b")]
    assert answers == [303, 303, 429]
    assert only(database).text == "x"


def test_notes_for_htmx_answer_the_section_and_refresh_the_list_alone(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    answer = visitor.post(f"{at(day)}/notes", htmx=True, text="Quick")
    assert answer.text.strip().startswith('<section id="notes"')
    assert visitor.get(f"{at(day)}/notes", htmx=True).text.strip().startswith('<div id="entries"')
    assert visitor.get(f"{at(day)}/notes", htmx=True).text.count("<form") == 1  # strike out; not the one for typing


def test_entry_keeps_only_the_fields_of_its_kind() -> None:
    entry = notes.checked(
        notes.Entry(kind=NoteKind.NOTE, text="x", url="https://example.org", owner="Kim", author_name="Jo")
    )
    assert entry == notes.Entry(kind=NoteKind.NOTE, text="x", url="", owner="", author_name="Jo")


def only(database: Database) -> Note:
    with database.reading() as tx:
        return tx.query(Note).one()


def test_organiser_can_raise_how_many_notes_a_phone_may_write(day: Day, phone: Phones, database: Database) -> None:
    def lower(tx: Transaction) -> None:
        tx.get_one(Event, day.event.id).limits = {"notes": 1}

    database.write(lower)
    visitor = joined(phone, day.event)
    assert [visitor.post(f"{at(day)}/notes", text=text).status_code for text in ("One", "Two")] == [303, 429]


def test_note_that_was_added_leaves_the_reader_where_the_next_is_typed(day: Day, phone: Phones) -> None:
    visitor = joined(phone, day.event)
    focused = [
        [element.attributes["id"] for element in Page(answer.text).elements if "autofocus" in element.attributes]
        for answer in (visitor.get(at(day)), visitor.post(f"{at(day)}/notes", htmx=True, kind="note", text="One"))
    ]
    assert focused == [[], ["text"]]


def test_many_notes_come_a_page_at_a_time_newest_first(day: Day, phone: Phones, database: Database) -> None:
    made = notes.ON_A_PAGE + 3

    def write(tx: Transaction) -> None:
        tx.add_all(
            Note(
                event_id=day.event.id,
                pitch_id=day.pitches[0].id,
                kind=NoteKind.NOTE,
                text=f"Number {number}",
                made_at=now(),
            )
            for number in range(made)
        )

    database.write(write)
    page = joined(phone, day.event).page(f"{at(day)}/notes")
    assert entries(page) == [f"Number {number}" for number in range(3, made)]
    earlier = next(link for link in page.all("a") if link.text == "Earlier entries").attributes["href"]
    page = joined(phone, day.event).page(earlier)
    assert entries(page) == ["Number 0", "Number 1", "Number 2"]
    assert [link.text for link in page.all("a") if link.text in ("Earlier entries", "Newest entries")] == [
        "Newest entries"
    ]
    for nonsense in ("x", "-1", "0", "9" * 30):
        assert len(entries(joined(phone, day.event).page(f"{at(day)}?before={nonsense}"))) == notes.ON_A_PAGE


def test_note_sent_again_with_other_words_is_told_from_a_retry(day: Day, phone: Phones) -> None:
    """What differs from the first post of a form was not kept: it comes back, and may be sent as another entry."""
    visitor = joined(phone, day.event)
    visitor.post(f"{at(day)}/notes", text="Ask the county", nonce="n1")
    refused = visitor.post(f"{at(day)}/notes", text="Ask the county and the city", nonce="n1")
    page = Page(refused.text)
    assert (refused.status_code, page.by_id("text").text) == (409, "Ask the county and the city")
    assert "kept already" in page.one("div", class_="error-summary").text
    nonce = page.one("input", name="nonce").attributes["value"]
    assert nonce not in ("", "n1")
    assert visitor.post(f"{at(day)}/notes", text="Ask the county and the city", nonce=nonce).status_code == 303
    assert entries(joined(phone, day.event).page(at(day))) == ["Ask the county", "Ask the county and the city"]


def test_who_changes_an_entry_that_was_changed_since_hears_so_and_chooses(day: Day, phone: Phones) -> None:
    writer = joined(phone, day.event)
    writer.post(f"{at(day)}/notes", text="First")
    address = f"{at(day)}/notes/1"
    seen = writer.page(address).one("input", name="seen").attributes["value"]
    assert writer.post(address, text="Second", seen=seen).status_code == 303
    assert writer.post(address, text="Second", seen=seen).status_code == 303  # the same again is a retry
    refused = writer.post(address, text="Third", seen=seen)
    page = Page(refused.text)
    assert (refused.status_code, page.by_id("text").text, page.one("blockquote").text) == (409, "Third", "Second")
    newer = page.one("input", name="seen").attributes["value"]
    assert writer.post(address, text="Third", seen=newer).status_code == 303
    assert entries(joined(phone, day.event).page(at(day))) == ["Third · edited"]


def test_no_browser_cuts_what_is_longer_than_may_be_sent(day: Day, phone: Phones) -> None:
    """12,000 letters arrive as 12,000 and are refused in words, with all of them there."""
    visitor = joined(phone, day.event)
    assert "maxlength" not in visitor.page(at(day)).by_id("text").attributes
    refused = visitor.post(f"{at(day)}/notes", text="a" * 12_000)
    page = Page(refused.text)
    assert (refused.status_code, page.by_id("text").text) == (422, "a" * 12_000)
    assert "Keep it to 10,000 letters." in page.one("div", class_="error-summary").text

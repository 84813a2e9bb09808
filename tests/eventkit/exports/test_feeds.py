"""Feeds of actions: what two readers of such feeds find in them, and nothing that the book has not."""

import json
from datetime import date
from xml.etree import ElementTree

from eventkit.event import events
from eventkit.exports import feeds, source
from eventkit.market import actions, notes
from eventkit.storage.db import Database
from eventkit.storage.tables import NoteKind
from tests.world.builders import a_person, viewer_of
from tests.world.published import Day, a_published_day

ATOM = "{http://www.w3.org/2005/Atom}"
TRICKY = 'Ask <script>alert(1)</script> "them" & \u000b ]]> about **bins**'


def an_action(database: Database, day: Day, number: int, text: str, **fields: object) -> int:
    writer = a_person(database, day.event, "Ada")
    entry = notes.Entry(**{"kind": NoteKind.ACTION, "text": text, "url": "", "owner": "", "author_name": "", **fields})  # type: ignore[arg-type]
    return database.write(lambda tx: notes.add(tx, day.event.id, day.pitches[number].id, writer, entry)).id


def read(database: Database, day: Day) -> source.Source:
    with database.reading() as tx:
        return source.read(tx, events.by_code(tx, day.event.code), "https://camp.example")


def test_feeds_have_the_actions_open_ones_first_with_who_and_until_when(database: Database) -> None:
    day = a_published_day(database)
    done = an_action(database, day, 0, "Write to the council", owner="Bo")
    an_action(database, day, 1, TRICKY, owner="Zoë", due=date(2026, 7, 1))
    an_action(database, day, 1, "Between us", out_of_book=True)
    an_action(database, day, 2, "A point", kind=NoteKind.NOTE)
    helper = a_person(database, day.event, "Cleo")
    pitch_id = day.pitches[0].id
    database.write(lambda tx: actions.help_with(tx, day.event.id, pitch_id, done, helper, True, name="Cleo"))
    database.write(
        lambda tx: actions.set_done(tx, day.event.id, pitch_id, done, viewer_of(database, day.event, helper), True)
    )
    found = read(database, day)
    entries = ElementTree.fromstring(feeds.as_atom(found)).findall(f"{ATOM}entry")
    items = json.loads(feeds.as_json(found))["items"]
    assert [it["id"] for it in items] == [it.findtext(f"{ATOM}id") for it in entries]
    assert [it["title"] for it in items] == [it.findtext(f"{ATOM}title") for it in entries]
    assert [it["content_html"] for it in items] == [it.findtext(f"{ATOM}content") for it in entries]
    assert [it["tags"] for it in items] == [["open"], ["done"]]
    first, second = (it["content_html"] for it in items)
    assert "<script" not in first and "Zoë" in first and "1 July 2026" in first and "<strong>bins</strong>" in first
    assert "Bo" in second and "Cleo" in second
    assert f"https://camp.example/e/{day.event.code}/pitches/{pitch_id}#notes" in second


def test_feeds_without_actions_are_whole_and_always_the_same(database: Database) -> None:
    day = a_published_day(database)
    root = ElementTree.fromstring(feeds.as_atom(read(database, day)))
    assert {child.tag.removeprefix(ATOM) for child in root} == {"id", "title", "updated", "author", "link"}
    assert json.loads(feeds.as_json(read(database, day)))["items"] == []
    assert feeds.as_atom(read(database, day)) == feeds.as_atom(read(database, day))

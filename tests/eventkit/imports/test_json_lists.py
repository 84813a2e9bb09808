"""Lists of sessions in JSON of programs that nobody told us of: as they are out there, small and made up by us."""

import json
from typing import Any

import pytest

from eventkit.errors import Invalid
from eventkit.imports import files, told
from eventkit.imports.programmes import Programme

LISTS: dict[str, Any] = {
    "a list of talks": [
        {"id": 4, "title": "Bins", "speaker": "Kim", "description": "How", "venue": "Hall", "user_id": 9,
         "start_date": "2030-05-31 16:10:00", "end_date": "2030-05-31 16:30:00"}
    ],
    "a widget": {
        "talks": [
            {"code": "AAAAA", "title": "Bins", "abstract": "How", "speakers": ["KKKKK"], "room": 7,
             "start": "2030-05-31T09:00:00+02:00", "end": "2030-05-31T09:30:00+02:00"},
            {"title": {"en": "Lunch"}, "start": "2030-05-31T12:00:00+02:00", "end": "2030-05-31T13:00:00+02:00",
             "room": 7, "slot_type": "break"},
        ],
        "rooms": [{"id": 7, "name": {"en": "Hall"}}], "speakers": [{"code": "KKKKK", "name": "Kim"}],
    },
    "by day, time and room": {"schedule": {"2030-05-31": {"510": {}, "530": {"7": {
        "code": "AAAAA", "title": "Bins", "speakers": [{"code": "K", "name": "Kim"}], "description": "How",
        "slots": [{"room": {"name": {"en": "Hall"}}, "start": "2030-05-31T09:00:00+02:00"}]}}}}},
    "by code": {"AAAAA": {"code": "AAAAA", "title": "Bins", "abstract": "How", "speakers": [{"name": "Kim"}],
                          "room": "Hall", "start": "2030-05-31T09:00:00+02:00"}},
    "a talk and its profile": [{"id": 1, "state": "accepted", "talk": {"title": "Bins", "abstract": "How"},
                                "profile": {"name": "Kim"}, "room": "Hall", "start": "2030-05-31T09:00:00"}],
}  # fmt: skip


@pytest.mark.parametrize("shape", LISTS)
def test_what_has_a_title_is_a_session(shape: str) -> None:
    found = files.read("x.json", json.dumps(LISTS[shape]).encode())
    assert isinstance(found, Programme)
    assert [(it.title, it.host, it.description) for it in found.pitches] == [("Bins", "Kim", "How")]
    assert ([it.name for it in found.rooms], str(found.day)) == (["Hall"], "2030-05-31")
    assert [it.title for it in found.items] == (["Lunch"] if shape == "a widget" else [])


def test_cards_of_a_board_are_read_and_what_is_left_is_told() -> None:
    cards = [{"name": "Bins", "desc": "How", "closed": False, "pos": 4}, {"name": "Old", "desc": "", "closed": True}]
    found = files.read("board.json", json.dumps({"name": "Camp", "cards": cards, "lists": []}).encode())
    assert isinstance(found, Programme)
    assert [it.title for it in found.pitches] == ["Bins"]
    assert told.of_file(found)[1] == "Not used: cards that are archived and pos."


def test_json_without_titles_says_what_is_there() -> None:
    with pytest.raises(Invalid, match=r"nothing in it has a title.*Here is: token"):
        files.read("x.json", b'{"token": "abc"}')

"""Tables become parts of a programme: as public files of camps and conferences have them, small and made up by us."""

from typing import Any

import pytest

from eventkit.errors import Invalid
from eventkit.imports import files, told
from eventkit.imports.programmes import Programme
from tests.world.files_of_others import workbook

READ = {
    "a programme with breaks": (
        "Track,Date,Start Time,Duration,Speaker,Talk Title,Synopsis,Type,Room Name\n"
        "LAWN,2030-07-02,07:30,90,,Breakfast,,Break,\nA,2030-07-02,09:10,60,Kim; Lee,Bins,How,Talk,Hall\n",
        [("Bins", "Kim; Lee", "How")], ["Hall"], ["07:30-09:00 Breakfast"],
    ),
    "spans and what is on": ("time,session\n08:00 – 08:30,Registration\n12:30 – 13:15,Lunch\n",
                             [], [], ["08:00-08:30 Registration", "12:30-13:15 Lunch"]),
    "starts only": ("Zeit;Was\n9:00;Kaffee\n9:30;Runde\n10:00;Ende\n",
                    [], [], ["09:00-09:30 Kaffee", "09:30-10:00 Runde"]),
    "titles, one a line": ("All bins\nBikes, trams\nA nap\nThe end\n",
                           [(it, "", "") for it in ("All bins", "Bikes, trams", "A nap", "The end")], [], []),
    "blank lines and sums": ("\n;;\n;Titel;Wer\n;Kompost;Kim\n;;\n;Gesamt: 2;\n", [("Kompost", "Kim", "")], [], []),
    "a line for each speaker": ("Session Id,Title,Owner,FirstName,LastName,Status\n1,Bins,Kim,Kim,Ek,Accepted\n"
                                "1,Bins,Kim,Lee,Ost,Accepted\n2,No,Bo,Bo,Ek,Declined\n",
                                [("Bins", "Kim Ek, Lee Ost", "")], [], []),
    "authors where nobody presents": ("title,author,presenter\nOne,Kim,\nTwo,Kim,Lee\n",
                                      [("One", "Kim", ""), ("Two", "Lee", "")], [], []),
    "Markdown": ("| Title | Host |\n|---|:--|\n| Bins | --- |\n", [("Bins", "", "")], [], []),
    "a column twice": ("Title,Description,Description\nBins,Short,Long\n", [("Bins", "", "Short\n\nLong")], [], []),
    "a bar in Markdown": ("| Title | Host |\n|---|---|\n| Parks \\| rivers | Kim |\n",
                          [("Parks | rivers", "Kim", "")], [], []),
    "cards of a board": ("Card ID,Card Name,Card Description,Members\n7,Bins,How,kim\n", [("Bins", "", "How")], [], []),
    "headings that say optional": ("*Session Title,Speakers(Optional)\nBins,Kim Ek\n",
                                   [("Bins", "Kim Ek", "")], [], []),
    "questions of nobody": ("Question,Author\nWhy bins?,Anonymous\nParks?,Kim\n",
                            [("Why bins?", "", ""), ("Parks?", "Kim", "")], [], []),
    "a list that is counted": ("1. All bins\n2) A nap\n3. The end\n",
                               [(it, "", "") for it in ("All bins", "A nap", "The end")], [], []),
    "a mark in a board of one": ("Name,Seats,Host\nBins,x,Kim\n", [("Bins", "Kim", "")], [], []),
    "a board": ("Time,Hall,Kitchen\n10:00-10:45,Bins,\n11:00-11:45,Lunch,Lunch\n",
                [("Bins", "", "")], ["Hall", "Kitchen"], ["10:00-10:45", "11:00-11:45 Lunch"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", READ)
def test_tables_of_every_shape_bring_something(shape: str) -> None:
    text, pitches, rooms, items = READ[shape]
    found = files.read("x.csv", text.encode())
    assert isinstance(found, Programme)
    assert [(it.title, it.host, it.description) for it in found.pitches] == pitches
    assert [it.name for it in found.rooms] == rooms
    assert [f"{it.starts:%H:%M}-{it.ends:%H:%M} {it.title}".strip() for it in found.items] == items


def test_what_columns_are_read_as_and_what_is_left_is_told() -> None:
    text = "Timestamp,What is your name?,What would you like to talk about?,Mood\n1,Kim,Bins,good\n"
    found = files.read("x.csv", text.encode())
    assert isinstance(found, Programme)
    said = told.of_file(found)
    assert said[1].startswith("Not sure, told by the words in the heading: “What is your name?” is host and “")
    assert said[2].startswith("Columns not used: “Timestamp” and “Mood”.")
    rejected = files.read("x.csv", b"title,state,active\nA,rejected,\nB,,n\nC,,y\nTotal,3,\n")
    assert isinstance(rejected, Programme)
    assert told.of_file(rejected)[1].startswith("Not used: sessions that are not active or not accepted")
    assert "sessions that are rejected" in told.of_file(rejected)[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("---\nlayout: none\n---\nx: y\n", "this is no table: it looks like YAML"),
        ("- title: Bins\n  host: Kim\n", "this is no table: it looks like YAML"),
        ("Kim,Bins\nLee,Trees\n", "there is no column title"),
        ("id,title\n1,One\n1,Two\n", "line 3: the id 1 is that of line 2 already"),
        ("N\xe1zev;Popis\nKompost;\xe8\n", "read as Windows-1252, which is a guess"),
    ],
)
def test_what_is_no_table_says_what_to_do(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.read("x", text.encode("latin-1"))
    assert sentence in str(refused.value)


PITCHES: list[list[Any]] = [
    ["Title", "Host", "Room", "Start"],
    ["Bins", "Ana", "Hall", "10:00"],
    ["Bees", "Bo", "Attic", "10:00"],
]
ROOMS: list[list[Any]] = [["Room", "Seats"], ["Hall", 80], ["Attic", 12]]
BOARD: list[list[Any]] = [["", "Hall", "Attic"], ["10:00", "Bins\nAna", "Bees\nBo"], ["11:00", "", "Something else"]]


@pytest.mark.parametrize("order", ["pitches rooms board", "rooms pitches board", "board rooms pitches"])
def test_sheets_of_a_workbook_say_each_thing_once(order: str) -> None:
    """A room that a list of pitches names has its seats from the list of rooms; a board shows where pitches stand."""
    sheets: dict[str, list[list[Any]]] = {"pitches": PITCHES, "rooms": ROOMS, "board": BOARD}
    found = files.read("camp.xlsx", workbook(**{name: sheets[name] for name in order.split()}))
    assert isinstance(found, Programme)
    assert [it.title for it in found.pitches] == ["Bins", "Bees"]
    assert [(it.name, it.capacity) for it in found.rooms] == [("Hall", 80), ("Attic", 12)]
    assert found.unused_sheets == ["board"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("x.csv", "Name,Bins,Parks\nKim,x,\nLee,,✓\nBo,1,0\n", "x.csv, line 1: this looks like votes, a person a line"),
        (
            "x.csv",
            "Voter;What do you want to talk about?\nA;Bins\nB;Parks\n",
            "x.csv: no column is surely one of titles",
        ),
        ("x.json", '[{"fullName": "Kim", "sessions": [{"id": 1, "name": "Bins"}]}]', "x.json: these are speakers"),
        ("x.rtf", r"{\rtf1\ansi Bins\par Parks}", "x.rtf: this is a Word document."),
    ],
)
def test_what_would_come_in_wrong_says_what_to_do(name: str, text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.read(name, text.encode())
    assert str(refused.value).startswith(sentence)

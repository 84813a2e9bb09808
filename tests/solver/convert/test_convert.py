"""Converters: what public files say comes out as a problem that the solver takes, or is refused by file and line."""

import json
from pathlib import Path

import pytest

from solver import parse
from solver.convert import CONVERTERS, Cells, ConvertError, Document
from solver.convert.__main__ import main

POLIS = (
    "timestamp,datetime,comment-id,voter-id,vote\n1,x,7,a,1\n2,x,8,a,1\n3,x,8,a,-1\n4,x,7,b,0\n5,x,8,b,1\n6,x,9,b,1\n"
)
PABULIB = (
    "META\nkey;value\nvote_type;approval\nPROJECTS\nproject_id;cost\n1;10\n2;20\n3;5\n"
    "VOTES\nvoter_id;vote\na;1,2\nb;2\n"
)
CAT = "# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: One\n2: {1,2},{3}\n1: {3},{1,2}\n1: 2,{}\n"
SOI = "# ALTERNATIVE NAME 1: One\n3: 2,1\n1: 1\n"
MDGP = "4 2 ss 2 2 2 2\n0 1 0.0\n0 2 9.0\n0 3 4.5\n1 2 9.0\n1 3 9.0\n2 3 3.0\n"
TIM = "2 1 1 2\n30\n1 0\n1 1\n1\n0\n1\n" + "1 " * 45 + "0 " + "1 " * 44 + "\n0 1\n-1 0\n"


TWO_SLOTS = Cells(slots=2)


def converted(folder: Path, name: str, suffix: str, content: str, cells: Cells = TWO_SLOTS) -> Document:
    path = folder / f"file{suffix}"
    path.write_text(content)
    return CONVERTERS[name]([path], cells)


def wants(document: Document) -> list[dict[str, int]]:
    return [person["wants"] for person in document["people"]]


def test_polis_keeps_the_last_vote_of_each(tmp_path: Path) -> None:
    document = converted(tmp_path, "polis", ".csv", POLIS)
    assert wants(document) == [{"s-7": 1}, {"s-8": 1, "s-9": 1}]


def test_polis_leaves_out_what_moderators_hid(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("comment-id,moderated,comment-body\n9,-1,Spam\n8,1,Fine\n")
    (tmp_path / "votes.csv").write_text(POLIS)
    document = CONVERTERS["polis"]([tmp_path / "votes.csv", tmp_path / "comments.csv"], Cells())
    assert [session["id"] for session in document["sessions"]] == ["s-7", "s-8"]


def test_pabulib_takes_what_was_approved(tmp_path: Path) -> None:
    document = converted(tmp_path, "pabulib", ".pb", PABULIB)
    assert wants(document) == [{"s-1": 1, "s-2": 1}, {"s-2": 1}]
    assert [session["id"] for session in document["sessions"]] == ["s-1", "s-2", "s-3"]


def test_pabulib_takes_points_as_strengths(tmp_path: Path) -> None:
    text = PABULIB.replace("approval", "cumulative").replace(
        "voter_id;vote\na;1,2\nb;2", "voter_id;vote;points\na;1,2;6,2"
    )
    assert wants(converted(tmp_path, "pabulib", ".pb", text)) == [{"s-1": 3, "s-2": 1}]


def test_preflib_takes_categories_and_orders(tmp_path: Path) -> None:
    approved = wants(converted(tmp_path, "preflib", ".cat", CAT))
    assert approved == [{"s-1": 1, "s-2": 1}, {"s-1": 1, "s-2": 1}, {"s-3": 1}, {"s-2": 1}]
    assert wants(converted(tmp_path, "preflib", ".soi", SOI)) == [{"s-2": 3, "s-1": 1}] * 3 + [{"s-1": 3}]


def test_mdgplib_makes_near_pairs_people(tmp_path: Path) -> None:
    document = converted(tmp_path, "mdgplib", ".txt", MDGP)
    assert {person["id"]: person["wants"] for person in document["people"]} == {
        "p0-1": {"s0": 3, "s1": 3},
        "p0-3": {"s0": 1, "s3": 1},
        "p2-3": {"s2": 2, "s3": 2},
    }
    assert (len(document["slots"]), len(document["rooms"])) == (2, 2)


def test_itc2007_has_rooms_slots_and_order(tmp_path: Path) -> None:
    document = converted(tmp_path, "itc2007", ".tim", TIM)
    first, second = document["sessions"]
    assert wants(document) == [{"s0": 1}, {"s0": 1, "s1": 1}]
    assert (first["needs"], first.get("slots"), first.get("after")) == (["seats>=2"], None, None)
    assert (second["needs"], len(second["slots"]), second["after"]) == (["f0", "seats>=1"], 44, ["s0"])
    assert document["rooms"] == [{"id": "r0", "capacity": 30, "features": ["f0", "seats>=1", "seats>=2"]}]
    hosted = converted(tmp_path, "itc2007-hosts", ".tim", TIM)
    assert [session["hosts"] for session in hosted["sessions"]] == [["p0", "p1"], ["p1"]]


def test_cells_take_the_most_wanted_and_seat_a_share(tmp_path: Path) -> None:
    document = converted(tmp_path, "preflib", ".cat", CAT, Cells(slots=1, rooms=2, top=2, seats=0.5))
    assert [session["id"] for session in document["sessions"]] == ["s-1", "s-2"]
    assert [room["capacity"] for room in document["rooms"]] == [1, 1]
    assert len(document["people"]) == 3


@pytest.mark.parametrize(
    ("name", "suffix", "content", "sentence"),
    [
        ("polis", ".csv", "a,b\n", "file.csv: there is no column comment-id; there are: a, b"),
        ("polis", ".csv", POLIS.replace(",1\n2", ",x\n2"), "file.csv, line 2: 'x' is no whole number"),
        ("polis", ".csv", POLIS.replace(",1\n2", ",5\n2"), "file.csv, line 2: a vote is -1, 0 or 1, not 5"),
        ("pabulib", ".pb", "META\n", "file.pb: there is no section PROJECTS or VOTES"),
        ("pabulib", ".pb", PABULIB + "c;9\n", "file.pb, line 13: there is no project '9'"),
        (
            "preflib",
            ".cat",
            "1 2 3\n",
            "file.cat, line 1: a ballot is `count: places` (PrefLib's format since 2022; "
            "files of before that are there in the new one)",
        ),
        (
            "preflib",
            ".soc",
            "99999999999: 1\n",
            "file.soc, line 1: 99,999,999,999 ballots; a file may have 0 to 1,000,000",
        ),
        ("itc2007", ".tim", "3 2\nx", "file.tim, line 2: 'x' is no whole number"),
        ("itc2007", ".tim", "3 -2 1 4", "file.tim, line 1: events, rooms, features and students are 0 to 5,000 each"),
        ("preflib", ".cat", "", "there is nothing to vote on in this file"),
        ("mdgplib", ".txt", "x\n", "file.txt: not an MDGP file (invalid literal for int() with base 10: 'x')"),
        ("itc2007", ".tim", TIM[:30], "file.tim: the file ends too early"),
    ],
)
def test_file_of_another_kind_is_refused_by_place(
    tmp_path: Path, name: str, suffix: str, content: str, sentence: str
) -> None:
    with pytest.raises(ConvertError) as caught:
        converted(tmp_path, name, suffix, content)
    assert str(caught.value) == sentence


def test_command_prints_a_problem_or_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "votes.csv").write_text(POLIS)
    assert main(["polis", str(tmp_path / "votes.csv"), "--slots", "1"]) == 0
    problem = parse(json.loads(capsys.readouterr().out))
    assert (len(problem.sessions), len(problem.rooms)) == (3, 3)
    assert main(["polis", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err == "none.csv: No such file or directory\n"


@pytest.mark.parametrize("name", ["comp-2007-2-1.tim", "comp-2007-2-9.tim", "comp-2007-2-23.tim"])
def test_itc2007_files_are_problems(shared: Path, name: str) -> None:
    document = CONVERTERS["itc2007"]([shared / "data" / "itc2007" / name], Cells())
    assert any("after" in session for session in document["sessions"])
    problem = parse({**document, "sessions": [{**it, "after": []} for it in document["sessions"]]})
    assert len(problem.slots) == 45
    assert len(problem.people) == int((shared / "data" / "itc2007" / name).read_text().split()[3])

"""Converters: what public files say comes out as a problem that the solver takes, or is refused by file and line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import parse
from solver.convert import Cells, ConvertError, Document, convert
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
    return convert(name, [path], cells)


def wants(document: Document) -> list[dict[str, int]]:
    return [person["wants"] for person in document["people"]]


def test_polis_keeps_the_last_vote_of_each(tmp_path: Path) -> None:
    document = converted(tmp_path, "polis", ".csv", POLIS)
    assert wants(document) == [{"s-7": 1}, {"s-8": 1, "s-9": 1}]


def test_polis_leaves_out_what_moderators_hid(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("comment-id,moderated,comment-body\n9,-1,Spam\n8,1,Fine\n")
    (tmp_path / "votes.csv").write_text(POLIS)
    document = convert("polis", [tmp_path / "votes.csv", tmp_path / "comments.csv"], Cells())
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


PB_HEAD = "META\nkey;value\nvote_type;{}\nPROJECTS\nproject_id;cost\n1;10\n2;20\nVOTES\n"
ORDERS = "# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 3\n# NUMBER UNIQUE ORDERS: 2\n2: 1,2,3\n1: 3,1,2\n"
CONFERENCE = {
    "slots": [
        {"venue": "Hall", "starts_at": "2016-09-16T10:00", "duration": 30, "capacity": 200, "session": "morning"},
        {"venue": "Hall", "starts_at": "2016-09-16 11:00:00", "duration": 45, "capacity": 200, "session": "morning"},
        ["Attic", "2016-09-16 10:00:00", 30, 20, "morning"],
    ],
    "events": [
        {"name": "Long", "duration": 45, "demand": 80, "tags": ["web"], "unavailability": ["Short"]},
        ["Short", 30, None, [], [["Attic", "2016-09-16 10:00:00", 30, 20, "morning"]]],
        ["Early", 30, 5, [], [["Hall", "2016-09-16 11:00:00", 45, 200, "morning"], ["Long", 45, 80, ["web"], []]]],
    ],
}


@pytest.mark.parametrize(
    ("name", "suffix", "content", "sentence"),
    [
        ("polis", ".csv", "a,b\n", "file.csv, line 1: there is no column comment-id; there are: a, b"),
        ("polis", ".csv", "", "file.csv, line 1: there is no column comment-id; there are: none"),
        ("polis", ".csv", POLIS.replace(",1\n2", ",x\n2"), "file.csv, line 2: 'x' is no whole number"),
        ("polis", ".csv", POLIS.replace(",1\n2", ",1_0\n2"), "file.csv, line 2: '1_0' is no whole number"),
        ("polis", ".csv", POLIS.replace(",1\n2", ",5\n2"), "file.csv, line 2: a vote is -1, 0 or 1, not 5"),
        ("polis", ".csv", POLIS[:-3], "file.csv, line 7: 4 cells where there are 5 columns"),
        ("polis", ".csv", POLIS + "7,x,9,,1\n", "file.csv, line 8: a vote without a voter-id"),
        (
            "polis",
            ".csv",
            POLIS.replace("datetime", "vote"),
            "file.csv, line 1: there is more than one column vote; "
            "there are: timestamp, vote, comment-id, voter-id, vote",
        ),
        ("pabulib", ".pb", "META\n", "file.pb: there is no section META, or nothing in it"),
        ("pabulib", ".pb", "a,b\n1,2\n", "file.pb, line 1: not a Pabulib file, which begins with META"),
        ("pabulib", ".pb", PABULIB + "c;9\n", "file.pb, line 13: there is no project '9'"),
        ("pabulib", ".pb", PABULIB + "a;2\n", "file.pb, line 13: voter 'a' is there twice"),
        ("pabulib", ".pb", PABULIB + "c\n", "file.pb, line 13: 1 cells where there are 2 columns"),
        ("pabulib", ".pb", PABULIB + "c;2,2\n", "file.pb, line 13: project '2' stands twice in one vote"),
        ("pabulib", ".pb", PABULIB + 'c;"2\nd;1\n', "file.pb, line 14: there is no project '2\\nd;1'"),
        ("pabulib", ".pb", PABULIB.replace("\n3;5", "\n2;5"), "file.pb, line 8: project '2' is there twice"),
        (
            "pabulib",
            ".pb",
            PABULIB.replace("PROJECTS", "num_votes;3\nPROJECTS"),
            "file.pb: META says num_votes 3, and the file has 2; is it whole?",
        ),
        (
            "pabulib",
            ".pb",
            PABULIB.replace("approval", "quadratic"),
            "file.pb: vote_type is quadratic, none of approval, ordinal, cumulative, scoring",
        ),
        ("pabulib", ".pb", PABULIB + "VOTES\n", "file.pb, line 13: a second section VOTES"),
        (
            "pabulib",
            ".pb",
            PB_HEAD.format("cumulative") + "voter_id;vote;points\na;1,2;3\n",
            "file.pb, line 10: 1 points for 2 projects",
        ),
        (
            "pabulib",
            ".pb",
            PB_HEAD.format("cumulative") + "voter_id;vote;points\na;1,2;3,nan\n",
            "file.pb, line 10: 'nan' is no number of points",
        ),
        (
            "pabulib",
            ".pb",
            PB_HEAD.format("cumulative") + "voter_id;vote;points\na;1,2;3,-1\n",
            "file.pb, line 10: '-1' is no number of points",
        ),
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
        ("preflib", ".dat", SOI, "file.dat: ballots are cat, soc, soi, toc, toi files, and this is of type 'dat'"),
        (
            "preflib",
            ".soc",
            "# DATA TYPE: wmd\n1: 1,2\n",
            "file.soc: ballots are cat, soc, soi, toc, toi files, and this is of type 'wmd'",
        ),
        ("preflib", ".cat", CAT + "-1: 1,2\n", "file.cat, line 6: -1 ballots; a file may have 0 to 1,000,000"),
        ("preflib", ".cat", CAT + "1: 4,{}\n", "file.cat, line 6: there is no alternative 4; there are 1 to 3"),
        ("preflib", ".cat", CAT + "1: {1,2},2\n", "file.cat, line 6: alternative 2 stands twice in one ballot"),
        ("preflib", ".cat", CAT + "1: {1,2\n", "file.cat, line 6: '{1,2' is no ballot like 1,{2,3},4"),
        ("preflib", ".cat", CAT + "1: {1,,2}\n", "file.cat, line 6: '{1,,2}' is no ballot like 1,{2,3},4"),
        (
            "preflib",
            ".cat",
            CAT + f"1: {'9' * 5000}\n",
            f"file.cat, line 6: '{'9' * 40}' is no ballot like 1,{{2,3}},4",
        ),
        ("preflib", ".cat", CAT + "1: 1.5,x\n", "file.cat, line 6: '1.5,x' is no ballot like 1,{2,3},4"),
        (
            "preflib",
            ".cat",
            "# NUMBER CATEGORIES: 2\n1: 1,2,3\n",
            "file.cat, line 2: 3 categories, and the header says 2",
        ),
        ("preflib", ".soc", ORDERS + "1: 2,3\n", "file.soc, line 6: 2 of 3 alternatives, and a .soc ballot has all"),
        (
            "preflib",
            ".soi",
            ORDERS + "1: {2,3}\n",
            "file.soi, line 6: places are shared, and a .soi file has none that are",
        ),
        ("preflib", ".soc", ORDERS[:-9], "file.soc: the header says NUMBER VOTERS 3, and the file has 2; is it whole?"),
        (
            "preflib",
            ".soc",
            ORDERS.replace("ORDERS: 2", "ORDERS: 3"),
            "file.soc: the header says NUMBER UNIQUE ORDERS 3, and the file has 2; is it whole?",
        ),
        ("itc2007", ".tim", "3 2\nx", "file.tim, line 2: 'x' is no whole number"),
        ("itc2007", ".tim", "3 -2 1 4", "file.tim, line 1: -2 is not 0 to 5,000"),
        ("itc2007", ".tim", TIM.replace("1 0\n1 1", "1 0\n7 1"), "file.tim, line 4: 7 is not 0 to 1"),
        ("itc2007", ".tim", TIM + "0\n", "file.tim, line 11: '0' comes after the end of the timetable"),
        ("itc2007", ".tim", TIM[:-9] + "0 1\n1 0\n", "file.tim: sessions[0].after: 's0' would come after itself"),
        ("preflib", ".cat", "", "file.cat: there is nothing to vote on"),
        (
            "mdgplib",
            ".txt",
            "x\n",
            "file.txt, line 1: not an MDGP file, which begins `elements groups ds|ss lower upper`",
        ),
        ("mdgplib", ".txt", MDGP[:-8], "file.txt: 5 distances of 6; is the file whole?"),
        (
            "mdgplib",
            ".txt",
            MDGP.replace("9.0", "nan"),
            "file.txt, line 3: not two elements and a distance of 0 or more",
        ),
        (
            "mdgplib",
            ".txt",
            MDGP.replace("2 2 2 2", "2 2"),
            "file.txt, line 1: not a least and a greatest size for each of 2 groups",
        ),
        (
            "mdgplib",
            ".txt",
            MDGP.replace("2 2 2 2", "3 3 3 3"),
            "file.txt, line 1: 4 elements do not fit groups of such sizes",
        ),
        ("mdgplib", ".txt", MDGP + "3 2 1\n", "file.txt, line 8: the distance of 2 and 3 is there twice"),
        (
            "conference",
            ".json",
            "{",
            "file.json: no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
        ),
        ("conference", ".json", "[]", "file.json, at its top: not a conference with lists `slots` and `events`"),
        (
            "conference",
            ".json",
            json.dumps(CONFERENCE | {"events": [["A", 30, 1, [], ["B"]]]}),
            "file.json, events[0].unavailability[0]: there is no other event 'B'",
        ),
        (
            "conference",
            ".json",
            json.dumps(CONFERENCE).replace("11:00:00", "10:15:00"),
            "file.json, slots: those of 2016-09-16 10:00:00+00:00 and 2016-09-16 10:15:00+00:00 overlap, and here all "
            "rooms have the same slots",
        ),
        (
            "conference",
            ".json",
            json.dumps(CONFERENCE | {"events": [["A", 30, 1, [], [CONFERENCE["slots"][0]]]]}),
            "file.json, events[0].unavailability: 'A' may be in a venue at some of its times only",
        ),
    ],
)
def test_file_of_another_kind_is_refused_by_place(
    tmp_path: Path, name: str, suffix: str, content: str, sentence: str
) -> None:
    with pytest.raises(ConvertError) as caught:
        converted(tmp_path, name, suffix, content)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (CAT.replace("One", "Café").encode("latin-1"), "file.cat, line 2: no UTF-8 text; save the file as UTF-8"),
        (b"PK\x03\x04\0\0", "file.cat: no text file"),
    ],
)
def test_file_in_another_encoding_is_refused_by_place(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "file.cat").write_bytes(content)
    with pytest.raises(ConvertError) as caught:
        convert("preflib", [tmp_path / "file.cat"], Cells())
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: text.replace(": One", ": One, 2: {3}").encode(),
    ],
)
@pytest.mark.parametrize(
    ("name", "suffix", "content"),
    [
        *(("polis", ".csv", POLIS), ("pabulib", ".pb", PABULIB), ("preflib", ".cat", CAT), ("preflib", ".CAT", CAT)),
        *(("preflib", ".SOC", ORDERS), ("mdgplib", ".txt", MDGP), ("itc2007", ".tim", TIM)),
        ("conference", ".json", json.dumps(CONFERENCE, indent=1)),
    ],
)
def test_marks_line_ends_and_blank_lines_change_nothing(
    tmp_path: Path, name: str, suffix: str, content: str, disguise: Callable[[str], bytes]
) -> None:
    plain = converted(tmp_path, name, suffix, content)
    (tmp_path / f"other{suffix}").write_bytes(disguise(content))
    other = convert(name, [tmp_path / f"other{suffix}"], TWO_SLOTS)
    assert (wants(other), other["sessions"], other["rooms"]) == (wants(plain), plain["sessions"], plain["rooms"])


@pytest.mark.parametrize("name", ["polis", "pabulib", "preflib", "mdgplib", "itc2007", "conference"])
@given(content=st.one_of(st.binary(max_size=200), st.data()))
def test_no_file_whatever_is_in_it_ends_in_anything_but_a_problem_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: Any
) -> None:
    whole = {"polis": POLIS, "pabulib": PABULIB, "preflib": ORDERS, "mdgplib": MDGP, "itc2007": TIM}.get(
        name, json.dumps(CONFERENCE)
    )
    if not isinstance(content, bytes):
        start = content.draw(st.integers(0, len(whole)))
        end = content.draw(st.integers(start, min(len(whole), start + 12)))
        put = content.draw(
            st.sampled_from(["", "-1", ";", ",", "\n", '"', "{", "nan", "1e400", "9" * 5000, "null", "[]"])
        )
        content = (whole[:start] + put + whole[end:]).encode()
    path = tmp_path_factory.getbasetemp() / f"any-{name}.soc"
    path.write_bytes(content)
    try:
        parse(convert(name, [path], TWO_SLOTS))
    except ConvertError as error:
        assert path.name in str(error)


def test_polis_keeps_the_vote_with_the_latest_timestamp(tmp_path: Path) -> None:
    document = converted(tmp_path, "polis", ".csv", POLIS.replace("3,x,8,a,-1", "0,x,8,a,-1"))
    assert wants(document) == [{"s-7": 1, "s-8": 1}, {"s-8": 1, "s-9": 1}]


def test_preflib_takes_the_first_of_three_categories_as_a_must_go_and_the_last_as_none(tmp_path: Path) -> None:
    document = converted(tmp_path, "preflib", ".cat", "# NUMBER CATEGORIES: 3\n1: 1,{2,3},4\n1: {},{},{1,2,3,4}\n")
    assert wants(document) == [{"s-1": 3, "s-2": 1, "s-3": 1}]


def test_preflib_counts_alternatives_that_nobody_lists(tmp_path: Path) -> None:
    document = converted(tmp_path, "preflib", ".soi", "# NUMBER ALTERNATIVES: 3\n1: 02\n")
    assert [session["id"] for session in document["sessions"]] == ["s-1", "s-2", "s-3"]
    assert wants(document) == [{"s-2": 3}]


def test_mdgplib_closes_rooms_of_smaller_groups(tmp_path: Path) -> None:
    document = converted(tmp_path, "mdgplib", ".txt", MDGP.replace("ss 2 2 2 2", "ds 1 1 3 3"))
    assert [room["closed"] for room in document["rooms"]] == [[], ["t1"], ["t1"]]


def test_conference_keeps_events_to_their_slots_and_venues(tmp_path: Path) -> None:
    document = converted(tmp_path, "conference", ".json", json.dumps(CONFERENCE))
    long, short, early = document["sessions"]
    assert [(room["id"], room["capacity"], room["closed"]) for room in document["rooms"]] == [
        ("Hall", 200, []),
        ("Attic", 20, ["t2"]),
    ]
    assert (long["slots"], long["needs"], long["topic"], long["crowd"]) == (["t2"], ["in Hall"], "web", 80)
    assert (short.get("slots"), short["needs"]) == (None, ["in Hall"])
    assert (early["slots"], early.get("needs")) == (["t1"], None)
    assert set(long["hosts"]) & set(short["hosts"])
    assert set(long["hosts"]) & set(early["hosts"])
    assert not set(short["hosts"]) & set(early["hosts"])


def test_only_polis_takes_a_second_file(tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match=r"b\.cat: preflib is one file, and this is another"):
        convert("preflib", [tmp_path / "a.cat", tmp_path / "b.cat"], Cells())


@pytest.mark.parametrize("cells", [Cells(slots=0), Cells(rooms=10**9), Cells(top=0), Cells(seats=float("nan"))])
def test_impossible_cells_are_refused(tmp_path: Path, cells: Cells) -> None:
    with pytest.raises(ConvertError, match="are"):
        converted(tmp_path, "preflib", ".cat", CAT, cells)


def test_command_prints_a_problem_or_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "votes.csv").write_text(POLIS)
    assert main(["polis", str(tmp_path / "votes.csv"), "--slots", "1"]) == 0
    problem = parse(json.loads(capsys.readouterr().out))
    assert (len(problem.sessions), len(problem.rooms)) == (3, 3)
    assert main(["polis", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err == "none.csv: No such file or directory\n"


@pytest.mark.parametrize("name", ["comp-2007-2-1.tim", "comp-2007-2-9.tim", "comp-2007-2-23.tim"])
def test_itc2007_files_are_problems(shared: Path, name: str) -> None:
    document = convert("itc2007", [shared / "data" / "itc2007" / name], Cells())
    assert any("after" in session for session in document["sessions"])
    problem = parse({**document, "sessions": [{**it, "after": []} for it in document["sessions"]]})
    assert len(problem.slots) == 45
    assert len(problem.people) == int((shared / "data" / "itc2007" / name).read_text().split()[3])

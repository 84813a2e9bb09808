"""Boards of sessions: rooms across and times down, or the other way round."""

from eventkit.imports import boards
from eventkit.imports.boards import SessionBoard

ROWS = [
    ["Camp 2026", "", ""],
    ["", "Hall (40)", "Kitchen"],
    ["10:00-10:45", "Compost", "Bikes"],
    ["11:00", "Trees", ""],
    ["12:00", "Lunch", ""],
    ["13:00-13:30", "Closing circle", "Closing circle"],
]


def found(rows: list[list[str]]) -> SessionBoard:
    board = boards.find(list(enumerate(rows, 1)))
    assert board
    return board


def test_a_board_has_rooms_spans_and_sessions() -> None:
    board = found(ROWS)
    assert board.rooms == [("Hall", 40), ("Kitchen", None)]
    assert [f"{starts:%H:%M}-{ends:%H:%M} {title}".strip() for starts, ends, title in board.spans] == [
        "10:00-10:45", "11:00-12:00", "12:00-13:00 Lunch", "13:00-13:30 Closing circle"
    ]  # fmt: skip
    assert [(it.line, it.title) for it in board.sessions] == [(3, "Compost"), (3, "Bikes"), (4, "Trees")]


def test_a_board_may_be_turned_over() -> None:
    turned = found([list(column) for column in zip(*ROWS[1:], strict=True)])
    assert (turned.rooms, turned.spans) == (found(ROWS).rooms, found(ROWS).spans)
    assert {it.title for it in turned.sessions} == {"Compost", "Bikes", "Trees"}


def test_other_tables_are_no_boards() -> None:
    assert boards.find([(1, ["name", "Thu 9AM", "Fri 9AM"]), (2, ["Ada", "Host", ""]), (3, ["Bo", "", "GM"])]) is None
    assert boards.find([(1, ["colour", "size", "x"]), (2, ["red", "1", "2"])]) is None
    assert boards.find([]) is None

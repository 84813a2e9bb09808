"""Polis: an export's votes.csv (1 agree, 0 pass, -1 disagree); agreeing is a wish; of several votes the last counts.

Format: https://github.com/compdemocracy/openData. A comments.csv beside it, if given, leaves out what moderators hid.
"""

from __future__ import annotations

from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, rows, whole


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a votes.csv, and of a comments.csv if there is one. Raises ConvertError."""
    votes, hidden = paths[0], set[str]()
    for comments in paths[1:]:
        hidden |= {row["comment-id"] for _, row in rows(comments, ("comment-id",)) if row.get("moderated") == "-1"}
    options: dict[str, None] = {}
    ballots: dict[str, dict[str, int]] = {}
    for line, row in rows(votes, ("comment-id", "voter-id", "vote")):
        option, vote = row["comment-id"], whole(votes, line, row["vote"])
        if vote not in (-1, 0, 1):
            raise ConvertError(f"{votes.name}, line {line}: a vote is -1, 0 or 1, not {vote}")
        if option in hidden:
            continue
        options.setdefault(option)
        wishes = ballots.setdefault(row["voter-id"], {})
        wishes.pop(option, None)
        if vote == 1:
            wishes[option] = 1
    return cells.problem(list(options), ballots)

"""Polis: an export's votes.csv (1 agree, 0 pass, -1 disagree); agreeing is a wish; of several votes the last counts.

Format: https://github.com/compdemocracy/openData. The last is the one with the latest `timestamp`, where there is one.
A comments.csv beside it, if given, leaves out what moderators hid.
"""

from __future__ import annotations

from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, table, whole
from solver.convert.files import cells as csv_cells


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a votes.csv, and of a comments.csv if there is one. Raises ConvertError."""
    votes, hidden = paths[0], set[str]()
    for comments in paths[1:]:
        rows = table(comments, csv_cells(comments), ("comment-id", "moderated"))
        hidden |= {row["comment-id"] for _, row in rows if row["moderated"] == "-1"}
    options: dict[str, None] = {}
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for line, row in table(votes, csv_cells(votes), ("comment-id", "voter-id", "vote")):
        option, voter, vote = row["comment-id"], row["voter-id"], whole(votes, line, row["vote"])
        if vote not in (-1, 0, 1):
            raise ConvertError(f"{votes.name}, line {line}: a vote is -1, 0 or 1, not {vote}")
        if not option or not voter:
            raise ConvertError(f"{votes.name}, line {line}: a vote without a {'voter' if option else 'comment'}-id")
        when = whole(votes, line, row["timestamp"]) if row.get("timestamp") else 0
        if option not in hidden:
            options.setdefault(option)
            if when >= last.get((voter, option), (when, vote))[0]:
                last[voter, option] = (when, vote)
    ballots: dict[str, dict[str, int]] = {}
    for (voter, option), (_, vote) in last.items():
        wishes = ballots.setdefault(voter, {})
        if vote == 1:
            wishes[option] = 1
    return cells.problem(votes, list(options), ballots)

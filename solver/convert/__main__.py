"""The command: `python -m solver.convert FORMAT FILE [FILE]` prints a public file as a `twofeet-problem/1`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from solver.convert import CONVERTERS, Cells, ConvertError, convert


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0, or 2 for a file that is not of the format, with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m solver.convert", description=__doc__)
    parser.add_argument("format", choices=sorted(CONVERTERS))
    parser.add_argument("files", type=Path, nargs="+", help="the file; for polis votes.csv and perhaps comments.csv")
    parser.add_argument("--slots", type=int, default=6, help="for ballots: slots of the day (default 6)")
    parser.add_argument("--rooms", type=int, help="for ballots: rooms (default: as many as all sessions need)")
    parser.add_argument("--top", type=int, metavar="N", help="for ballots: only the N most wanted")
    parser.add_argument(
        "--seats", type=float, default=0.7, help="for ballots: seats of a slot, as a share of all people"
    )
    options = parser.parse_args(arguments)
    cells = Cells(options.slots, options.rooms, options.top, options.seats)
    try:
        document = convert(options.format, options.files, cells)
    except ConvertError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    print(json.dumps(document))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`twofeet import`: pitches and votes from CSV files, or a whole event from event.json."""

import argparse
from datetime import date
from pathlib import Path

from eventkit import clock
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.imports import rows, sheets, whole, whole_rows
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event

ABOUT = "Make an event from pitches.csv and votes.csv, or from event.json; or add pitches and votes to an event"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("file", type=Path, help="pitches.csv (id, title, description, host), or event.json")
    parser.add_argument("votes", type=Path, nargs="?", help="votes.csv (voter, pitch, interest)")
    parser.add_argument("--event", metavar="CODE", help="add to this event instead of making one")
    parser.add_argument("--name", help="name of the new event (default: the file's folder)")
    parser.add_argument("--date", type=date.fromisoformat, help="day of the new event (default: today)")
    parser.add_argument("--timezone", default="Europe/London", help="time zone of the new event (default: %(default)s)")
    parser.add_argument("--slots", type=int, default=6, help="slots of 45 minutes (default: %(default)s)")
    parser.add_argument("--rooms", type=int, default=4, help="rooms (default: %(default)s)")
    parser.add_argument("--capacity", type=int, default=40, help="seats of each room (default: %(default)s)")
    parser.add_argument("--top", type=int, metavar="N", help="take only the N most wanted pitches")


def run(database: Database, config: Config, options: argparse.Namespace) -> None:
    """Read everything, then write everything in one transaction: what is refused leaves nothing behind."""
    if options.file.suffix.lower() == ".json":
        content = whole.parse(sheets.decoded(options.file))
        event, secret = database.write(lambda tx: whole_rows.add(tx, content))
        _say(f"Imported ‘{event.name}’ with {len(content.pitches)} pitches and {len(content.votes)} votes.")
        _say_links(config, event, secret)
        return
    pitches = sheets.read_pitches(options.file)
    votes = sheets.read_votes(options.votes, pitches) if options.votes else []
    chosen = rows.most_wanted(pitches, votes, _top(options.top))
    event, secret, came = database.write(lambda tx: _write(tx, options, chosen, votes))
    _say(f"Imported {came.pitches} pitches, {came.voters} voters and {came.votes:,} votes into ‘{event.name}’.")
    _say_links(config, event, secret)


def _write(
    tx: Transaction, options: argparse.Namespace, pitches: list[sheets.PitchLine], votes: list[sheets.VoteLine]
) -> tuple[Event, str, rows.Imported]:
    event, secret = (events.by_code(tx, options.event), "") if options.event else _new(tx, options)
    return event, secret, rows.add(tx, event, pitches, votes)


def _new(tx: Transaction, options: argparse.Namespace) -> tuple[Event, str]:
    return events.create(
        tx,
        name=(options.name or options.file.resolve().parent.name or "Imported event")[:120],
        day=options.date or clock.now().date(),
        timezone=events.parse_timezone(options.timezone),
        rooms=rows.rooms_of(options.rooms, options.capacity),
        slots=rows.day_of(options.slots),
    )


def _top(number: int | None) -> int | None:
    if number is not None and number < 1:
        raise Invalid(f"--top: {number} pitches cannot be taken. Give a number from 1 up.")
    return number


def _say_links(config: Config, event: Event, secret: str) -> None:
    _say(f"Join: {config.public_url}/e/{event.code}")
    if secret:
        _say(f"Organise, and keep this link to yourself: {config.public_url}/e/{event.code}/organise?key={secret}")


def _say(text: str) -> None:
    print(text)  # noqa: T201  a command's answer

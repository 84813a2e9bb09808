"""`twofeet import`: pitches and votes from CSV files, or a whole event from event.json."""

import argparse
from datetime import date
from pathlib import Path

from eventkit import clock
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import addresses, as_typed, events
from eventkit.imports import rows, sheets, whole, whole_rows
from eventkit.imports.decoding import decoded
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text import lengths

ABOUT = "Make an event from pitches.csv and votes.csv, or from event.json; or add pitches and votes to an event"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("file", type=Path, help="pitches.csv (id, title, description, host), or event.json")
    parser.add_argument("votes", type=Path, nargs="?", help="votes.csv (voter, pitch, interest)")
    parser.add_argument("--event", metavar="CODE", help="add to this event instead of making one")
    parser.add_argument("--name", help="name of the new event (default: the file's folder)")
    parser.add_argument("--date", type=_day, help="day of the new event (default: today)")
    parser.add_argument("--timezone", default="Europe/London", help="time zone of the new event (default: %(default)s)")
    parser.add_argument("--slots", type=int, default=6, help="slots of 45 minutes (default: %(default)s)")
    parser.add_argument("--rooms", type=int, default=4, help="rooms (default: %(default)s)")
    parser.add_argument("--capacity", type=int, default=40, help="seats of each room (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="only say what would come; write nothing")
    parser.add_argument(
        "--cut-titles", action="store_true", help="shorten long titles; the whole begins the description"
    )
    parser.add_argument("--top", type=int, metavar="N", help="take only the N most wanted pitches")


def _day(text: str) -> date:
    """A day as typed. Raises ValueError, which the parser of arguments says."""
    day = date.fromisoformat(text)
    if not whole.FIRST_YEAR <= day.year <= whole.LAST_YEAR:
        raise argparse.ArgumentTypeError(f"give a year from {whole.FIRST_YEAR} to {whole.LAST_YEAR}")
    return day


def run(database: Database, config: Config, options: argparse.Namespace) -> None:
    """Read everything, then write everything in one transaction: what is refused leaves nothing behind."""
    if options.file.suffix.lower() == ".json":
        content = whole.parse(decoded(options.file).text)
        event, secret = database.write(lambda tx: whole_rows.add(tx, content))
        _say(f"Imported ‘{event.name}’ with {len(content.pitches)} pitches and {len(content.votes)} votes.")
        _say_links(config, event, secret)
        return
    pitches, remarks = sheets.read_pitches(options.file, options.cut_titles)
    _say_remarks(remarks)
    votes: list[sheets.VoteLine] = []
    if options.votes:
        votes, remarks = sheets.read_votes(options.votes, pitches)
        _say_remarks(remarks)
    chosen = rows.most_wanted(pitches, votes, _top(options.top))
    if options.check:
        _say(f"{len(chosen)} pitches and {len(votes):,} votes can be imported. Nothing has been written.")
        return
    event, secret, came = database.write(lambda tx: _write(tx, options, chosen, votes))
    _say(f"Imported {came.pitches} pitches, {came.voters} voters and {came.votes:,} votes into ‘{event.name}’.")
    if came.updated:
        _say(f"{came.updated} pitches were there already and have been brought up to date.")
    _say_links(config, event, secret)


def _write(
    tx: Transaction, options: argparse.Namespace, pitches: list[sheets.PitchLine], votes: list[sheets.VoteLine]
) -> tuple[Event, str, rows.Imported]:
    event, secret = (events.by_code(tx, options.event), "") if options.event else _new(tx, options)
    return event, secret, rows.add(tx, event, pitches, votes)


def _new(tx: Transaction, options: argparse.Namespace) -> tuple[Event, str]:
    return events.create(
        tx,
        name=(options.name or options.file.resolve().parent.name or "Imported event")[: lengths.EVENT_NAME],
        day=options.date or clock.now().date(),
        timezone=as_typed.parse_timezone(options.timezone),
        rooms=rows.rooms_of(options.rooms, options.capacity),
        slots=rows.day_of(options.slots),
    )


def _top(number: int | None) -> int | None:
    if number is not None and number < 1:
        raise Invalid(f"--top: {number} pitches cannot be taken. Give a number from 1 up.")
    return number


def _say_remarks(it: sheets.Remarks) -> None:
    """What whoever imports should know of a file, a sentence each."""
    if it.guessed:
        _say(
            f"{it.file} does not say how its letters are written. Read as {it.guessed}, a line of it is: {it.sample}\n"
            "If that looks wrong, save the file as UTF-8 and import that."
        )
    if it.unused:
        _say(f"{it.file}: not used: {', '.join(it.unused)}.")
    if it.made_ids:
        _say(f"{it.file}: {it.made_ids} pitches without an id were given one.")
    if it.cut_titles:
        _say(f"{it.file}: {it.cut_titles} titles were shortened; the whole title begins the description.")
    if it.repeated:
        _say(f"{it.file}: {it.repeated} votes were given again; the last one counts.")


def _say_links(config: Config, event: Event, secret: str) -> None:
    _say(f"Join: {addresses.event(config.public_url, event.code)}")
    if secret:
        link = addresses.console(config.public_url, event.code, secret)
        _say(f"Organise, and keep this link to yourself: {link}")


def _say(text: str) -> None:
    print(text)  # noqa: T201  a command's answer

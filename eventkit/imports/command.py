"""`twofeet import`: pitches, rooms, fixed items from files of many kinds, votes from CSV, a whole event from JSON."""

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path

from eventkit import clock
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import addresses, as_typed, events, roles
from eventkit.imports import files, programme_rows, rows, sheets, told, whole_parts, whole_rows
from eventkit.imports.decoding import content_of
from eventkit.imports.programme_rows import Came
from eventkit.imports.programmes import Programme
from eventkit.imports.whole import Whole
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text import clean
from eventkit.text.language import marked

ABOUT = marked(
    "Make an event from a file (CSV, Excel, frab, pretalx, Sessionize, iCalendar, event.json), or add to an event"
)
NO_LINES = rows.Imported(0, 0, 0, 0)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument(
        "file",
        type=Path,
        help="pitches.csv (id, title, description, host), .xlsx, a programme in JSON, XML or iCalendar, or event.json",
    )
    parser.add_argument("votes", type=Path, nargs="?", help="votes.csv (voter, pitch, interest)")
    parser.add_argument("--event", metavar="CODE", help="add to this event instead of making one")
    parser.add_argument("--name", help="name of the new event (default: the file's, else its folder)")
    parser.add_argument("--date", type=_day, help="day of the new event (default: the file's first, else today)")
    parser.add_argument("--timezone", help="time zone of the new event (default: the file's, else Europe/London)")
    parser.add_argument("--slots", type=int, default=6, help="slots of 45 minutes (default: %(default)s)")
    parser.add_argument("--rooms", type=int, default=4, help="rooms (default: %(default)s)")
    parser.add_argument("--capacity", type=int, default=40, help="seats of each room (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="only say what would come; write nothing")
    parser.add_argument(
        "--cut-titles", action="store_true", help="shorten long titles; the whole begins the description"
    )
    parser.add_argument(
        "--restore",
        action="store_true",
        help="of event.json: the same event again, with its code and numbers, where none of them is in use here",
    )
    parser.add_argument("--top", type=int, metavar="N", help="take only the N most wanted pitches")


def _day(text: str) -> date:
    """A day as typed. Raises ValueError, which the parser of arguments says."""
    day = date.fromisoformat(text)
    if not whole_parts.FIRST_YEAR <= day.year <= whole_parts.LAST_YEAR:
        raise argparse.ArgumentTypeError(f"give a year from {whole_parts.FIRST_YEAR} to {whole_parts.LAST_YEAR}")
    return day


def run(database: Database, config: Config, options: argparse.Namespace) -> None:
    """Read everything, then write everything in one transaction: what is refused leaves nothing behind."""
    paths = [options.file, *([options.votes] if options.votes else [])]
    together = files.together([(clean.clean_line(path.name), content_of(path)) for path in paths], options.cut_titles)
    if isinstance(together, Whole):
        _whole(database, config, options, together)
        return
    if options.restore:
        raise Invalid("--restore: only a whole event (event.json) can be restored. Leave it out.")
    for part in together.parts:
        for sentence in told.of_file(part)[part.kind == files.CSV :]:  # of a table its name says what it is
            _say(f"{part.file}: {sentence}" if part.kind == files.CSV else sentence)
    found, votes = together.programme, together.votes
    found.pitches = rows.most_wanted(found.pitches, votes, _top(options.top))
    if options.check:
        for sentence in _check(database, options, found):
            _say(sentence)
        _say(f"{len(found.pitches)} pitches and {len(votes):,} votes can be imported. Nothing has been written.")
        return
    event, secret, came = database.write(lambda tx: _write(tx, options, found, votes))
    lines = came.lines
    _say(f"Imported {lines.pitches} pitches, {lines.voters} voters and {lines.votes:,} votes into ‘{event.name}’.")
    if lines.updated:
        _say(f"{lines.updated} pitches were there already and have been brought up to date.")
    for sentence in told.of_what_comes(replace(came, lines=NO_LINES)) if came != Came(lines) else []:
        _say(sentence)
    _say_links(config, event, secret)


def _whole(database: Database, config: Config, options: argparse.Namespace, content: Whole) -> None:
    """Bring a whole event in as a new one, or only say what is in it."""
    figures = f"‘{content.event.name}’ with {len(content.pitches)} pitches and {len(content.votes)} votes"
    if options.check:
        _say(f"A whole event that Twofeet wrote: {figures}. Nothing has been written.")
        return
    event, secret = database.write(lambda tx: whole_rows.add(tx, content, restored=options.restore))
    _say(f"{'Restored' if options.restore else 'Imported'} {figures}.")
    if event.word:
        _say(f"It is private. Its word is new: {event.word}")
    _say_links(config, event, secret)


def _check(database: Database, options: argparse.Namespace, found: Programme) -> list[str]:
    """What would come: at the event that is named, or at a new one."""
    if options.event:
        return told.of_what_comes(programme_rows.would_come(database, options.event, found))
    if found.kind == files.CSV:
        return []
    rooms, items = (tuple(room.name for room in found.rooms), tuple(item.title for item in found.items))
    return told.of_what_comes(Came(replace(NO_LINES, pitches=len(found.pitches)), rooms=rooms, items=items))


def _write(
    tx: Transaction, options: argparse.Namespace, found: Programme, votes: list[sheets.VoteLine]
) -> tuple[Event, str, Came]:
    event, secret = (events.by_code(tx, options.event), "") if options.event else _new(tx, options, found)
    came = programme_rows.bring(tx, roles.at_the_machine(event), found, votes, new_days=not options.event)
    return event, secret, came if options.event else replace(came, rooms=tuple(room.name for room in found.rooms))


def _new(tx: Transaction, options: argparse.Namespace, found: Programme) -> tuple[Event, str]:
    wanted = programme_rows.NewEvent(
        name=clean.clean_line(options.name or found.name or options.file.resolve().parent.name) or "Imported event",
        day=options.date or _day_of(found) or clock.now().date(),
        timezone=as_typed.parse_timezone(options.timezone or found.timezone or "Europe/London"),
        slots=options.slots,
        rooms=options.rooms,
        capacity=options.capacity,
    )
    return programme_rows.begin(tx, found, wanted)


def _day_of(found: Programme) -> date | None:
    """The programme's first day, where an event can be on it."""
    return found.day if found.day and whole_parts.FIRST_YEAR <= found.day.year <= whole_parts.LAST_YEAR else None


def _top(number: int | None) -> int | None:
    if number is not None and number < 1:
        raise Invalid(f"--top: {number} pitches cannot be taken. Give a number from 1 up.")
    return number


def _say_links(config: Config, event: Event, secret: str) -> None:
    _say(f"Join: {addresses.event(config.public_url, event.code)}")
    if secret:
        link = addresses.console(config.public_url, event.code, secret)
        _say(f"Organise, and keep this link to yourself: {link}")


def _say(text: str) -> None:
    print(clean.printable(text))  # noqa: T201  a command's answer

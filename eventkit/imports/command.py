"""`twofeet import`: pitches, rooms, fixed items from files of many kinds, votes from CSV, a whole event from JSON."""

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path

from eventkit import clock
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import addresses, events, roles, zones_as_typed
from eventkit.imports import again, files, programme_rows, rows, sheets, told, whole_parts, whole_rows
from eventkit.imports.decoding import content_of
from eventkit.imports.files import Found
from eventkit.imports.programme_rows import Came
from eventkit.imports.programmes import Programme
from eventkit.imports.whole import Whole
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text import clean
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, numeral

ABOUT = marked(
    "Make an event from a file (CSV, Excel, frab, pretalx, Sessionize, iCalendar, event.json), or add to an event"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    pitches = "pitches.csv (id, title, description, host)"
    parser.add_argument(
        "file",
        type=Path,
        help=_("%(pitches)s, .xlsx, a programme in JSON, XML or iCalendar, or event.json", pitches=pitches),
    )
    parser.add_argument("votes", type=Path, nargs="?", help="votes.csv (voter, pitch, interest)")
    parser.add_argument("--event", metavar="CODE", help=_("add to this event instead of making one"))
    parser.add_argument("--name", help=_("name of the new event (default: the file’s, else its folder)"))
    parser.add_argument("--date", type=_day, help=_("day of the new event (default: the file’s first, else today)"))
    parser.add_argument("--timezone", help=_("time zone of the new event (default: the file’s, else Europe/London)"))
    for name, default, about in (
        ("--slots", 6, _("slots of 45 minutes")),
        ("--rooms", 4, _("rooms")),
        ("--capacity", 40, _("seats of each room")),
    ):
        usual = _("%(what)s (default: %(default)s)", what=about, default=default)
        parser.add_argument(name, type=int, default=default, help=usual)
    parser.add_argument("--check", action="store_true", help=_("only say what would come; write nothing"))
    parser.add_argument(
        "--cut-titles", action="store_true", help=_("shorten long titles; the whole begins the description")
    )
    parser.add_argument(
        "--take-file", action="store_true", help=_("where a text is one here and another in the file, take the file’s")
    )
    parser.add_argument(
        "--restore",
        action="store_true",
        help=_("of event.json: the same event again, with its code and numbers, where none of them is in use here"),
    )
    parser.add_argument("--top", type=int, metavar="N", help=_("take only the N most wanted pitches"))


def _day(text: str) -> date:
    """A day as typed. Raises ArgumentTypeError, which the parser of arguments says."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("‘%(day)s’ is not a day. Write it like 2026-06-26.", day=text)) from None
    if not whole_parts.FIRST_YEAR <= day.year <= whole_parts.LAST_YEAR:
        years = {"first": whole_parts.FIRST_YEAR, "last": whole_parts.LAST_YEAR}
        raise argparse.ArgumentTypeError(_("give a year from %(first)s to %(last)s", **years))
    return day


def run(database: Database, config: Config, options: argparse.Namespace) -> None:
    """Read everything, then write everything in one transaction: what is refused leaves nothing behind."""
    paths = [options.file, *([options.votes] if options.votes else [])]
    together = files.together([(clean.clean_line(path.name), content_of(path)) for path in paths], options.cut_titles)
    if isinstance(together, Whole):
        _whole(database, config, options, together)
        return
    if options.restore:
        raise Invalid(_("--restore: only a whole event (event.json) can be restored. Leave it out."))
    for part in together.parts:
        for sentence in told.of_file(part)[part.kind == files.CSV :]:  # of a table its name says what it is
            _say(f"{part.file}: {sentence}" if part.kind == files.CSV else sentence)
    found, votes = _most_wanted(together, options.top)
    if options.check:
        for sentence in _check(database, options, found, votes):
            _say(sentence)
        _say(_("Nothing has been written."))
        return
    event, secret, came = database.write(lambda tx: _write(tx, options, found, votes))
    _say(_("Imported into ‘%(event)s’:", event=event.name))
    for sentence in (*told.of_what_comes(came), *told.of_differing_ones(came)):
        _say(sentence)
    _say_links(config, event, secret)


def _most_wanted(together: Found, top: int | None) -> tuple[Programme, list[sheets.VoteLine]]:
    """The programme with `top` of its pitches, if that is given, and the votes on those; says what is left out."""
    found, votes = together.programme, together.votes
    every = len(found.pitches)
    found.pitches = rows.most_wanted(found.pitches, votes, _top(top))
    kept = {pitch.id for pitch in found.pitches}
    theirs = [vote for vote in votes if vote.pitch in kept]
    if len(kept) < every:
        left = {"pitches": numeral(every - len(kept)), "votes": numeral(len(votes) - len(theirs))}
        _say(_("Left out by --top (pitches: %(pitches)s, votes: %(votes)s).", **left))
    return found, theirs


def _whole(database: Database, config: Config, options: argparse.Namespace, content: Whole) -> None:
    """Bring a whole event in as a new one, or only say what is in it."""
    figures = {
        "event": content.event.name,
        "pitches": numeral(len(content.pitches)),
        "votes": numeral(len(content.votes)),
    }
    if options.check:
        _say(_("A whole event that Twofeet wrote: ‘%(event)s’, pitches: %(pitches)s, votes: %(votes)s.", **figures))
        _say(_("Nothing has been written."))
        return
    event, secret = database.write(lambda tx: whole_rows.add(tx, content, restored=options.restore))
    done = marked("Imported: ‘%(event)s’, pitches: %(pitches)s, votes: %(votes)s.")
    if options.restore:
        done = marked("Restored: ‘%(event)s’, pitches: %(pitches)s, votes: %(votes)s.")
    _say(_(done, **figures))
    if event.word:
        _say(_("It is private. Its word is new: %(word)s", word=event.word))
    _say_links(config, event, secret)


def _check(
    database: Database, options: argparse.Namespace, found: Programme, votes: list[sheets.VoteLine]
) -> list[str]:
    """What would come: at the event that is named, or at a new one."""
    if options.event:
        came = programme_rows.would_come(database, options.event, found, votes, _takes(options))
        return [*told.of_what_comes(came), *told.of_differing_ones(came)]
    titles = tuple(pitch.title for pitch in found.pitches[: rows.NAMED])
    voters = {vote.voter for vote in votes}
    lines = rows.Imported(pitches=len(found.pitches), voters=len(voters), votes=len(votes), titles=titles)
    rooms, items = (tuple(room.name for room in found.rooms), tuple(item.title for item in found.items))
    return told.of_what_comes(Came(lines=lines, rooms=rooms, items=items))


def _write(
    tx: Transaction, options: argparse.Namespace, found: Programme, votes: list[sheets.VoteLine]
) -> tuple[Event, str, Came]:
    event, secret = (events.by_code(tx, options.event), "") if options.event else _new(tx, options, found)
    by, new_days = roles.at_the_machine(event), not options.event
    came = programme_rows.bring(tx, by, found, votes, new_days, _takes(options))
    return event, secret, came if options.event else replace(came, rooms=tuple(room.name for room in found.rooms))


def _takes(options: argparse.Namespace) -> again.Takes:
    return (lambda _key: True) if options.take_file else again.nothing


def _new(tx: Transaction, options: argparse.Namespace, found: Programme) -> tuple[Event, str]:
    wanted = programme_rows.NewEvent(
        name=clean.clean_line(options.name or found.name or options.file.resolve().parent.name) or _("Imported event"),
        day=options.date or _day_of(found) or clock.now().date(),
        timezone=zones_as_typed.parse_timezone(options.timezone or found.timezone or "Europe/London"),
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
        raise Invalid(_("--top: %(number)s pitches cannot be taken. Give a number from 1 up.", number=number))
    return number


def _say_links(config: Config, event: Event, secret: str) -> None:
    _say(_("Join: %(link)s", link=addresses.event(config.public_url, event.code)))
    if secret:
        link = addresses.console(config.public_url, event.code, secret)
        _say(_("Organise, and keep this link to yourself: %(link)s", link=link))


def _say(text: str) -> None:
    print(clean.printable(text))  # noqa: T201  a command's answer

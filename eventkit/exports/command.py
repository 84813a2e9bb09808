"""`twofeet export`: every export of an event as files in a folder."""

import argparse
from pathlib import Path

from eventkit import progress
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.exports import sheets, whole
from eventkit.exports.formats import FORMATS
from eventkit.exports.source import read
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

ABOUT = marked("Write an event’s schedule, tables, book and the whole of it into a folder")

PRIVATE = ("votes.csv", "event.json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("event", metavar="CODE", help=_("the event’s code"))
    parser.add_argument("folder", type=Path, help=_("where the files go; it is made if need be"))
    parser.add_argument("--only", nargs="+", metavar="NAME", help=_("some of them, such as book.zip schedule.ics"))


def run(database: Database, config: Config, options: argparse.Namespace) -> None:
    """Write the files. Raises NotFound, Invalid, OSError."""
    names = options.only or [*FORMATS, *PRIVATE]
    left_out = ""
    if unknown := set(names) - {*FORMATS, *PRIVATE}:
        known = ", ".join([*FORMATS, *PRIVATE])
        raise Invalid(
            _("--only: there is no export %(name)s. There are %(known)s.", name=sorted(unknown)[0], known=known)
        )
    with database.reading() as tx:
        event = events.by_code(tx, options.event)
        if event.voting_open and not options.only:
            names.remove("votes.csv")
            left_out = " " + _("votes.csv is left out while voting is open, and event.json holds no votes.")
        files = write(tx, event, config, names)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (options.folder / name).write_bytes(content)
    print(_("Wrote %(files)s to %(folder)s.", files=", ".join(files), folder=options.folder) + left_out)  # noqa: T201  a command's answer


def write(tx: Transaction, event: Event, config: Config, names: list[str]) -> dict[str, bytes]:
    """The exports with these names."""
    source = read(tx, event, config.public_url, pictured=True)
    private = {
        "votes.csv": lambda: sheets.votes(tx, event.id, config.secret_key),
        "event.json": lambda: whole.as_json(tx, event),
    }
    found = {
        name: private[name]() if name in private else FORMATS[name][1](source)
        for name in progress.along(_("Writing files"), len(names), names)
    }
    return {name: text.encode() if isinstance(text, str) else text for name, text in found.items()}

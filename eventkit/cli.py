"""The command `twofeet`: what it can be told, and who does it."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventkit import progress
from eventkit.config import Config, ConfigError
from eventkit.errors import Closed, Forbidden, Invalid, NotFound, Stale, TooMany
from eventkit.event import addresses, events, people, roles
from eventkit.exports import command as exporting
from eventkit.imports import command as importing
from eventkit.privacy import command as erasing
from eventkit.processes import logs
from eventkit.rehearsal import command as rehearsing
from eventkit.storage import schema
from eventkit.storage.db import Database, DatabaseBusy, DatabaseFull, Transaction
from eventkit.text import clean, language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, ngettext

PASS_PHRASE = "TWOFEET_PASS_PHRASE"  # noqa: S105  the name of a setting
SAID_PLAINLY = (ConfigError, DatabaseBusy, DatabaseFull, Invalid, NotFound, Forbidden, Closed, Stale, TooMany, OSError)

# What argparse says, and what is said instead, in the terminal's language
OF_ARGPARSE = {
    "usage: ": marked("usage: "),
    "positional arguments": marked("arguments"),
    "options": marked("options"),
    "show this help message and exit": marked("show this help"),
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": marked("missing: %s"),
    "unrecognized arguments: %s": marked("not known here: %s"),
    "invalid choice: %(value)r (choose from %(choices)s)": marked("‘%(value)s’ is not known. Use one of: %(choices)s."),
    "invalid %(type)s value: %(value)r": marked("‘%(value)s’ is not a whole number."),  # all else we check ourselves
    "expected one argument": marked("what comes after it is missing."),
    "expected at least one argument": marked("what comes after it is missing."),
    "ignored explicit argument %r": marked("nothing may come after it, and ‘%s’ does."),
    "ambiguous option: %(option)s could match %(matches)s": marked("%(option)s could mean any of: %(matches)s."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, in the terminal's language; 0 done, 1 could not, 2 asked wrongly."""
    with language.speaking(_language_of(os.environ)):
        return _do(arguments)


def _do(arguments: Sequence[str] | None) -> int:
    with _argparse_in_our_words():
        options = _parser().parse_args(arguments)
    try:
        config = Config.from_environ()
        logs.configure(config)
        return int(options.does(config, options) or 0)
    except ConfigError as error:
        print(clean.printable(str(error)), file=sys.stderr)
        return 2
    except SAID_PLAINLY as error:
        print(clean.printable(str(error)), file=sys.stderr)
        return 1


@contextmanager
def _argparse_in_our_words() -> Iterator[None]:
    """Let argparse say OF_ARGPARSE, which it would look up in catalogues of its own: it has none."""
    names = vars(argparse)
    before, names["_"] = names["_"], _of_argparse
    try:
        yield
    finally:
        names["_"] = before


def _of_argparse(text: str) -> str:
    return language.found(OF_ARGPARSE[text]) if text in OF_ARGPARSE else text


def _language_of(environ: Mapping[str, str]) -> str:
    """The language of the terminal, as the locale says (`cy_GB.UTF-8`); English where it is none that we speak."""
    said = next(filter(None, (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    tag = said.partition(".")[0].partition("_")[0].lower()
    return tag if tag in language.LANGUAGES else language.ENGLISH


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="twofeet", description=_("The scheduler for unconferences."))
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))

    def add(name: str, does: Callable[..., Any], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(does=does)
        return command

    add("run", _run, _("Serve the pages and build grids: everything one machine needs"))
    add("worker", _worker, _("Build grids for the web processes of this database"))
    migrate = add("migrate", _migrate, _("Bring the database’s tables to this release"))
    migrate.add_argument(
        "--new",
        metavar="TEXT",
        help=_("write a migration from what %(folder)s says (for developers)", folder="storage/tables/"),
    )
    backup = add("backup", _backup, _("Write the whole database to a file, while it is in use"))
    backup.add_argument("file", type=Path)
    backup.add_argument(
        "--encrypt", action="store_true", help=_("with a pass phrase, asked for or in %(setting)s", setting=PASS_PHRASE)
    )
    restore = add("restore", _restore, _("Fill an empty database from a backup, SQLite or PostgreSQL alike"))
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help=_("replace what is there"))
    link = add(
        "link", _link, _("Print a new organiser’s link of an event; the one before ends, its devices are signed out")
    )
    link.add_argument("code", metavar="CODE", help=_("the event’s join code"))
    subcommands = (("import", importing), ("export", exporting), ("rehearse", rehearsing), ("erase", erasing))
    for name, command in subcommands:
        command.arguments(add(name, _doing(command), _(command.ABOUT)))
    return parser


def _doing(command: Any) -> Callable[[Config, argparse.Namespace], None]:
    """A command that lives beside what it does, called as the others are."""

    def does(config: Config, options: argparse.Namespace) -> None:
        database = Database(config.database_url)
        if command is not rehearsing:  # that one talks to a running server only
            schema.upgrade(database)
        progress.show()
        command.run(database, config, options)

    return does


def _run(config: Config, _options: argparse.Namespace) -> int:
    from eventkit.processes import supervisor  # heavy, and only this command needs it

    return supervisor.run(config)


def _worker(_config: Config, _options: argparse.Namespace) -> int:
    from eventkit.processes import worker

    return worker.main()


def _link(config: Config, options: argparse.Namespace) -> None:
    database = Database(config.database_url)
    schema.upgrade(database)

    def renew(tx: Transaction) -> str:
        event = events.by_code(tx, options.code)
        secret = people.new_organiser_link(roles.at_the_machine(event))
        return addresses.console(config.public_url, event.code, secret)

    print(database.write(renew))
    print(_("The organiser’s link before this one does not work any more."), file=sys.stderr)


def _migrate(config: Config, options: argparse.Namespace) -> None:
    database = Database(config.database_url)
    schema.upgrade(database)
    if options.new:
        schema.revise(database, options.new)


def _backup(config: Config, options: argparse.Namespace) -> None:
    from eventkit.storage import backups

    pass_phrase = _pass_phrase(twice=True) if options.encrypt else None
    progress.show()
    rows = backups.backup(Database(config.database_url), options.file, pass_phrase)
    print(ngettext("Wrote %(num)s row to %(file)s.", "Wrote %(num)s rows to %(file)s.", rows, file=options.file))


def _restore(config: Config, options: argparse.Namespace) -> None:
    from eventkit.storage import backups
    from eventkit.storage.encryption import is_encrypted

    pass_phrase = _pass_phrase() if is_encrypted(options.file) else None
    progress.show()
    rows = backups.restore(Database(config.database_url), options.file, options.force, pass_phrase)
    print(
        ngettext("Restored %(num)s row from %(file)s.", "Restored %(num)s rows from %(file)s.", rows, file=options.file)
    )


def _pass_phrase(twice: bool = False) -> str:
    """The pass phrase of a backup: from the environment, or typed without being shown."""
    if given := os.environ.get(PASS_PHRASE):
        return given
    typed = getpass.getpass(_("Pass phrase of the backup:") + " ")
    if twice and getpass.getpass(_("The same again:") + " ") != typed:
        raise Invalid(_("The two are not the same, so nothing was written."))
    return typed

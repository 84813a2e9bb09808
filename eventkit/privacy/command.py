"""`twofeet erase`: erases names, codes and the links of phones, of events whose day has come or of one event now."""

import argparse

from eventkit.clock import now
from eventkit.config import Config
from eventkit.event import events
from eventkit.privacy import erasure
from eventkit.storage.db import Database
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

ABOUT = marked("Erase names, codes and phones’ links of events whose day has come; notes and counts stay")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line may say."""
    parser.add_argument("--now", metavar="CODE", help=_("erase this event now, whatever its day"))


def run(database: Database, _config: Config, options: argparse.Namespace) -> None:
    """Erase, and say what was erased. Raises NotFound."""
    if options.now:
        with database.reading() as tx:
            codes = [events.by_code(tx, options.now).code]
        erasure.erase_now(database, codes[0])
    else:
        codes = erasure.erase_due(database, now())
    if not codes:
        print(_("No event is due. Erase one now: twofeet erase --now CODE"))  # noqa: T201  a command's answer
        return
    print(_("Erased the names, codes and phones of %(events)s.", events=", ".join(codes)))  # noqa: T201
    if not erasure.compact(database):
        print(_("Copies are still in the database’s file, since it is being read. Run this again later."))  # noqa: T201

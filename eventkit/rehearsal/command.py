"""`twofeet rehearse`: lets a simulated crowd loose on a running server."""

import argparse

from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.rehearsal import crowd
from eventkit.storage.db import Database
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, numeral

ABOUT = marked("Let a simulated crowd join, pitch and vote on a running server, through its real addresses")

MOST_PEOPLE, MOST_SESSIONS = 5_000, 600


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    for name, many, letter, about in (
        ("--people", 60, "N", _("how many people")),
        ("--sessions", 25, "M", _("how many pitches")),
    ):
        usual = _("%(what)s (default: %(default)s)", what=about, default=many)
        parser.add_argument(name, type=int, default=many, metavar=letter, help=usual)
    parser.add_argument("--url", help=_("the server (default: the one on this machine)"))
    parser.add_argument("--anywhere", action="store_true", help=_("allow a server that is not this machine"))
    parser.add_argument("--event", default="", metavar="CODE", help=_("join this event instead of starting one"))


def run(_database: Database, config: Config, options: argparse.Namespace) -> None:
    """Rehearse, and say what happened. Raises Invalid, OSError where nobody answers."""
    if not 1 <= options.people <= MOST_PEOPLE or not 1 <= options.sessions <= MOST_SESSIONS:
        most = {"people": numeral(MOST_PEOPLE), "sessions": numeral(MOST_SESSIONS)}
        raise Invalid(
            _("Up to %(people)s people and %(sessions)s sessions can be simulated, at least one each.", **most)
        )
    url = crowd.checked_url(options.url or f"http://127.0.0.1:{config.port}", options.anywhere)
    outcome = crowd.rehearse(url, options.people, options.sessions, options.event, _say)
    if outcome.organise:
        _say(_("Organise it: %(link)s", link=outcome.organise))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a command's answer

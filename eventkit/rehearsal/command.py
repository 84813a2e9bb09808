"""`twofeet rehearse`: lets a simulated crowd loose on a running server."""

import argparse

from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.rehearsal import crowd
from eventkit.storage.db import Database
from eventkit.text.language import marked

ABOUT = marked("Let a simulated crowd join, pitch and vote on a running server, through its real addresses")

MOST_PEOPLE, MOST_SESSIONS = 5_000, 600


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--people", type=int, default=60, metavar="N", help="how many people (default: %(default)s)")
    parser.add_argument("--sessions", type=int, default=25, metavar="M", help="how many pitches (default: %(default)s)")
    parser.add_argument("--url", help="the server (default: the one on this machine)")
    parser.add_argument("--anywhere", action="store_true", help="allow a server that is not this machine")
    parser.add_argument("--event", default="", metavar="CODE", help="join this event instead of starting one")


def run(_database: Database, config: Config, options: argparse.Namespace) -> None:
    """Rehearse, and say what happened. Raises Invalid, OSError where nobody answers."""
    if not 1 <= options.people <= MOST_PEOPLE or not 1 <= options.sessions <= MOST_SESSIONS:
        raise Invalid(f"Up to {MOST_PEOPLE:,} people and {MOST_SESSIONS} sessions can be simulated, at least one each.")
    url = crowd.checked_url(options.url or f"http://127.0.0.1:{config.port}", options.anywhere)
    outcome = crowd.rehearse(url, options.people, options.sessions, options.event, _say)
    if outcome.organise:
        _say(f"Organise it: {outcome.organise}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a command's answer

"""Editions of settings: a form sends back what its typist saw, and the second of two who save is told, and chooses."""

from collections.abc import Mapping
from datetime import datetime

from eventkit.errors import Stale
from eventkit.text.fingerprints import fingerprint
from eventkit.text.language import gettext as _


def edition(values: Mapping[str, object]) -> str:
    """A fingerprint of what stands under these names now."""
    return fingerprint(*((name, _plain(values[name])) for name in sorted(values)))


def edition_of(row: object, *names: str) -> str:
    """The same of a row, for the form that changes what it has under these names."""
    return edition({name: getattr(row, name) for name in names})


def refuse_changed(seen: str, now: Mapping[str, object], wanted: Mapping[str, object], said: str = "") -> None:
    """Raise Stale where what is there `now` is neither what somebody had `seen` nor what they want.

    Both have the same names; where nothing was said of what was seen, whatever is there is replaced. `said` is the
    sentence, where another than an organiser may have changed it.
    """
    if seen not in ("", edition(now)) and edition(now) != edition(wanted):
        raise Stale(said or _("Another organiser changed this while you did. Yours is below, not kept yet."))


def refuse_changed_row(seen: str, row: object, **wanted: object) -> None:
    """The same where a row has what is there now."""
    refuse_changed(seen, {name: getattr(row, name) for name in wanted}, wanted)


def _plain(value: object) -> object:
    """What JSON takes, the same for the same: moments by UTC, sets in order, the rest as it prints."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, Mapping):
        return sorted((str(key), str(it)) for key, it in value.items())
    return [str(it) for it in value] if isinstance(value, list | tuple) else str(value)

"""What the terminal says when Twofeet is up: the addresses, a code to scan, the organiser's link."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import qrcode

from eventkit import networks, rehearsal
from eventkit.config import Config
from eventkit.event import addresses, events
from eventkit.storage.db import Database, Transaction
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

NO_PHONES = marked(
    "Phones cannot open it, so there is no code to scan: only this machine can reach this address. "
    "Join a network and start without HOST, or say in PUBLIC_URL how phones get here."
)


@dataclass(frozen=True)
class Links:
    """Where the rehearsal event is, and how to organise it; empty where there is none."""

    join: str = ""
    organise: str = ""


def rehearsal_links(database: Database, config: Config) -> Links:
    """The rehearsal event's links, making the event on the first start."""
    path = config.var / "rehearsal_link"
    if secret := rehearsal.ensure(database):
        _keep(path, secret)
    with database.reading() as tx:
        return _links(tx, config, path)


def _links(tx: Transaction, config: Config, path: Path) -> Links:
    event = events.rehearsal(tx)
    if event is None:
        return Links()
    secret = path.read_text().strip() if path.exists() else ""
    console = addresses.console(config.public_url, event.code, secret) if secret else ""
    return Links(addresses.event(config.public_url, event.code), console)


def _keep(path: Path, secret: str) -> None:
    """Keep the secret where only this machine's user can read it, so that a second start can show the link again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret)


def say(config: Config, links: Links, out: TextIO) -> None:
    """Print the welcome, in the terminal's language."""
    ways = [(_("On this machine"), f"http://localhost:{config.port}")]
    for number, address in enumerate(config.network_urls()):
        ways.append((_("or") if number else _("In the same network"), address))
    widest = max(len(way) for way, address in ways)
    print("\n" + _("Twofeet is running."), file=out)
    for way, address in ways:
        print(f"  {way:<{widest}}  {address}", file=out)
    if links.join:
        print("\n" + _("The rehearsal event, to play with: %(address)s", address=links.join) + "\n", file=out)
        if networks.is_loopback(urlsplit(config.public_url).hostname or ""):
            print(_(NO_PHONES) + "\n", file=out)
        else:
            print(terminal_code(links.join, in_colour=out.isatty()), file=out)
    if links.organise and config.log_format == "json":  # a log collector keeps what is printed, and others read it
        print(_("The key to organise it is in %(file)s.", file=config.var / "rehearsal_link") + "\n", file=out)
    elif links.organise:
        print(_("Organise it, and keep this link to yourself:") + f"\n  {links.organise}\n", file=out)
    print(_("Ctrl-C stops it. Everything is kept."), file=out, flush=True)


def terminal_code(text: str, in_colour: bool) -> str:
    """A QR code of half-block characters, two rows a line; in colour it is black on white in any terminal."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    rows = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    start, end = ("\x1b[30;107m", "\x1b[0m") if in_colour else ("", "")
    lines = ["".join(_half(a, b, in_colour) for a, b in zip(*pair, strict=True)) for pair in _pairs(rows)]
    return "\n".join(f"  {start}{line}{end}" for line in lines) + "\n"


def _pairs(rows: list[list[bool]]) -> list[tuple[list[bool], list[bool]]]:
    return list(zip(rows[::2], rows[1::2], strict=True))


def _half(upper: bool, lower: bool, dark_is_ink: bool) -> str:
    """The character for two modules; without colour the light ones are drawn, for the usual dark terminal."""
    return " ▄▀█"[2 * (upper == dark_is_ink) + (lower == dark_is_ink)]

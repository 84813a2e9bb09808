"""What the surroundings decide: read once from the environment, frozen, and wrong settings named."""

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from eventkit import networks, places, web_push
from eventkit.text.language import gettext as _

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104
KEY_FILE = "secret_key"
LOG_FORMATS, LOG_LEVELS = ("console", "json"), ("debug", "info", "warning", "error")
SETTINGS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "HOST_NAMES",
    "START_KEY",
    "TWOFEET_VAR",
    "WEB_PROCESSES",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "METRICS_TOKEN",
    "PUSH",
    "PUSH_SERVICES",
)


class ConfigError(Exception):
    """A setting cannot be used; the message names it and says what would do."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one process. See docs/settings.md for what each means."""

    database_url: str
    secret_key: str = field(repr=False)
    var: Path
    host: str = "0.0.0.0"  # noqa: S104  phones in the venue must reach it
    port: int = 8000
    public_url: str = ""
    host_names: tuple[str, ...] = ()
    start_key: str = field(default="", repr=False)
    web_processes: int = 1
    log_format: str = "console"
    log_level: str = "warning"
    metrics_token: str = field(default="", repr=False)
    push: bool = False
    push_services: tuple[str, ...] = web_push.SERVICES

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read SETTINGS from the environment. Raises ConfigError."""
        var = Path(environ.get("TWOFEET_VAR") or places.home() / "var").resolve()
        host, port = environ.get("HOST") or "0.0.0.0", _port(environ.get("PORT") or "8000")  # noqa: S104
        database_url = _database_url(environ.get("DATABASE_URL") or f"sqlite:///{_made(var) / 'twofeet.db'}")
        log_format = _one_of("LOG_FORMAT", environ.get("LOG_FORMAT") or "console", LOG_FORMATS)
        level = environ.get("LOG_LEVEL") or ("info" if log_format == "json" else "warning")
        public_url = _public_url(environ.get("PUBLIC_URL"))
        push = environ.get("PUSH") or ("on" if public_url.startswith("https://") else "off")
        return cls(
            database_url=database_url,
            secret_key=_secret_key(environ.get("SECRET_KEY"), var),
            var=var,
            host=host,
            port=port,
            public_url=public_url or _own_url(host, port),
            host_names=tuple((environ.get("HOST_NAMES") or "").replace(",", " ").lower().split()),
            start_key=_start_key(environ.get("START_KEY") or ""),
            web_processes=_web_processes(environ.get("WEB_PROCESSES") or "", database_url),
            log_format=log_format,
            log_level=_one_of("LOG_LEVEL", level.lower(), LOG_LEVELS),
            metrics_token=environ.get("METRICS_TOKEN") or "",
            push=_one_of("PUSH", push, ("on", "off")) == "on",
            push_services=_push_services(environ.get("PUSH_SERVICES") or ""),
        )

    def network_urls(self) -> list[str]:
        """The addresses by which other machines may reach this server, the likeliest first; none where none can."""
        if self.host not in EVERYWHERE:
            return [] if networks.is_loopback(self.host) else [_own_url(self.host, self.port)]
        return [f"http://{it}:{self.port}" for it in networks.lan_addresses()]

    def own_names(self) -> frozenset[str]:
        """The host names, in lower case and without ports, that pages of ours are reached by; addresses apart."""
        machine = socket.gethostname().lower()
        public = urlsplit(self.public_url).hostname or ""
        return frozenset({"localhost", machine, f"{machine.split('.')[0]}.local", public, *self.host_names} - {""})


def _own_url(host: str, port: int) -> str:
    """Where this server is reached: in the network, unless it listens on one address only."""
    if host in EVERYWHERE:
        found = networks.lan_addresses()
        return f"http://{found[0] if found else networks.LOOPBACK}:{port}"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _made(folder: Path) -> Path:
    try:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        elif _is_ours(folder):
            folder.chmod(0o700)
    except OSError as error:
        why = {"name": "TWOFEET_VAR", "folder": folder, "why": error.strerror}
        raise ConfigError(
            _("%(name)s: cannot make the folder %(folder)s (%(why)s). Name one that can be written to.", **why)
        ) from error
    return folder


def _start_key(text: str) -> str:
    if text and len(text) < 12:
        raise ConfigError(_too_short("START_KEY", 12))
    return text


def _too_short(name: str, least: int) -> str:
    return _("%(name)s: too short to be secret. Use at least %(least)s random characters.", name=name, least=least)


def _is_ours(folder: Path) -> bool:
    """Whether a folder was made for us: our key is in it, or nothing; another one's mode is not ours to change."""
    return folder.stat().st_uid == os.geteuid() and ((folder / KEY_FILE).exists() or not any(folder.iterdir()))


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ConfigError(_no_number("PORT", text, 65535))
    return int(text)


def _no_number(name: str, value: str, most: int) -> str:
    wrong = {"name": name, "value": value, "most": most}
    return _("%(name)s: ‘%(value)s’ will not do. Give a whole number from 1 to %(most)s.", **wrong)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        wrong = {"name": name, "value": value, "known": ", ".join(known)}
        raise ConfigError(_("%(name)s: ‘%(value)s’ is not known. Use one of: %(known)s.", **wrong))
    return value


def _web_processes(text: str, database_url: str) -> int:
    """One process serves an event on SQLite; on PostgreSQL as many as there are processors, unless told otherwise."""
    on_sqlite = database_url.startswith("sqlite")
    if not text:
        return 1 if on_sqlite else min(os.cpu_count() or 1, 8)
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise ConfigError(_no_number("WEB_PROCESSES", text, 64))
    return int(text)


def _database_url(text: str) -> str:
    if text.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    if text.startswith(("sqlite:///", "postgresql+psycopg://")):
        return text
    raise ConfigError(_one_of_these_begins("DATABASE_URL", text.split(":")[0], "sqlite:///", "postgresql://"))


def _public_url(text: str | None) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ConfigError(_one_of_these_begins("PUBLIC_URL", text, "http://", "https://"))
    return (text or "").rstrip("/")


def _one_of_these_begins(name: str, value: str, one: str, other: str) -> str:
    wrong = {"name": name, "value": value, "one": one, "other": other}
    return _("%(name)s: ‘%(value)s’ will not do. It must begin with %(one)s or %(other)s.", **wrong)


def _push_services(text: str) -> tuple[str, ...]:
    """Names of hosts; for tests also an address of this machine itself, by http."""
    names = tuple(text.replace(",", " ").lower().split())
    for name in names:
        if not web_push.is_service(name):
            wrong = {"setting": "PUSH_SERVICES", "value": name, "such": "push.example.org"}
            raise ConfigError(
                _("%(setting)s: ‘%(value)s’ is not the name of a host. Give names such as %(such)s.", **wrong)
            )
    return names or web_push.SERVICES


def _secret_key(given: str | None, var: Path) -> str:
    """SECRET_KEY, or the one kept beside the database: made once, readable by its owner only."""
    if given is not None:
        if len(given) < 16:
            raise ConfigError(_too_short("SECRET_KEY", 16))
        return given
    path = _made(var) / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept_key(path)
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(48))
    return key


def _kept_key(path: Path) -> str:
    with suppress(PermissionError):  # another user's, who lets us read it
        path.chmod(0o600)
    key = path.read_text().strip()
    if len(key) < 16:
        kept = {"name": "SECRET_KEY", "file": path}
        raise ConfigError(
            _("%(name)s: the key kept in %(file)s is damaged. Restore it, or delete it: everybody joins again.", **kept)
        )
    return key

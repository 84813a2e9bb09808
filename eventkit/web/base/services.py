"""What a request needs of the server around it: its settings, the database, helpers, and its public address."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from eventkit.config import Config
from eventkit.event.credentials import Credentials
from eventkit.event.limits import Rates
from eventkit.storage.db import Database
from eventkit.storage.helper import Helper
from eventkit.storage.tables import Event


@dataclass(frozen=True)
class Services:
    """What a view needs from outside: settings, the database, who reads what takes long, how often each did what."""

    config: Config
    database: Database
    helper: Helper
    public_helper: Helper  # for what anybody may ask for, so that organisers never wait behind strangers
    rates: Rates = field(default_factory=Rates)

    @property
    def credentials(self) -> Credentials:
        """What makes and recognises codes and calendar keys."""
        return Credentials(self.config.secret_key)


def services() -> Services:
    """The application's services."""
    return cast("Services", current_app.extensions["twofeet"])


def public_url(event: Event) -> str:
    """What links and QR codes of an event begin with: as its organiser chose, else this server's own address."""
    return event.address or services().config.public_url


def is_https() -> bool:
    """Whether people come to this server by https."""
    return services().config.public_url.startswith("https://")


def is_closed() -> bool:
    """Whether this server is not for strangers: they neither start events nor see the rehearsal."""
    return bool(services().config.start_key)

"""The application as gunicorn serves it: whoever waits lets others go on, and what takes long is done elsewhere."""

import select
import socket
from collections.abc import Mapping

from flask import Flask, has_request_context, request

from eventkit.config import Config
from eventkit.processes.cooperation import Cooperative
from eventkit.processes.helper_process import MOST_OF_ADDRESS, MOST_OF_PHONE, HelperProcess
from eventkit.processes.lane import Lane
from eventkit.storage.db import Database
from eventkit.web.application import create_app
from eventkit.web.base.cookies import read_cookie
from eventkit.web.base.security import client_address

PAGES_AT_ONCE = 3  # where pages wait for PostgreSQL; SQLite answers at once
PUBLIC_PATIENCE = 20.0  # seconds for one file that anybody may ask for


def served_app() -> Flask:
    """The application of one web process, on gevent and with two helper processes: one writes for strangers only."""
    config = Config.from_environ()
    cooperative = Cooperative(Lane(1 if config.database_url.startswith("sqlite") else PAGES_AT_ONCE))
    database = Database(config.database_url, cooperative)
    public = HelperProcess(database, PUBLIC_PATIENCE, somebody_waits, who_asks)
    app = create_app(config, HelperProcess(database, wanted=somebody_waits), database, public)
    app.extensions["lane"] = cooperative.lane
    return app


def who_asks() -> Mapping[str, int]:
    """The address and, where it has a cookie of this event, the phone that made this request: most works of each."""
    if not has_request_context():
        return {}
    token, _ = read_cookie(str((request.view_args or {}).get("code", "")))
    phone = {f"phone {token}": MOST_OF_PHONE} if token else {}
    return {f"address {client_address(request)}": MOST_OF_ADDRESS, **phone}


def somebody_waits() -> bool:
    """Whether whoever made this request is still there, as far as can be known."""
    connection: socket.socket | None = request.environ.get("gunicorn.socket") if has_request_context() else None
    if connection is None:
        return True
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return not readable or connection.recv(1, socket.MSG_PEEK) != b""
    except (OSError, ValueError):
        return False

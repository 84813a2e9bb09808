"""The application: configuration, database, htmx, pages. No work at import time but what a server needs to serve."""

from pathlib import Path

from flask import Flask
from flask_htmx import HTMX

from eventkit import web
from eventkit.config import Config
from eventkit.storage.db import Database
from eventkit.storage.helper import Helper

ROOT = Path(__file__).resolve().parent


def served_app() -> Flask:
    """What gunicorn serves: whoever waits lets others go on, and what takes long is done in a process of its own."""
    from eventkit.processes.cooperation import Cooperative  # gevent, which nothing else needs
    from eventkit.processes.helper_process import HelperProcess

    config = Config.from_environ()
    database = Database(config.database_url, Cooperative())
    return create_app(config, HelperProcess(database), database)


def create_app(config: Config | None = None, helper: Helper | None = None, database: Database | None = None) -> Flask:
    """A ready application; `config` defaults to what the environment says, and the rest to what needs no server."""
    config = config or Config.from_environ()
    database = database or Database(config.database_url)
    app = Flask(
        "twofeet", root_path=str(ROOT), static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates")
    )
    app.config.update(SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=web.LARGEST_POST, MAX_FORM_PARTS=500)
    app.extensions["twofeet"] = web.Services(config, database, helper or Helper(database))
    HTMX(app)
    web.register(app)
    return app

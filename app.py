"""The application: configuration, database, htmx, pages. No work at import time but what a server needs to serve."""

from pathlib import Path

from flask import Flask
from flask_htmx import HTMX

from eventkit import web
from eventkit.config import Config
from eventkit.storage.db import Database

ROOT = Path(__file__).resolve().parent


def create_app(config: Config | None = None) -> Flask:
    """A ready application; `config` defaults to what the environment says."""
    config = config or Config.from_environ()
    app = Flask(
        "twofeet", root_path=str(ROOT), static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates")
    )
    app.config.update(SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=web.LARGEST_POST, MAX_FORM_PARTS=500)
    app.extensions["twofeet"] = web.Services(config, Database(config.database_url))
    HTMX(app)
    web.register(app)
    return app

"""The Flask application: configuration, database, htmx, pages. Made once in each web process."""

from flask import Flask
from flask_htmx import HTMX

from eventkit import places, web
from eventkit.config import Config
from eventkit.storage.db import Database
from eventkit.storage.helper import Helper


def create_app(
    config: Config | None = None,
    helper: Helper | None = None,
    database: Database | None = None,
    public_helper: Helper | None = None,
) -> Flask:
    """A ready application; `config` defaults to what the environment says, and the rest to what needs no server."""
    config = config or Config.from_environ()
    database = database or Database(config.database_url)
    static, templates = places.files("static"), places.files("templates")
    app = Flask("twofeet", root_path=str(places.ROOT), static_folder=str(static), template_folder=str(templates))
    app.config.update(SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=web.LARGEST_POST, MAX_FORM_PARTS=500)
    app.extensions["twofeet"] = web.Services(
        config, database, helper or Helper(database), public_helper or Helper(database)
    )
    HTMX(app)
    web.register(app)
    return app

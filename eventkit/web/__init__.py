"""The pages: blueprints, one file a page, and what all of them share."""

from flask import Flask

from eventkit.web import errors, front, rendering, security, streams
from eventkit.web.visits import Services

__all__ = ["LARGEST_POST", "Services", "register"]

LARGEST_POST = 256 * 1024  # bytes; a pitch at its longest, percent-encoded, is well below


def register(app: Flask) -> None:
    """Give the application its guards, its error pages and its blueprints."""
    security.register(app)
    errors.register(app)
    rendering.register(app)
    streams.register(app)
    for blueprint in (front.pages,):
        app.register_blueprint(blueprint)

"""The pages: blueprints, one file a page, and what all of them share."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from eventkit.web import arrival, errors, front, marketplace, pitch, rendering, security, streams, visits
from eventkit.web.visits import Services

__all__ = ["LARGEST_POST", "Services", "register"]


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what fits a row's number; a larger one is no page, not a database's error."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **{"max": 2**31 - 1, **options})


LARGEST_POST = 256 * 1024  # bytes; a pitch at its longest, percent-encoded, is well below


def register(app: Flask) -> None:
    """Give the application its guards, its error pages and its blueprints."""
    app.url_map.converters["int"] = RowNumber
    security.register(app)
    visits.register(app)
    errors.register(app)
    rendering.register(app)
    streams.register(app)
    for blueprint in (front.pages, marketplace.pages, pitch.pages, arrival.pages):
        app.register_blueprint(blueprint)

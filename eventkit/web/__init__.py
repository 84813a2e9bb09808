"""The pages: blueprints, one file a page, and what all of them share."""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from eventkit.config import Config
from eventkit.web.base import (
    bodies,
    compression,
    errors,
    observing,
    rendering,
    security,
    speaking,
    static_files,
    visits,
)
from eventkit.web.base.bodies import LARGEST_POST
from eventkit.web.base.services import Services
from eventkit.web.live import streams
from eventkit.web.pages import (
    about,
    accessibility,
    actions,
    announced,
    arrival,
    ballots,
    builds,
    console,
    desk,
    doors,
    editor,
    embedded,
    entry,
    exports,
    first_vote,
    front,
    going,
    grid,
    imports,
    installed,
    joining,
    languages,
    line_up,
    marketplace,
    moderation,
    my_data,
    my_day,
    next_year,
    notes,
    notifications,
    one_by_one,
    pictures,
    pitch,
    pitch_box,
    privacy,
    published_book,
    reflections,
    reports,
    results,
    rooms,
    screens,
    showing,
    slips,
    summaries,
    trouble,
    unmentoring,
    wall,
)

__all__ = ["LARGEST_POST", "Services", "register"]


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what fits a row's number; a larger one is no page, not a database's error."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **{"max": 2**31 - 1, **options})


ORGANISING = (
    console.pages,
    desk.pages,
    ballots.pages,
    moderation.pages,
    privacy.pages,
    rooms.pages,
    trouble.pages,
    editor.pages,
    builds.pages,
    imports.pages,
    next_year.pages,
)
AFTERWARDS = (
    about.pages,
    announced.pages,
    notes.pages,
    reports.pages,
    screens.pages,
    showing.pages,
    slips.pages,
    summaries.pages,
    pictures.pages,
    actions.pages,
    reflections.pages,
    unmentoring.pages,
    grid.pages,
    wall.pages,
    joining.pages,
    line_up.pages,
    doors.pages,
    embedded.pages,
    entry.pages,
    first_vote.pages,
    my_day.pages,
    notifications.pages,
    going.pages,
    my_data.pages,
    exports.pages,
    published_book.pages,
    results.pages,
)


def register(app: Flask) -> None:
    """Give the application its guards, its error pages and its blueprints."""
    app.url_map.converters["int"] = RowNumber
    config: Config = app.extensions["twofeet"].config
    observing.register(app)  # first, so that it sees what all others made of a request
    bodies.register(app)
    compression.register(app)
    speaking.register(app)
    security.register(app)
    visits.register(app)
    errors.register(app)
    rendering.register(app)
    streams.register(app, {"grid": grid.published_block})
    app.extensions["static"] = static_files.StaticFiles(
        app.wsgi_app, Path(app.static_folder or ""), security.headers(config)
    )
    app.wsgi_app = app.extensions["static"]  # type: ignore[method-assign]
    for blueprint in (
        front.pages,
        installed.pages,
        languages.pages,
        marketplace.pages,
        pitch_box.pages,
        one_by_one.pages,
        accessibility.pages,
        pitch.pages,
        arrival.pages,
        *ORGANISING,
        *AFTERWARDS,
    ):
        app.register_blueprint(blueprint)

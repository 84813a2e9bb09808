"""The accessibility statement: what is kept, what is known to fall short, whom to tell."""

from flask import Blueprint, Response

from eventkit.web.base.rendering import page

pages = Blueprint("accessibility", __name__)


@pages.get("/accessibility")
def show() -> Response:
    """The statement, the same at every event."""
    return page("accessibility.html")

"""The door of a private event: asks for its word, wherever somebody wanted to go."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.event import entry
from eventkit.event.entry import WordNeeded
from eventkit.storage.tables import Event
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.cookies import remember
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.guessing import tried
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import services
from eventkit.web.base.visits import admit_later, event_at, joined

pages = Blueprint("entry", __name__)


class WordForm(Form):
    """The word, and the page that was asked for."""

    word: Line = Field(min_length=1, max_length=lengths.WORD, title=marked("The word"))
    to: Line = Field(default="", max_length=500, title="The page")


@pages.post("/e/<code>/word")
def give(code: str) -> Response:
    """Let this device in where the word is right."""
    token, keys = joined(code)

    def try_word() -> str:
        event = _event(code)
        form = parse(WordForm, request.form)
        if entry.is_private(event):
            key = tried(services().rates, event, token, lambda: entry.accept(event, form.word))
            remember(code, token, (*keys, key))
        return form.to

    return post(try_word, lambda to: done(_within(code, to)), lambda refused: ask(code, refused))


@pages.app_errorhandler(WordNeeded)
def needed(_: WordNeeded) -> Response:
    """The form in the place of whatever was asked for."""
    return ask(str((request.view_args or {}).get("code", "")))


def ask(code: str, refused: Refused | None = None) -> Response:
    """The form; it tells nothing of the event but the code in its address."""
    admit_later(code)
    if wants_block():
        response = page("entry.html", "needed", 403, code=code)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#alert", "innerHTML"
        return response
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("to", "")
    errors = refused.errors("word") if refused else {}
    return page("entry.html", status=refused.status if refused else 403, code=code, to=wanted, errors=errors)


def _event(code: str) -> Event:
    with services().database.reading() as tx:
        return event_at(tx, code)


def _within(code: str, to: str) -> str:
    """The page that was asked for, if it is one of this event's; else its first page."""
    home = url_for("marketplace.show", code=code)
    return to if to == home or to.startswith((f"{home}/", f"{home}?")) else home

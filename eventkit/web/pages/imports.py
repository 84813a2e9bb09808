"""Import: files of other programs are looked at first, and only a yes writes what would come of them."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Forbidden, Invalid
from eventkit.event import people
from eventkit.imports import previews, told
from eventkit.imports.previews import ImportPreview
from eventkit.text import codes
from eventkit.text.language import gettext as _
from eventkit.web.base import bodies
from eventkit.web.base.cookies import remember, show_once
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import is_closed, services
from eventkit.web.base.visits import joined, organised, organising
from eventkit.web.pages.front import count_start

pages = Blueprint("imports", __name__)

MOST_FILES = 5


class FilesForm(Form):
    """How to read the files."""

    cut: bool = Field(default=False, title="The tick")


class YesForm(Form):
    """What was looked at, and is to be imported."""

    token: Line = Field(max_length=40, title="What was looked at")
    whole: bool = Field(default=False, title="Whether it is a whole event")
    take: list[Line] = Field(default=[], max_length=told.SHOWN, title="Where the file is taken at its word")


@pages.get("/e/<code>/organise/import")
def show(code: str) -> Response:
    """Choose files."""
    return _page(code)


@pages.post("/e/<code>/organise/import")
def look(code: str) -> Response:
    """What would come of the files; nothing is written but the files, to be looked at."""
    bodies.take_files(previews.MOST)
    event_id = _organised(code)

    def act() -> ImportPreview:
        form = parse(FilesForm, request.form)
        services().database.refuse_large()
        sent = request.files.getlist("file")
        if len(sent) > MOST_FILES:
            raise Invalid(file=_("Choose up to %(most)s files at once.", most=MOST_FILES))
        given = [(it.filename or "", it.read()) for it in sent]
        if sum(len(content) for _name, content in given) > previews.MOST:
            raise Invalid(
                file=_("These files are larger than %(most)s MB. Choose smaller ones.", most=previews.MOST // 2**20)
            )
        return services().helper.run(previews.look, event_id, [it for it in given if it[0]], form.cut)

    return post(act, lambda preview: _page(code, preview=preview), lambda refused: _page(code, refused))


@pages.post("/e/<code>/organise/import/yes")
def bring(code: str) -> Response:
    """Import what was looked at."""
    event_id = _organised(code)

    def act() -> list[str] | tuple[str, str]:
        form = parse(YesForm, request.form)
        if not form.whole:
            return services().helper.run(previews.bring, event_id, form.token, form.take)
        if is_closed():
            raise Forbidden(
                _("Events on this server are started by those who have its link. Ask whoever runs the server.")
            )
        count_start()
        return services().helper.run(previews.bring_whole, event_id, form.token)

    def then(came: list[str] | tuple[str, str]) -> Response:
        if isinstance(came, list):
            return _page(code, came=came)
        new, secret = came
        remember(new, people.new_token(), (codes.digest(secret),))
        show_once(new, secret)
        return done(url_for("console.show", code=new))

    return post(act, then, lambda refused: _page(code, refused))


def _organised(code: str) -> int:
    """The event's id, for its organiser's device. Raises NotFound, Forbidden."""
    joined(code)
    return organised(code)


def _page(
    code: str, refused: Refused | None = None, preview: ImportPreview | None = None, came: list[str] | None = None
) -> Response:
    wrong = refused.text.splitlines() if refused else []
    with organising(code) as visit:
        return page(
            "import.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            preview=preview,
            came=came,
            wrong=wrong,
            cut=bool(refused and refused.posted.get("cut")),
            most=previews.MOST // 2**20,
        )

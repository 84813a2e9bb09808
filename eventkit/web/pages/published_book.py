"""The published book: a folder of files at an address of its own, which needs no code, no word and no cookie."""

from flask import Blueprint, Response, g, make_response, request, url_for
from pydantic import Field

from eventkit.errors import NotFound
from eventkit.event import publishing
from eventkit.event.about import LICENCE_URL
from eventkit.exports import folder, formats, web_book
from eventkit.exports.formats import FORMATS
from eventkit.storage.cache import ResultCache
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.web.base.forms import Form, parse
from eventkit.web.base.rendering import done
from eventkit.web.base.services import services
from eventkit.web.base.visits import acting_as_organiser, event_at
from eventkit.web.pages.exports import PUBLIC, SHOWN

pages = Blueprint("published_book", __name__)

MOST_FOLDERS = 20  # that a process keeps
TYPES = {
    "html": web_book.TYPE,
    "md": FORMATS["book.md"][0],
    "csv": FORMATS["grid.csv"][0],
    "txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
_folders: ResultCache[dict[str, bytes]] = ResultCache(SHOWN, MOST_FOLDERS)


class PublishForm(Form):
    """Whether everybody may read the book."""

    public: bool = Field(default=False, title="The choice")


@pages.get("/book/<code>/")
def show(code: str) -> Response:
    """The book as a page, with links to the files beside it. Raises NotFound until it is published."""
    return file(code, folder.INDEX)


@pages.get("/book/<code>/<path:name>")
def file(code: str, name: str) -> Response:
    """A file of the book's folder. Raises NotFound."""
    content = _folder(code).get(name)
    if content is None:
        raise NotFound(_("There is no such file in this book. Open its first page to see what there is."))
    kind = FORMATS[name][0] if name in FORMATS else TYPES[name.rpartition(".")[2] if "." in name else ""]
    response = make_response(content, 200, {"Content-Type": kind, "Link": f'<{LICENCE_URL}>; rel="license"', **PUBLIC})
    if kind == web_book.TYPE:
        response.headers["Content-Security-Policy"] = web_book.POLICY
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.post("/e/<code>/organise/book")
def set_public(code: str) -> Response:
    """Publish the book or take it back. Raises Forbidden."""
    form = parse(PublishForm, request.form)
    acting_as_organiser(code, lambda visit: publishing.set_book_public(visit.tx, visit.by, form.public))
    return done(url_for("console.show", code=code, _anchor="after"))


def _folder(code: str) -> dict[str, bytes]:
    """All files in the event's language, written once until the event changes. Raises NotFound."""
    here = services()
    with here.database.reading() as tx:
        event = event_at(tx, code)
        g.private = not event.book_public  # no search engine learns of an address before there is a book
        publishing.refuse_unpublished(event)
        moment, spoken = _folders.moment(tx, event.id, state=event.voting_open), event.language
    asked = event.id, here.config.public_url

    def write() -> dict[str, bytes]:
        with language.speaking(spoken):
            return here.public_helper.read(formats.published_folder, *asked)

    return _folders.get_at(here.database.engine, moment, write, (*asked, spoken))

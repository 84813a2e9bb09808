"""The page about an event: who to ask, conduct, photographs, access, wifi, licence; organisers change it there."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from eventkit.errors import Stale
from eventkit.event import about
from eventkit.event.about import LICENCE_URL, MATTERS, Facts
from eventkit.text import lengths, markdown
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, Text
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, Visit, looking

pages = Blueprint("about", __name__)


class AboutForm(ChangeForm):
    """A text for each matter, and what its typist saw before."""

    ask: Text = Field(default="", max_length=lengths.ABOUT, title=marked("Who to ask"))
    conduct: Text = Field(default="", max_length=lengths.CONDUCT, title=marked("How we treat each other"))
    conduct_contact: Text = Field(
        default="", max_length=lengths.ABOUT, title=marked("If somebody does not treat you well")
    )
    photographs: Text = Field(default="", max_length=lengths.ABOUT, title=marked("Photographs"))
    access: Text = Field(default="", max_length=lengths.ABOUT, title=marked("Access"))
    quiet_room: Text = Field(default="", max_length=lengths.ABOUT, title=marked("Quiet room"))
    wifi: Text = Field(default="", max_length=lengths.ABOUT, title=marked("Wifi"))

    def facts(self) -> Facts:
        """What is to be said."""
        return Facts(**self.model_dump(exclude={"seen"}))


@pages.get("/e/<code>/about")
def show(code: str) -> Response:
    """What there is to know of the event; for an organiser with the form that changes it."""
    with looking(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/about")
def change(code: str) -> Response:
    """Change it. What another organiser changed since is shown beside what was typed."""

    def act(visit: Organising, form: AboutForm) -> None:
        about.change(visit.tx, visit.by, form.facts(), form.seen)

    return post_as_organiser(code, AboutForm, act, lambda _: done(url_for("about.show", code=code)), _page)


def _page(visit: Visit, refused: Refused | None = None) -> Response:
    facts = about.read(visit.tx, visit.event.id)
    return page(
        "about.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        matters=[(it, vars(facts)[it.key] and markdown.to_html(vars(facts)[it.key])) for it in MATTERS],
        typed=refused.typed(AboutForm) if refused else vars(facts),
        longest={it.key: lengths.CONDUCT if it.key == "conduct" else lengths.ABOUT for it in MATTERS},
        edition=about.edition(facts),
        meanwhile=isinstance(refused.why, Stale) if refused else False,
        errors=refused.errors("change") if refused else {},
        licence_url=LICENCE_URL,
    )

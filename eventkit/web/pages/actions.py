"""Actions: all of an event on one page; who helps, what is done; and who takes the notes of a session."""

from collections.abc import Callable

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.market import actions, note_takers
from eventkit.text import lengths, markdown
from eventkit.text.language import marked
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Visit, acting, looking
from eventkit.web.pages import notes

pages = Blueprint("actions", __name__)

ALL = "actions"  # what `back` says on the page of all actions


class HelpForm(Form):
    """Whether somebody helps, by what name, and the page to go back to."""

    helps: bool = Field(title="Whether you help")
    name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))


class DoneForm(Form):
    """Whether an action is done."""

    done: bool = Field(title="Whether it is done")


class TakerForm(Form):
    """Whether somebody takes the notes, and by what name."""

    takes: bool = Field(title="Whether you take notes")
    taker: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))


@pages.get("/e/<code>/actions")
def show(code: str) -> Response:
    """All actions of the event: those that are open first, by their day."""
    return _all(code)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/help")
def help_with(code: str, pitch_id: int, note_id: int) -> Response:
    """Join those who help with an action, or leave them."""

    def join() -> None:
        form = parse(HelpForm, request.form)

        def write(visit: Visit) -> None:
            at = visit.tx, visit.event.id, notes.pitch_to_write_at(visit, pitch_id).id, note_id
            actions.help_with(*at, visit.person(), form.helps, name=form.name)

        acting(code, write, archived=True)  # what people do goes on after the event

    return _post(code, pitch_id, join)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/done")
def set_done(code: str, pitch_id: int, note_id: int) -> Response:
    """Say that an action is done, or that it is not."""

    def finish() -> None:
        form = parse(DoneForm, request.form)
        acting(
            code,
            lambda v: actions.set_done(
                v.tx, v.event.id, notes.pitch_to_write_at(v, pitch_id).id, note_id, v.viewer, form.done
            ),
            archived=True,
        )

    return _post(code, pitch_id, finish)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/taker")
def take_notes(code: str, pitch_id: int) -> Response:
    """Offer to take the notes of a session, or take that back."""

    def offer() -> None:
        form = parse(TakerForm, request.form)
        acting(
            code,
            lambda v: note_takers.offer(
                v.tx, v.event.id, notes.pitch_to_write_at(v, pitch_id), v.person(), form.takes, form.taker
            ),
        )

    return _post(code, pitch_id, offer)


def _post(code: str, pitch_id: int, act: Callable[[], None]) -> Response:
    """Do it and go back to where the button was; refused, that page with the reason."""
    back = request.form.get("back") == ALL

    def then(_: None) -> Response:
        return done(url_for("actions.show", code=code)) if back else notes.after(code, pitch_id)

    def again(refused: Refused) -> Response:
        return _all(code, refused) if back else notes.refused(code, pitch_id, refused)

    return post(act, then, again)


def _all(code: str, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        found = sorted(actions.of_event(visit.tx, visit.event.id), key=actions.open_first)
        me = visit.viewer.person_id
        return page(
            "actions.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            actions=[
                (it, markdown.to_html(it.note.text), any(me == one.person_id for one in it.helpers)) for it in found
            ],
            refused=refused.text if refused else "",
        )

"""The page on which people say what they take along from the day, and read what others said once that is public."""

from collections.abc import Iterator

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Stale
from eventkit.event import limits
from eventkit.market import reflections
from eventkit.market.reflections import QUESTIONS, Answers
from eventkit.storage.tables import Reflection
from eventkit.text import lengths, markdown
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, Form, Line, Text, parse
from eventkit.web.base.posting import Refused, post, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, Visit, acting, looking

pages = Blueprint("reflections", __name__)


class ReflectionForm(Form):
    """The three answers, and a name where one likes."""

    differently: Text = Field(default="", max_length=lengths.REFLECTION, title=marked("What will you do differently?"))
    next_steps: Text = Field(default="", max_length=lengths.REFLECTION, title=marked("What should happen next?"))
    best: Text = Field(default="", max_length=lengths.REFLECTION, title=marked("What was best today?"))
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))


class QuestionForm(ChangeForm):
    """The organisers' own question."""

    question: Line = Field(default="", max_length=lengths.QUESTION, title=marked("The question"))


@pages.get("/e/<code>/reflections")
def show(code: str) -> Response:
    """The form with what one said, and what others said where that is public."""
    return _page(code)


@pages.post("/e/<code>/reflections")
def keep(code: str) -> Response:
    """Keep what somebody says."""

    def act() -> None:
        form, rates = parse(ReflectionForm, request.form), services().rates

        def write(visit: Visit) -> None:
            typed = Answers(**form.model_dump())
            reflections.keep(visit.tx, visit.event, visit.person(), typed, visit.viewer.facilitator)
            rates.spend(limits.NOTES, (visit.event.id, visit.viewer.token), visit.event.limits)

        acting(code, write)

    return post(act, lambda _: done(url_for("reflections.show", code=code)), lambda refused: _page(code, refused))


@pages.post("/e/<code>/organise/question")
def ask(code: str) -> Response:
    """Word the last of the three questions."""

    def act(visit: Organising, form: QuestionForm) -> None:
        reflections.ask(visit.tx, visit.by, form.question, form.seen)

    address = url_for("reflections.show", code=code, _anchor="third")
    return post_as_organiser(code, QuestionForm, act, lambda _: done(address), lambda _, refused: _page(code, refused))


def _page(code: str, refused: Refused | None = None) -> Response:
    asking = refused is not None and "question" in refused.posted
    with looking(code) as visit:
        event, viewer = visit.event, visit.viewer
        own = reflections.of_person(visit.tx, event.id, viewer.person_id)
        public = reflections.public(event) or viewer.facilitator
        kept = {name: getattr(own, name) if own else "" for name in (*QUESTIONS, "author_name")}
        return page(
            "reflections.html",
            status=refused.status if refused else 200,
            event=event,
            viewer=viewer,
            questions=reflections.questions(event),
            own=own,
            typed=refused.typed(ReflectionForm) if refused and not asking else kept,
            asked=refused.posted.get("question", "") if refused and asking else event.last_question,
            meanwhile=refused is not None and isinstance(refused.why, Stale) and asking,
            longest=lengths.REFLECTION,
            errors=refused.errors("question" if asking else "reflect") if refused else {},
            said=list(_said(visit)) if public else [],
        )


def _said(visit: Visit) -> Iterator[tuple[Reflection, list[tuple[str, str]]]]:
    """What people said, each with the questions that they answered; hidden ones for who may show them again."""
    questions = reflections.questions(visit.event)
    for it in reflections.of_event(visit.tx, visit.event.id, hidden=visit.viewer.facilitator):
        answers = ((question, getattr(it, name)) for name, question in questions.items())
        yield it, [(question, markdown.to_html(text)) for question, text in answers if text]

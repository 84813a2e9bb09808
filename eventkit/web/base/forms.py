"""Forms as plain pydantic models, and their errors in plain English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from eventkit.errors import Invalid
from eventkit.text import clean, language
from eventkit.text.language import gettext as _

F = TypeVar("F", bound="Form")


class Form(BaseModel):
    """A form's fields; lists take a repeated field.

    `title=` of a field is what its errors call it, `description=` what is said where it is empty.
    """

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)

    @classmethod
    def lists(cls) -> set[str]:
        """The fields that may be given several times."""
        return {name for name, field in cls.model_fields.items() if _is_list(field.annotation)}

    @classmethod
    def posted_as(cls) -> dict[str, str]:
        """A field's name to what it is called in what is posted, which may be `from`."""
        return {name: field.alias or name for name, field in cls.model_fields.items()}


class ChangeForm(Form):
    """A form that changes what is there; `seen` is the edition of it that its typist saw, see event/editions.py."""

    seen: Annotated[str, Field(max_length=12)] = Field(default="", title="What was seen")


@dataclass(frozen=True)
class FilledForm:
    """A form as a template shows it: what stands in each field, and what is wrong with it."""

    typed: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)


class BrokenOff(ImmutableMultiDict[str, str]):
    """What arrived of a form that broke off: to be shown again as typed, not to be acted upon."""


def parse(form: type[F], posted: MultiDict[str, str]) -> F:
    """The form as posted. Raises Invalid with a sentence for each field at fault."""
    if isinstance(posted, BrokenOff):
        raise Invalid(_("Not all of what you sent arrived, so nothing was kept. Send it once more."))
    lists = form.lists()
    fields = {
        posted_as: posted.getlist(posted_as) if name in lists else posted[posted_as]
        for name, posted_as in form.posted_as().items()
        if posted_as in posted
    }
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        raise Invalid(**{str(e["loc"][0]): _sentence(form, dict(e)) for e in reversed(error.errors())}) from error


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", annotation) in (list, tuple)


def _sentence(form: type[Form], error: dict[str, Any]) -> str:
    at = str(error["loc"][0])
    label = next((it.title for name, it in form.model_fields.items() if at in (name, it.alias)), None) or at
    label, context = _(label), error.get("ctx") or {}
    if isinstance(bound := context.get("ge") or context.get("le"), str):  # a date
        return (
            _("%(label)s must be %(day)s or later.", label=label, day=bound)
            if "ge" in context
            else _("%(label)s must be %(day)s or earlier.", label=label, day=bound)
        )
    if error["type"] == "unseen" or (
        error["type"] in ("string_too_short", "too_short") and not str(error["input"]).strip()
    ):
        empty = next((it.description for name, it in form.model_fields.items() if at in (name, it.alias)), None)
        return _(empty) if empty else _("%(label)s is empty. Write something here.", label=label)
    sentences = {
        "missing": _("%(label)s is missing. Fill it in.", label=label),
        "string_too_short": _(
            "%(label)s is too short. Use at least %(least)s letters.", label=label, least=context.get("min_length")
        ),
        "string_too_long": _(
            "%(label)s is too long. Keep it to %(most)s letters.",
            label=label,
            most=language.numeral(context["max_length"]),
        )
        if "max_length" in context
        else "",
        "too_long": _(
            "%(label)s: that is too many. Up to %(most)s can be given.", label=label, most=context.get("max_length")
        ),
        "greater_than_equal": _("%(label)s must be %(least)s or more.", label=label, least=context.get("ge")),
        "less_than_equal": _("%(label)s must be %(most)s or less.", label=label, most=language.numeral(context["le"]))
        if "le" in context
        else "",
        "value_error": str(context.get("error", "")),
    }
    if error["type"] in ("too_long", "too_short") and isinstance(error["input"], str):
        return sentences[f"string_{error['type']}"]  # pydantic's name for a text that may be missing, too
    if error["type"].startswith(("int_", "float_")):
        return _("%(label)s must be a whole number.", label=label)
    if error["type"].startswith("date_"):
        return _("%(label)s must be a date, like 2026-06-26.", label=label)
    return sentences.get(error["type"]) or _(
        "%(label)s cannot be used as it is. Choose one of those offered.", label=label
    )


def _clean(text: Any) -> Any:
    return clean.clean(text) if isinstance(text, str) else text


def _clean_line(text: Any) -> Any:
    return clean.clean_line(text) if isinstance(text, str) else text


def _seen(text: str) -> str:
    if text and not clean.can_be_seen(text):
        raise PydanticCustomError("unseen", "nothing can be seen")
    return text


Text = Annotated[str, BeforeValidator(_clean)]
Line = Annotated[str, BeforeValidator(_clean_line)]
Heading = Annotated[Line, AfterValidator(_seen)]  # what a thing is called: something in it can be seen
# what fits a row's number; more is a sentence, not a database's error
RowId = Annotated[int, Field(ge=0, le=2**31 - 1)]
Choice = Annotated[RowId | None, BeforeValidator(lambda typed: typed or None)]  # of a list that offers "none" too

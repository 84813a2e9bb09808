"""Forms as plain pydantic models, and their errors in plain English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict

from eventkit.errors import Invalid
from eventkit.text import clean

F = TypeVar("F", bound="Form")


class Form(BaseModel):
    """A form's fields. `title=` of a field is what its errors call it; lists take a repeated field."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)

    @classmethod
    def lists(cls) -> set[str]:
        """The fields that may be given several times."""
        return {name for name, field in cls.model_fields.items() if _is_list(field.annotation)}


@dataclass(frozen=True)
class FilledForm:
    """A form as a template shows it: what stands in each field, and what is wrong with it."""

    typed: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)


def parse(form: type[F], posted: MultiDict[str, str]) -> F:
    """The form as posted. Raises Invalid with a sentence for each field at fault."""
    lists = form.lists()
    names = {name: field.alias or name for name, field in form.model_fields.items()}  # a field may be called `from`
    fields = {
        posted_as: posted.getlist(posted_as) if name in lists else posted[posted_as]
        for name, posted_as in names.items()
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
    context = error.get("ctx") or {}
    if isinstance(bound := context.get("ge") or context.get("le"), str):  # a date
        return f"{label} must be {bound} or {'later' if 'ge' in context else 'earlier'}."
    if error["type"] == "unseen" or (
        error["type"] in ("string_too_short", "too_short") and not str(error["input"]).strip()
    ):
        return f"{label} is empty. Write something here."
    sentences = {
        "missing": f"{label} is missing. Fill it in.",
        "string_too_short": f"{label} is too short. Use at least {context.get('min_length')} letters.",
        "string_too_long": f"{label} is too long. Keep it to {context.get('max_length'):,} letters."
        if "max_length" in context
        else "",
        "too_long": f"{label}: that is too many. Up to {context.get('max_length')} can be given.",
        "greater_than_equal": f"{label} must be {context.get('ge')} or more.",
        "less_than_equal": f"{label} must be {context.get('le'):,} or less." if "le" in context else "",
        "value_error": str(context.get("error", "")),
    }
    if error["type"] in ("too_long", "too_short") and isinstance(error["input"], str):
        return sentences[f"string_{error['type']}"]  # pydantic's name for a text that may be missing, too
    if error["type"].startswith(("int_", "float_")):
        return f"{label} must be a whole number."
    if error["type"].startswith("date_"):
        return f"{label} must be a date, like 2026-06-26."
    return sentences.get(error["type"]) or f"{label} cannot be used as it is. Choose one of those offered."


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

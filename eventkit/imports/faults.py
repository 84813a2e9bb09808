"""What is wrong with a file that is imported: sentences with values and places, put in words when they are read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from eventkit.errors import Invalid
from eventkit.text.language import either, gettext, listed, marked, ngettext, numeral

MOST_TOLD = 20  # places at fault that one refusal names


@dataclass(frozen=True)
class AnyOf:
    """Names of which each would do, or all that there are: a value of a fault that is written as its language does."""

    names: tuple[str, ...]
    any: bool = True

    def __str__(self) -> str:
        return either(self.names) if self.any else listed(self.names)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a sentence marked for translation, its values, and the file and place it is about.

    A place is a number of a line, or a name such as `sessions[3].title`. Whole numbers are written as the language
    writes them; a value that is marked is translated too.
    """

    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    place: int | str = ""

    def __str__(self) -> str:
        values = {name: numeral(value) if isinstance(value, int) else str(value) for name, value in self.values.items()}
        what = gettext(self.sentence, **values)
        if isinstance(self.place, int):
            return gettext("%(file)s, line %(line)s: %(what)s", file=self.file, line=self.place, what=what)
        where = ", ".join(filter(None, (self.file, self.place)))
        return gettext("%(where)s: %(what)s", where=where, what=what) if where else what


class Faulty(Invalid):
    """A file that cannot be imported as it is, with every fault that was found in it."""

    def __init__(self, faults: Iterable[Fault], more: int = 0):
        self.faults, self.more = tuple(faults), more
        super().__init__(str(self))

    def __str__(self) -> str:
        told = [str(fault) for fault in self.faults]
        if self.more:
            told.append(
                ngettext("And %(num)s more place like these.", "And %(num)s more places like these.", self.more)
            )
        return "\n".join(told)

    def __reduce__(self) -> tuple[type["Faulty"], tuple[tuple[Fault, ...], int]]:
        return Faulty, (self.faults, self.more)

    def at(self, file: str, place: int | str = "") -> "Faulty":
        """The same, said of a file and a place in it, where that was not said yet."""
        return Faulty(
            (it if it.file else Fault(it.sentence, it.values, file, it.place or place) for it in self.faults), self.more
        )


def fault(sentence: str, /, *, file: str = "", place: int | str = "", **values: Any) -> Faulty:
    """One fault, to be raised; the sentence is marked where it is written."""
    return Faulty([Fault(sentence, values, file, place)])


def of(error: Exception) -> tuple[Fault, ...]:
    """The faults in an error; of one that says its sentence itself, that sentence."""
    if isinstance(error, Faulty):
        return error.faults
    return (Fault("%(what)s", {"what": str(error)}),)


OURS = "twofeet"  # the type of an error whose message is a sentence of ours

# What is said of a value that cannot be one, by the beginning of pydantic's name for it; most particular first.
_UNFIT = {
    "missing": marked("this is missing."),
    "extra_forbidden": marked("an event that Twofeet wrote has nothing of this name here."),
    "string_too_short": marked("this is empty."),
    "string_too_long": marked("this has more letters than the %(max_length)s that can be kept."),
    "too_long": marked("this has more lines than the %(max_length)s that can be kept."),
    "string": marked("this must be a text."),
    "greater_than": marked("this must be %(ge)s or more."),
    "less_than": marked("this must be %(le)s or less."),
    "int": marked("this must be a whole number."),
    "float": marked("this must be a number."),
    "finite": marked("this must be a number."),
    "bool": marked("this must be true or false."),
    "list": marked("this must be a list."),
    "dict": marked("this must be an object with names and values."),
    "model": marked("this must be an object with names and values."),
    "datetime": marked("this must be a moment with its offset, such as 2031-05-01T09:00:00+00:00."),
    "timezone": marked("this must be a moment with its offset, such as 2031-05-01T09:00:00+00:00."),
    "date": marked("this must be a day such as 2031-05-01."),
    "time": marked("this must be a time such as 09:30."),
    "enum": marked("this must be %(expected)s."),
    "literal": marked("this must be %(expected)s."),
}


def of_value(error: Mapping[str, Any]) -> Faulty:
    """What pydantic says of a value, as a fault in words of ours."""
    context = error.get("ctx", {})
    if error["type"] == OURS:
        return fault(error["msg"], **context)
    sentence = next((it for begins, it in _UNFIT.items() if error["type"].startswith(begins)), None)
    if sentence is None:
        return fault(marked("this cannot be read (%(why)s)."), why=error["msg"])
    if "expected" in context:
        context = {"expected": AnyOf(tuple(re.findall(r"'([^']*)'", context["expected"])))}
    return fault(sentence, **context)


def unfit(sentence: str, /, **values: str) -> PydanticCustomError:
    """What a check of a value raises, so that of_value() tells it; the sentence is marked."""
    return PydanticCustomError(OURS, sentence, values)


class Collected:
    """Faults of one file, kept until the end of it: the first MOST_TOLD, and how many more."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.more = 0

    def add(self, error: Exception, file: str = "", place: int | str = "") -> None:
        """Keep what an error says, of that file and place where it does not say others."""
        for it in Faulty(of(error)).at(file, place).faults if file else of(error):
            if len(self.faults) < MOST_TOLD:
                self.faults.append(it)
            else:
                self.more += 1
        self.more += error.more if isinstance(error, Faulty) else 0

    def refuse(self) -> None:
        """Raise Faulty with all of them, if there are any."""
        if self.faults:
            raise Faulty(self.faults, self.more)

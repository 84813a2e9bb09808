"""What is wrong with a file that is imported: sentences with values and places, put in words when they are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventkit.errors import Invalid
from eventkit.text.language import either, gettext, listed, ngettext, numeral

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

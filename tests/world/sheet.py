"""Reads a style sheet as far as tests need it: its rules, with the conditions that they stand under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventkit.web.base.static_files import StaticFiles
from tests.world.places import ROOT

HEAD = re.compile(r"\s*([^{};]*?)\s*([{;])")


@dataclass(frozen=True)
class Rule:
    """Selectors and what they are given: `conditions` are the layers and media queries around the rule."""

    conditions: tuple[str, ...]
    selectors: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]


def served(name: str = "app.css") -> str:
    """A sheet of ours as browsers get it, with all that it imports."""
    file = StaticFiles(_nothing_else, ROOT / "static", {}).file(name)
    assert file, name
    return file.bodies[""].decode()


def _nothing_else(environ: object, start_response: object) -> list[bytes]:
    return []


def rules(sheet: str) -> list[Rule]:
    """Every rule of the sheet, in order; what has no selector, such as @font-face, is left out."""
    return list(_read(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL), ()))


def _read(text: str, conditions: tuple[str, ...]) -> Iterator[Rule]:
    at = 0
    while found := HEAD.match(text, at):
        head, at = found[1], found.end()
        if found[2] == ";":
            continue
        at = _closing(text, at)
        inside = text[found.end() : at - 1]
        if head.startswith(("@media", "@layer", "@supports")):
            yield from _read(inside, (*conditions, head))
        elif not head.startswith("@"):
            yield Rule(conditions, tuple(_selectors(head)), tuple(_declarations(inside)))


def _closing(text: str, at: int) -> int:
    """Behind the brace that closes what was opened before `at`."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def _selectors(head: str) -> Iterator[str]:
    """The parts between the commas that stand in no brackets."""
    depth, part = 0, ""
    for character in head:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            yield " ".join(part.split())
            part = ""
        else:
            part += character
    yield " ".join(part.split())


def _declarations(inside: str) -> Iterator[tuple[str, str]]:
    for declaration in inside.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.strip()

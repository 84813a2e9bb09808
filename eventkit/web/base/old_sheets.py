r"""A style sheet for browsers without cascade layers (Chromium before 99, Safari before 15.4), made from one with them.

What a layer decides becomes specificity: each selector gets `:not(#\#)`, which matches everything, twice for each layer
that comes before its own. `:is()` and lists in `:not()` are written out, each selector is a rule by itself, so that one
that an old browser does not know takes no other with it, and directions of writing become left, right, top and bottom.
"""

import re
from collections.abc import Iterator

REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
ORDER = re.compile(r"@layer\s+([^{;]+);")
AS_IT_IS = ("@font-face", "@keyframes", "@page")
NEITHER = re.compile(r":not\(([^()]*,[^()]*)\)")
HEAVIER = r":not(#\#)" * 2
SIDES = {"block": ("top", "bottom"), "inline": ("left", "right")}
BOTH = re.compile(r"\b(margin|padding|inset|border)-(block|inline)\s*:\s*([^;]+)")
ONE = re.compile(r"\b(margin|padding|inset|border)-(block|inline)-(start|end)\b")


def flat(sheet: str) -> str:
    """The sheet without layers. It must nest no rules but in layers, media and supports."""
    text = REMARK.sub("", sheet)
    named = [name.strip() for found in ORDER.findall(text) for name in found.split(",")]
    return "".join(_rules(ORDER.sub("", text), {name: place for place, name in enumerate(named)}, 0))


def _rules(text: str, layers: dict[str, int], level: int) -> Iterator[str]:
    for head, body in _blocks(text):
        if head.startswith("@layer"):
            yield from _rules(body, layers, layers[head.removeprefix("@layer").strip()])
        elif head.startswith(AS_IT_IS):
            yield f"{head}{{{body}}}\n"
        elif head.startswith("@"):
            yield f"{head}{{\n{''.join(_rules(body, layers, level))}}}\n"
        else:
            declared = _declarations(body)
            yield from (f"{_heavier(one, level)}{{{declared}}}\n" for one in _each(head))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(what stands before a block, its content), of those that stand side by side."""
    start = depth = begun = 0
    for place, letter in enumerate(text):
        if letter == "{":
            depth += 1
            begun = place if depth == 1 else begun
        elif letter == "}":
            depth -= 1
            if not depth:
                yield text[start:begun].strip(), text[begun + 1 : place].strip()
                start = place + 1


def _parts(text: str) -> list[str]:
    """Parts between commas that stand in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _each(selectors: str) -> Iterator[str]:
    """Each selector by itself, with `:is()` written out."""
    for selector in _parts(selectors):
        before, found, after = selector.partition(":is(")
        if not found:
            yield NEITHER.sub(lambda it: "".join(f":not({one})" for one in _parts(it[1])), selector)
            continue
        end = _closing(after)
        for choice in _parts(after[:end]):
            yield from _each(before + choice + after[end + 1 :])


def _closing(text: str) -> int:
    """Where the bracket closes that is open at the beginning."""
    depth = 1
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place
    return len(text)


def _heavier(selector: str, level: int) -> str:
    element, pseudo, name = selector.partition("::")
    return f"{element}{HEAVIER * level}{pseudo}{name}"


def _declarations(body: str) -> str:
    """With the directions of a page that runs from left to right, and without heights that follow a browser's bars."""

    def both(found: re.Match[str]) -> str:
        what, axis, value = found.groups()
        first, last = SIDES[axis]
        value, important, _ = value.partition("!important")
        values = _words(value) if what != "border" else [value]
        prefix = "" if what == "inset" else f"{what}-"
        ends = f" {important}" if important else ""
        return f"{prefix}{first}: {values[0]}{ends}; {prefix}{last}: {values[-1]}{ends}"

    def one(found: re.Match[str]) -> str:
        what, axis, end = found.groups()
        side = SIDES[axis][end == "end"]
        return side if what == "inset" else f"{what}-{side}"

    body = BOTH.sub(both, ONE.sub(one, body))
    return body.replace("inline-size", "width").replace("block-size", "height").replace("dvh", "vh")


def _words(value: str) -> list[str]:
    """Values between spaces that stand in no brackets."""
    words, depth = [""], 0
    for letter in value.strip():
        depth += (letter == "(") - (letter == ")")
        if letter == " " and not depth:
            words.append("")
        else:
            words[-1] += letter
    return words

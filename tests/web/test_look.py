"""The sheet keeps its promises: contrast in every theme, and no class that it does not know."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.world.places import ROOT
from tests.world.sheet import rules, served

SHEET, BOOK = served("app.css"), served("book.css")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VOCABULARY = (ROOT / "static" / "app.css").read_text(encoding="utf-8")  # names those that only scripts look for, too
KNOWN = set(re.findall(r"\.([a-z][\w-]*)", VOCABULARY + SHEET + BOOK))
PAPERS = ("paper", "sheet", *(f"hue-{number}" for number in range(7)))
READING, LEAST, SHAPES = 7.0, 4.5, 3.0  # contrast of running text, of any text, of lines that mean something
PAIRS = [
    *((ink, paper, READING) for ink in ("ink", "soft") for paper in PAPERS),
    *((ink, "paper", READING) for ink in ("act", "bad")),
    *((word, f"{word}-wash", LEAST) for word in ("bad", "good", "warn")),
    ("act-ink", "act", READING),
    ("now-ink", "now", READING),
    ("edge", "paper", SHAPES),
]

THEMES = {
    "light": [""],
    "dark": ["", "(prefers-color-scheme: dark)"],
    "more contrast": ["", "(prefers-contrast: more)"],
    "more contrast, dark": [
        "",
        "(prefers-color-scheme: dark)",
        "(prefers-contrast: more)",
        "(prefers-contrast: more) and (prefers-color-scheme: dark)",
    ],
}


@pytest.mark.parametrize("conditions", THEMES.values(), ids=THEMES)
def test_every_theme_has_contrast(conditions: list[str]) -> None:
    """WCAG's contrast ratio of each pair of ink and paper that pages use."""
    colours = {name: colour for condition in conditions for name, colour in _tokens(condition).items()}
    low = [(ink, paper) for ink, paper, least in PAIRS if _contrast(colours[ink], colours[paper]) < least]
    assert low == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_uses_classes_of_the_sheet(template: Path) -> None:
    """A class without a rule is a typing error, or a component that nobody drew."""
    values = re.findall(r'\bclass="([^"]*)"', template.read_text())
    plain = (re.sub(r"\{\{.*?\}\}", "…", re.sub(r"\{%.*?%\}", " ", value)) for value in values)
    words = {word for value in plain for word in value.split() if "…" not in word}
    assert sorted(words - KNOWN) == []


def _tokens(condition: str) -> dict[str, str]:
    """The colours that the sheet sets under a media condition, by name."""
    start = SHEET.index(f"@media {condition} {{\n    :root {{" if condition else ":root {")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", SHEET[start : SHEET.index("}", start)]))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_sheet_has_no_rule_for_what_no_page_has() -> None:
    """Classes and ids of its selectors stand in a string of a template, a script or a view."""
    sources = [*TEMPLATES, *(ROOT / "static" / "js").glob("*.js"), *(ROOT / "eventkit" / "web").rglob("*.py")]
    sources.append(ROOT / "eventkit" / "draft" / "costs.py")  # verdicts of a move are classes
    quoted = re.compile(r'"([^"\n]*)"|\'([^\'\n]*)\'|`([^`]*)`|body_class %\}(.*?)\{%')
    strings = " ".join(text for source in sources for found in quoted.findall(source.read_text()) for text in found)
    words = {*re.findall(r"[\w-]+", strings), "htmx-request"}
    begun = tuple(word for word in words if re.fullmatch(r"[a-z]{3,}-", word))  # `wall-{{ state }}`
    named = {
        name for rule in rules(SHEET) for part in rule.selectors for name in re.findall(r"[.#]([a-z][\w-]*)", part)
    }
    assert sorted(name for name in named - words if not name.startswith(begun)) == []


def test_sheet_says_each_thing_once() -> None:
    """No selector is given a property twice under the same conditions, and no three properties stand in two rules."""
    said = Counter(
        (rule.conditions, selector, name)
        for rule in rules(SHEET)
        for selector in rule.selectors
        for name in {name for name, _ in rule.declarations}
    )
    assert [saying for saying, times in said.items() if times > 1] == []
    sets = Counter((rule.conditions, frozenset(rule.declarations)) for rule in rules(SHEET))
    assert [dict(given) for (_, given), times in sets.items() if times > 1 and len(given) > 1] == []

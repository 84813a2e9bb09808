"""Every text of a template is marked for translation: what stands between tags, in labels, and in expressions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from eventkit import places
from eventkit.text import template_texts

TEMPLATES = sorted(path for path in places.files("templates").rglob("*") if path.suffix in (".html", ".xhtml"))
MARKS = {"_", "gettext", "ngettext", "pgettext"}
GIVES_LABELS = re.compile(r'\b(?:aria-label|placeholder|title|alt|summary)="([^"]*)"')
NOT_TEXT = (
    r"\{#.*?#\}|\{% trans.*?endtrans %\}|\{% block (?:body_class|stream_view) %\}.*?\{% endblock %\}"
    r"|\{% block body_attributes %\}.*?endblock %\}[^\n]*\{% endblock %\}"
    r"|\{% macro _state.*?endmacro %\}"  # attributes of a field
)
TAG = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z‘][a-z’]+(?: |$)|^[a-z]+(?: [a-z]+)+$|\b[a-z’]+ [a-z’]+ [a-z’]+\b")
NAMES = {"Twofeet", "https", "twofeet", "nbsp", "middot", "doctype", "html", "amp", "quot", "lt", "gt", "CC", "BY"}
CLASSES = {
    "put back",
    "bring back",
    "look first",
    "show at once",
    "close notes",
    "open notes",
    "not placed yet",
    "quiet danger",
    "primary lineup",
    "button primary",
    "button quiet",
    "step free",
    "input changed delay:400ms",
    "focus once",
    "stack move",
}  # in expressions, and no text


def environment() -> Environment:
    """Parses the templates as the product does."""
    made = Environment(autoescape=True)
    template_texts.teach(made)
    return made


def unmarked(source: str) -> Iterator[str]:
    """The texts of a template that are not marked."""
    tree = environment().parse(source)
    inside = {id(const) for call in tree.find_all(nodes.Call) if _marks(call) for const in call.find_all(nodes.Const)}
    for const in tree.find_all(nodes.Const):
        text = const.value.strip() if isinstance(const.value, str) and id(const) not in inside else ""
        if SENTENCE.search(text) and text not in NAMES | CLASSES:
            yield text
    for either in tree.find_all(nodes.Or):  # what is said where there is nothing to say
        said = either.right.value if isinstance(either.right, nodes.Const) else ""
        if isinstance(said, str) and WORD.search(said):
            yield said
    bare = re.sub(NOT_TEXT, "", source, flags=re.DOTALL)
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", bare, flags=re.DOTALL)
    texts = [*GIVES_LABELS.findall(bare), *TAG.sub("\n", bare).splitlines()]
    for text in texts:
        if set(WORD.findall(text)) - NAMES:
            yield text.strip()


def _marks(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in MARKS


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    assert list(unmarked(path.read_text(encoding="utf-8"))) == []


def test_unmarked_texts_are_found() -> None:
    source = '<p title="Hello there">Some words {{ x or "none" }}</p>{{ button("Go away") }}{{ f("4 or more of it") }}'
    assert list(unmarked(source + '{{ _("No") }}')) == [
        "Go away",
        "4 or more of it",
        "none",
        "Hello there",
        "Some words",
    ]

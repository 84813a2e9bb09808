"""A phone for tests: sends what a browser sends, keeps its cookies, and lints every page it gets."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(eq=False)
class Element:
    """An element as read: its tag, attributes and all text inside it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...] = ()
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def within(self, tag: str) -> bool:
        return any(parent.tag == tag for parent in self.parents)


class Page(HTMLParser):
    """A parsed answer: `all("form", action=...)` finds elements."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        self.unclosed = [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        elif tag not in VOID:
            raise AssertionError(f"</{tag}> closes {[element.tag for element in self._open][-3:]}")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with this tag and these attributes (`class_` holds the one class asked for)."""
        return [element for element in self.elements if element.tag == tag and _fits(element, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]

    def by_id(self, name: str) -> Element:
        """The element with this id."""
        return next(element for element in self.elements if element.attributes.get("id") == name)


def _fits(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in element.attributes.get("class", "").split():
                return False
        elif element.attributes.get(name.replace("_", "-")) != value:
            return False
    return True


class Phone:
    """A browser without JavaScript; `htmx=True` sends what htmx sends instead."""

    def __init__(self, app: Flask):
        self.client = app.test_client()

    def get(self, address: str, htmx: bool = False, **options: Any) -> TestResponse:
        headers = {
            **({"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}),
            **options.pop("headers", {}),
        }
        return self._linted(self.client.get(address, headers=headers, **options), fragment=htmx)

    def post(self, address: str, htmx: bool = False, origin: str = "http://localhost", **fields: Any) -> TestResponse:
        """Post the fields; a list posts its field several times."""
        return self.submit(address, fields, htmx, origin)

    def submit(
        self, address: str, fields: Mapping[str, Any], htmx: bool = False, origin: str = "http://localhost"
    ) -> TestResponse:
        """Post a form that is there as a mapping."""
        headers = {"Origin": origin, **({"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {})}
        return self._linted(self.client.post(address, data=fields, headers=headers), fragment=htmx)

    def page(self, address: str) -> Page:
        """The page at an address that must answer 200."""
        response = self.get(address)
        assert response.status_code == 200, f"{address}: {response.status}"
        return Page(response.text)

    def _linted(self, response: TestResponse, fragment: bool) -> TestResponse:
        assert response.status_code != 500, response.text
        if response.mimetype == "text/html" and response.text and response.status_code not in (301, 302, 303, 308):
            lint(response.text, fragment)
        return response


def lint(html: str, fragment: bool = False) -> None:
    """Fail for markup that no page of ours may have."""
    page = Page(html)
    assert not page.unclosed, f"unclosed: {page.unclosed}"
    ids = Counter(element.attributes["id"] for element in page.elements if "id" in element.attributes)
    assert not [name for name, times in ids.items() if times > 1], f"ids used twice: {ids.most_common(3)}"
    labelled = {element.attributes.get("for") for element in page.all("label")}
    for element in page.elements:
        _lint_element(element, labelled)
    if not fragment:
        assert len(page.all("h1")) == 1, f"{len(page.all('h1'))} h1"
        assert page.one("title").text, "empty title"
        targets = {element.attributes.get("href", "") for element in page.all("a")}
        assert not [to for to in targets if to.startswith("#") and to[1:] not in ids], f"links to nothing: {targets}"
        assert page.one("html").attributes.get("lang"), "no language"


def _lint_element(element: Element, labelled: set[str | None]) -> None:
    attributes = element.attributes
    assert "style" not in attributes, f"inline style: {element}"
    assert element.tag != "style", "inline style sheet"
    assert not [name for name in attributes if name.startswith("on")], f"inline script: {element}"
    if element.tag == "script":
        assert attributes.get("src") or attributes.get("type") == "application/ld+json", "inline script"  # runs nothing
    if element.tag in ("input", "select", "textarea") and attributes.get("type") not in ("hidden", "submit"):
        named = attributes.get("id") in labelled or "aria-label" in attributes or element.within("label")
        assert named or "aria-labelledby" in attributes, f"no label: {element}"
    if element.tag == "form" and attributes.get("method", "get").lower() == "post":
        assert attributes.get("action"), f"a posting form without an action: {element}"
    if element.tag == "img":
        assert "alt" in attributes, f"no alt: {element}"
    if element.tag == "button":
        assert attributes.get("type") in ("submit", "button"), f"a button without a type: {element}"

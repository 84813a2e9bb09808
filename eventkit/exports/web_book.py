"""The book as one HTML file that needs nothing else: it prints well, and can be mailed or kept as it is."""

import base64
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eventkit import places
from eventkit.exports.chapters import book
from eventkit.exports.source import Source
from eventkit.text import markdown, template_texts

TYPE = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; style-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def as_html(source: Source, beside: Sequence[str] = ()) -> str:
    """The whole book, with links to the files `beside` it. Its style sheet is in it; Markdown passes both sieves."""
    return environment().get_template("book.html").render(book=book(source), style=_style(), beside=beside)


@cache
def environment() -> Environment:
    """The templates of the book, without a request."""
    templates = Environment(
        loader=FileSystemLoader(places.files("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template_texts.teach(templates)
    templates.filters["markdown"] = lambda text: Markup(markdown.to_html(text))  # noqa: S704  sanitised there
    return templates


@cache
def _style() -> str:
    """The style sheet as an address that carries its own content."""
    content = base64.b64encode((places.files("static") / "book.css").read_bytes()).decode()
    return f"data:text/css;base64,{content}"

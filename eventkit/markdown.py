"""People's Markdown as HTML that is safe to show, and as one plain line."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable("image")
_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "a"),
}


@lru_cache(maxsize=2048)
def to_html(text: str) -> str:
    """Safe HTML. Headings start at the third level, below a page's own; images become links to what they show.

    Two sieves: markdown-it takes no HTML, and nh3 keeps only what is listed here, whatever the first one did.
    """
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"^[#>\-+*\s]+|[*`~]+|(?<!\w)_+|_+(?!\w)", re.MULTILINE)


@lru_cache(maxsize=8192)
def excerpt(text: str, longest: int = 160) -> str:
    """The beginning of the text on one line, without Markdown's marks, ended at a word."""
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())
    return plain if len(plain) <= longest else plain[: longest + 1].rsplit(" ", 1)[0][:longest].rstrip(",.;:") + "…"

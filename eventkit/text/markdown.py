"""People's Markdown as HTML that is safe to show, and as one plain line."""

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as link_rule
from markdown_it.token import Token

MOST_FAILED = 50  # brackets of one paragraph that may turn out to begin no link
BEGINNING = 4  # how much more of a text is read for its excerpt than is shown, since marks fall away
_FAILED = -1  # their number's place in a paragraph's cache, which is otherwise by position


def _link(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule for links, which looks from each bracket to the end of the paragraph: so many times at most.

    What follows after that many brackets that begin no link is text, so that the work grows with the length only.
    """
    if state.src[state.pos] != "[" or state.cache.get(_FAILED, 0) >= MOST_FAILED:
        return False
    found = link_rule(state, silent)
    if not found:
        state.cache[_FAILED] = state.cache.get(_FAILED, 0) + 1
    return found


_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["strikethrough", "table"]).disable("image")
_parser.inline.ruler.at("link", _link)
_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def uri(address: str) -> str:
    """An address as a URI: letters and signs that none may hold, a stray per cent sign too, are written as it wants."""
    return _parser.normalizeLink(address)


def parsed(text: str) -> list[Token]:
    """The text as markdown-it's tokens, in time that grows with its length only: there is no other parser of ours."""
    return _parser.parse(text)


def linked(text: str) -> list[Token]:
    """The same with pasted addresses as links, and the boxes of a list of tasks (`[ ]`, `[x]`) as signs."""
    tokens = parsed(text)
    for before, token in zip([None, None, *tokens], tokens, strict=False):
        if not token.children:
            continue
        token.children = list(_linked(token.children))
        first = token.children[0]
        if before and before.type == "list_item_open" and first.content[:4] in _BOXES:
            first.content = _BOXES[first.content[:4]] + first.content[4:]
    return tokens


@lru_cache(maxsize=1024)  # a text and its HTML may take 70 kB together
def to_html(text: str) -> str:
    """Safe HTML.

    Headings start at the third level, below a page's own; images become links to what they show, and an address that
    somebody pasted is a link.

    Two sieves: markdown-it takes no HTML, and nh3 keeps only what is listed here, whatever the first one did.
    """
    tokens = linked(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"a": {"address"}},  # on paper an address is not said twice
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


_ADDRESS = re.compile(r"""(https?://[^\s<>]*[^\s<>.,;:!?'")\]}…])""")


def _linked(children: list[Token]) -> Iterator[Token]:
    """The parts of a line, bare addresses as links; what is a link already, or code, stays."""
    inside = 0
    for child in children:
        inside += child.nesting if child.tag == "a" else 0
        if child.type == "link_open" and child.info == "auto":  # an address in angle brackets
            child.attrSet("class", "address")
        if inside or child.type != "text":
            yield child
            continue
        for number, part in enumerate(_ADDRESS.split(child.content)):
            text = Token("text", "", 0, content=part)
            if number % 2:  # split() puts the addresses at the odd places
                yield from (
                    Token("link_open", "a", 1, attrs={"href": uri(part), "class": "address"}),
                    text,
                    Token("link_close", "a", -1),
                )
            elif part:
                yield text


# Each repetition ends where the next match could begin, so that no text is gone over twice.
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\([^()]*+\)")
_MARKS = re.compile(r"^[#>\-+*\s]++|[*`~]++|(?<!\w)_++|(?<!_)_++(?!\w)", re.MULTILINE)


@lru_cache(maxsize=8192)
def excerpt(text: str, longest: int = 160) -> str:
    """The beginning of the text on one line, without Markdown's marks, ended at a word."""
    read = text[: BEGINNING * longest + 1000]  # with a long address in it
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", read)).split())
    return plain if len(plain) <= longest else plain[: longest + 1].rsplit(" ", 1)[0][:longest].rstrip(",.;:") + "…"

"""People's Markdown as a tree of blocks and spans, for formats that are not HTML: Word, e-books, plain text."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from markdown_it.token import Token

from eventkit.text import markdown


@dataclass(frozen=True)
class Span:
    """A stretch of text that looks alike; `href` where it is a link; a line break is a span of "\\n"."""

    text: str
    strong: bool = False
    emphasised: bool = False
    struck: bool = False
    code: bool = False
    href: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `level` is that of a heading, from 1, and 0 where it is none."""

    spans: tuple[Span, ...]
    level: int = 0


@dataclass(frozen=True)
class Code:
    """Lines that stand as they were typed."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class Quote:
    """What somebody quotes."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Items:
    """A list; `start` is the first number of a numbered one, and None where it has none."""

    items: tuple[tuple["Block", ...], ...]
    start: int | None = None


@dataclass(frozen=True)
class Table:
    """A table; the first row names the columns."""

    rows: tuple[tuple[tuple[Span, ...], ...], ...]


Block: TypeAlias = Paragraph | Code | Rule | Quote | Items | Table


def blocks(text: str) -> tuple[Block, ...]:
    """The text's blocks in order, addresses that somebody pasted as links."""
    return tuple(_blocks(iter(markdown.linked(text)), ""))


def plain(text: str) -> str:
    """The text without marks, addresses written out behind what they are linked from."""
    return "\n\n".join(text_of(block) for block in blocks(text)).strip()


def reads_from_right(text: str) -> bool:
    """Whether a text is read from right to left, by its first letter that says so."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def text_of(block: Block) -> str:
    """All that a block says, as plain text."""
    match block:
        case Paragraph(spans):
            return "".join(_span(span) for span in spans)
        case Code(text):
            return text.rstrip("\n")
        case Rule():
            return "———"
        case Quote(inner):
            quoted = "\n\n".join(text_of(it) for it in inner)
            return "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
        case Items(items, start):
            marks = (
                f"{number}." if start is not None else "-" for number in range(start or 0, (start or 0) + len(items))
            )
            return "\n".join(_item(mark, item) for mark, item in zip(marks, items, strict=True))
        case Table(rows):
            return "\n".join(" | ".join("".join(map(_span, cell)) for cell in row) for row in rows)


def _item(mark: str, item: tuple[Block, ...]) -> str:
    inner = "\n".join(text_of(it) for it in item)
    return f"{mark} " + inner.replace("\n", "\n" + " " * (len(mark) + 1))


def _span(span: Span) -> str:
    if not span.href or span.href in (span.text, markdown.uri(span.text)):
        return span.href if span.href and " " in span.text else span.text  # one that nobody could follow
    return f"{span.text} ({span.href})"


def _blocks(tokens: Iterator[Token], until: str) -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "inline":  # of a tight item, whose paragraph is hidden
            yield Paragraph(_spans(token))
        elif token.type == "heading_open":
            yield Paragraph(_spans(next(tokens)), int(token.tag[1]))
        elif token.type in ("fence", "code_block"):
            yield Code(token.content)
        elif token.type == "hr":
            yield Rule()
        elif token.type == "blockquote_open":
            yield Quote(tuple(_blocks(tokens, "blockquote_close")))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
            yield Items(tuple(_items(tokens, token.type.replace("open", "close"))), start)
        elif token.type == "table_open":
            yield Table(tuple(_rows(tokens)))


def _items(tokens: Iterator[Token], until: str) -> Iterator[tuple[Block, ...]]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "list_item_open":
            yield tuple(_blocks(tokens, "list_item_close"))


def _rows(tokens: Iterator[Token]) -> Iterator[tuple[tuple[Span, ...], ...]]:
    row: list[tuple[Span, ...]] = []
    for token in tokens:
        if token.type == "table_close":
            return
        if token.type == "inline":
            row.append(_spans(token))
        elif token.type == "tr_close":
            yield tuple(row)
            row = []


def _spans(token: Token) -> tuple[Span, ...]:
    return tuple(_of(token.children or []))


def _of(children: list[Token]) -> Iterator[Span]:
    look = Span("")
    for child in children:
        opens = child.nesting == 1
        match child.type.rpartition("_")[0]:
            case "strong":
                look = replace(look, strong=opens)
            case "em":
                look = replace(look, emphasised=opens)
            case "s":
                look = replace(look, struck=opens)
            case "link":
                look = replace(look, href=str(child.attrGet("href") or "") if opens else "")
            case "code":
                yield replace(look, text=child.content, code=True)
            case _ if child.type in ("softbreak", "hardbreak"):
                yield replace(look, text="\n")
            case _ if child.content:
                yield replace(look, text=child.content)

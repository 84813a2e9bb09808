"""People's Markdown as blocks: what it says is all there, in every format that is made of them."""

from hypothesis import given
from hypothesis import strategies as st

from eventkit.text import prose
from eventkit.text.prose import Code, Items, Paragraph, Quote, Rule, Span, Table


def test_blocks_keep_what_markdown_says() -> None:
    text = "# Head\nA *b* [c](https://c.example)\n\n3. one\n   - two\n\n> quoted\n\n"
    text += "| A | B |\n|--|--|\n| 1 | 2 |\n\n    x = 1\n\n---"
    assert prose.blocks(text) == (
        Paragraph((Span("Head"),), 1),
        Paragraph((Span("A "), Span("b", emphasised=True), Span(" "), Span("c", href="https://c.example"))),
        Items(((Paragraph((Span("one"),)), Items(((Paragraph((Span("two"),)),),))),), start=3),
        Quote((Paragraph((Span("quoted"),)),)),
        Table((((Span("A"),), (Span("B"),)), ((Span("1"),), (Span("2"),)))),
        Code("x = 1\n"),
        Rule(),
    )


def test_blocks_mark_what_is_done() -> None:
    assert prose.plain("- [ ] Ask Kim\n- [x] Book the hall") == "- ☐ Ask Kim\n- ☑ Book the hall"


def test_plain_writes_addresses_out() -> None:
    assert prose.plain("See [the notes](https://n.example) and https://o.example.") == (
        "See the notes (https://n.example) and https://o.example."
    )


def test_plain_keeps_lists_and_quotes() -> None:
    assert prose.plain("1. one\n   - two\n2. three\n\n> said\n> so") == "1. one\n   - two\n2. three\n\n> said\n> so"


@given(st.text("ab *_`#->[]()!|\\\n1.~:<&", max_size=80))
def test_plain_of_anything_has_its_letters(text: str) -> None:
    kept = [letter for letter in prose.plain(text) if letter in "ab"]
    assert len(kept) <= sum(letter in "ab" for letter in text)
    assert prose.plain(text) == prose.plain(text)


def test_plain_says_an_address_once_however_it_is_written() -> None:
    assert prose.plain("<https://a.example/b%20c> and https://a.example/100%") == (
        "https://a.example/b%20c and https://a.example/100%"
    )


def test_texts_are_read_from_where_their_first_letter_says() -> None:
    assert [prose.reads_from_right(it) for it in ("", "1 – a שלום", "12 שלום a", "(مرحبا)")] == [
        False,
        False,
        True,
        True,
    ]

"""People's Markdown: safe whatever they type, and one plain line for lists."""

import nh3
from hypothesis import given
from hypothesis import strategies as st

from eventkit.text.markdown import excerpt, to_html

REL = 'rel="nofollow noopener noreferrer"'


def test_markdown_becomes_html_with_headings_below_the_pages_own() -> None:
    assert to_html("# A\n**b** *c* ~~d~~\ne") == ("<h3>A</h3>\n<p><strong>b</strong> <em>c</em> <s>d</s><br>\ne</p>\n")
    assert to_html("###### Deep") == "<h6>Deep</h6>\n"


def test_markdown_takes_no_html_and_no_script() -> None:
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert to_html("[x](javascript:alert(1))") == "<p>[x](javascript:alert(1))</p>\n"
    assert to_html("[x](data:text/html,1)") == "<p>[x](data:text/html,1)</p>\n"


def test_markdown_links_leave_no_trace_and_images_become_links() -> None:
    assert to_html("[a](https://a.example)") == f'<p><a href="https://a.example" {REL}>a</a></p>\n'
    assert to_html("![a](https://a.example/b.png)") == f'<p>!<a href="https://a.example/b.png" {REL}>a</a></p>\n'


def test_markdown_makes_a_link_of_an_address_that_was_pasted() -> None:
    link = f'<a href="https://a.example/b?c=1&amp;d=e_f" class="address" {REL}>https://a.example/b?c=1&amp;d=e_f</a>'
    assert to_html("See (https://a.example/b?c=1&d=e_f), *now*.") == f"<p>See ({link}), <em>now</em>.</p>\n"
    assert to_html("`https://a.example`") == "<p><code>https://a.example</code></p>\n"
    named = to_html("[https://b.example is *it*](https://a.example)")
    assert named == f'<p><a href="https://a.example" {REL}>https://b.example is <em>it</em></a></p>\n'
    assert to_html("https:// and javascript://x") == "<p>https:// and javascript://x</p>\n"


@given(st.text(st.sampled_from("<>\"'&[]()!*_`# \n-:/ajsx="), max_size=80))
def test_markdown_of_anything_is_what_a_sanitiser_would_leave(text: str) -> None:
    html = to_html(text)
    assert nh3.clean(html, link_rel="nofollow noopener noreferrer", attributes={"a": {"href", "title"}}) == html


def test_excerpt_has_no_marks_and_ends_at_a_word() -> None:
    assert excerpt("# Hi\n* some **bold** [link](https://x.example), snake_case _em_") == (
        "Hi some bold link, snake_case em"
    )
    assert excerpt("one two three four", longest=10) == "one two…"
    assert excerpt("x" * 300, longest=10) == "xxxxxxxxxx…"
    assert excerpt("") == ""


@given(st.text(max_size=400), st.integers(1, 200))
def test_excerpt_is_one_short_line(text: str, longest: int) -> None:
    line = excerpt(text, longest)
    assert len(line) <= longest + 1
    assert line == " ".join(line.split())

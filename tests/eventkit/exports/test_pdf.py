"""The book as a PDF: tagged, the same bytes twice, whatever people write; no word leaves the page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from eventkit.exports import pdf
from eventkit.text import language
from tests.world.texts import HOSTILE, TEXT, a_source

MANY = """# Heading

- one
  1. *two* `x`

> said

| a | b |
|---|---|
| 1 | [2](https://a.example) |

![no picture](https://a.example/x.png) #eval("1") $x$ @preview <session-1> Croeso i ŵyl
"""


def test_a_book_in_latin_letters_is_tagged_and_says_that_anybody_can_read_it() -> None:
    content = pdf.as_pdf(a_source("Croeso", MANY, "Siân"))
    assert b"/StructTreeRoot" in content and b"/MarkInfo" in content
    assert b"pdfuaid:part" in content  # PDF/UA-1
    assert content == pdf.as_pdf(a_source("Croeso", MANY, "Siân"))
    with language.speaking("cy"):
        assert b"/Lang(cy)" in pdf.as_pdf(a_source("Croeso", MANY, "Siân"))


@given(TEXT | HOSTILE, TEXT | HOSTILE, TEXT)
@settings(max_examples=40)
def test_any_text_is_typeset_and_tagged(title: str, text: str, name: str) -> None:
    assert b"/StructTreeRoot" in pdf.as_pdf(a_source(title, text, name))


def test_right_to_left_emoji_deep_lists_and_a_word_of_300_letters() -> None:
    deep = "".join("  " * n + "- deeper\n" for n in range(30)) + "\n" + ">" * 30 + " quoted"
    for text in (
        "שלום 😀 مرحبا",
        "w" * 300,
        "日本語" * 100,
        deep,
        "|" * 40 + "\n" + "|-" * 39 + "|\n",
        "\xada" * 4_000,
    ):
        assert b"/StructTreeRoot" in pdf.as_pdf(a_source(text[:120], text, text[:80]))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils is not installed")
def test_text_is_there_and_no_word_leaves_the_page(tmp_path: Path) -> None:
    (tmp_path / "book.pdf").write_bytes(pdf.as_pdf(a_source("Croeso", f"{MANY}\n\n{'w' * 300} end", "Kim")))
    told = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "book.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    right = [float(edge) for edge in re.findall(r'xMax="([0-9.]+)"', told)]
    assert right and max(right) < 595.3
    assert told.count("w" * 20) >= 10 and '#eval("1")'.replace('"', "&quot;") in told.replace("&#34;", "&quot;")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils is not installed")
def test_letters_without_a_font_are_told_of(tmp_path: Path) -> None:
    for title, told in (("Croeso", False), ("\U00017000\U00017001", True)):  # Tangut
        (tmp_path / "book.pdf").write_bytes(pdf.as_pdf(a_source(title, "Bins", "Kim")))
        said = subprocess.run(
            ["pdftotext", tmp_path / "book.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert ("Where you see boxes" in said) is told

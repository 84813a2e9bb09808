"""Word keeps what people's Markdown says: links, nested and numbered lists, tables, quotes, code."""

import io
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from eventkit.exports import docx_prose
from eventkit.text import prose


def written(text: str) -> Any:
    document = Document()
    docx_prose.prepare(document)
    docx_prose.write(document, prose.blocks(text), 3)
    target = io.BytesIO()
    document.save(target)
    return Document(io.BytesIO(target.getvalue()))


def lines(document: Any) -> list[tuple[str, str]]:
    return [(it.style.name, "".join(node.text or "" for node in it._p.iter(qn("w:t")))) for it in document.paragraphs]


def test_styles_are_found_by_their_names_without_spaces() -> None:
    document = Document()
    docx_prose.prepare(document)
    lists = [f"List {kind}{level}" for kind in ("Bullet", "Number", "Continue") for level in ("", " 2", " 3")]
    headings = [f"Heading {level}" for level in range(1, docx_prose.DEEPEST + 1)]
    for name in (*lists, *headings, "Quote", docx_prose.CODE, docx_prose.LINK):
        assert document.styles[name].style_id == name.replace(" ", "")


def test_headings_quotes_and_code_have_their_styles() -> None:
    assert lines(written("# Head\n\n> quoted\n\n    x = 1\n    y = 2")) == [
        ("Heading 3", "Head"),
        ("Quote", "quoted"),
        ("Code lines", "x = 1y = 2"),
    ]


def test_lists_nest_and_every_numbered_one_begins_anew() -> None:
    document = written("1. one\n   - two\n     - three\n2. four\n\nand\n\n5. five")
    assert lines(document) == [
        ("List Number", "one"),
        ("List Bullet 2", "two"),
        ("List Bullet 3", "three"),
        ("List Number", "four"),
        ("Normal", "and"),
        ("List Number", "five"),
    ]
    numbered = [it._p.pPr.numPr.numId.val for it in document.paragraphs if it.style.name == "List Number"]
    assert numbered[0] == numbered[1] != numbered[2]
    starts = {it.numId: it for it in document.part.numbering_part.element.num_lst}
    assert [it.get(qn("w:val")) for it in starts[numbered[2]].iter(qn("w:startOverride"))] == ["5"]


def test_links_lead_somewhere() -> None:
    document = written("[the notes](https://n.example/a?b=c)")
    (link,) = document.element.body.iter(qn("w:hyperlink"))
    assert document.part.rels[link.get(qn("r:id"))].target_ref == "https://n.example/a?b=c"


def test_tables_are_tables_with_a_head() -> None:
    (table,) = written("| A | B |\n|---|---|\n| 1 | *2* |").tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["A", "B"], ["1", "2"]]
    assert [run.bold for run in table.rows[0].cells[0].paragraphs[0].runs] == [True]
    assert len(list(table._tbl.iter(qn("w:tblHeader")))) == 1


def test_entry_names_who_said_it_behind_its_first_line() -> None:
    document = Document()
    docx_prose.prepare(document)
    docx_prose.entry(document, prose.blocks("A point\n\nand more"), 3, "Kim")
    assert lines(document) == [("List Bullet", "A point (Kim)"), ("List Continue", "and more")]


def entry(text: str, behind: str) -> Any:
    document = Document()
    docx_prose.prepare(document)
    docx_prose.entry(document, prose.blocks(text), 3, behind)
    return document


def test_entry_that_begins_with_a_heading_or_a_table_has_no_empty_bullet() -> None:
    assert lines(entry("# Money\n\nis short", "Kim")) == [("List Bullet", "Money (Kim)"), ("List Continue", "is short")]
    assert lines(entry("| A |\n|---|\n| 1 |", "Kim"))[0] == ("List Bullet", "Kim")


def test_deeper_lists_than_word_has_styles_for_still_go_to_the_right() -> None:
    document = written("- 1\n  - 2\n    - 3\n      - 4\n        - 5")
    indents = [it.paragraph_format.left_indent or 0 for it in document.paragraphs]
    assert indents[:3] == [0, 0, 0] and 0 < indents[3] < indents[4]


def test_paragraphs_begin_where_their_letters_do() -> None:
    document = written("Hello\n\nשלום **עולם**\n\n- مرحبا")
    assert [it._p.pPr is not None and it._p.pPr.find(qn("w:bidi")) is not None for it in document.paragraphs] == [
        False,
        True,
        True,
    ]
    assert [run.font.cs_bold for run in document.paragraphs[1].runs] == [None, True]


def test_a_wide_table_is_as_wide_as_the_page_and_no_row_of_it_is_split() -> None:
    row = "|" + "words|" * 20
    (table,) = written(f"{row}\n|{'---|' * 20}\n{row}\n{row}").tables
    assert abs(sum(it.width.mm for it in table.columns) - docx_prose.PAGE) < 1
    assert len(list(table._tbl.iter(qn("w:cantSplit")))) == 3
    assert {run.font.size.pt for row in table.rows for cell in row.cells for run in cell.paragraphs[0].runs} == {7}

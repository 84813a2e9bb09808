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

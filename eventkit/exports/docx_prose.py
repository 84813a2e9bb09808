"""Blocks of prose as parts of a Word document: links, nested and numbered lists, tables, quotes, code."""

from dataclasses import replace
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph

from eventkit.exports.source import xml_safe
from eventkit.text.prose import Block, Code, Items, Paragraph, Quote, Rule, Span, Table, reads_from_right

STEP, MOST_STEPS = Mm(6), 12  # how much further to the right each level of a list stands
WIDE, PAGE = 6, 160  # columns above which a table is set small; millimetres between the margins, less those of lists
LEVELS = 3  # of lists that Word's own template has styles for; deeper ones look like the third
CODE, LINK = "Code lines", "Link"
DEEPEST = 9  # level of a heading in Word
_BEHIND_BIDI = (  # of a paragraph's properties, in the order that the schema wants
    *("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents"),
    *("w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl"),
    *("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)


def prepare(document: Any) -> None:
    """Give the document the styles that prose needs besides the template's own."""
    code = document.styles.add_style(CODE, WD_STYLE_TYPE.PARAGRAPH)
    code.font.name, code.font.size = "Consolas", Pt(9)
    link = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, RGBColor(0x1F, 0x3A, 0x93)


def write(document: Any, blocks: tuple[Block, ...], heading: int) -> None:
    """Add the blocks; a heading of the first level comes out as Word's level `heading`."""
    for block in blocks:
        _block(document, block, heading, "Normal")


def styled(document: Any, style: str, text: str = "") -> DocxParagraph:
    """A new paragraph in a style, by the style's name.

    Its id is that name without spaces, in Word's own template and in what prepare() adds. The library would look for
    it among all styles, which is nine tenths of the time that a long list takes.
    """
    paragraph: DocxParagraph = document.add_paragraph(text)
    if style != "Normal":
        paragraph._p.style = style.replace(" ", "")
    return paragraph


def entry(document: Any, blocks: tuple[Block, ...], heading: int, behind: str = "") -> None:
    """Add the blocks as one item of a list, with `behind` in brackets after its first paragraph.

    A heading at its beginning becomes that paragraph; before anything else `behind` stands alone.
    """
    told = f" ({behind})" if behind else ""
    if blocks and isinstance(blocks[0], Paragraph):
        first, rest = blocks[0], blocks[1:]
    else:
        first, rest, told = Paragraph(()), blocks, behind
    spans = tuple(replace(it, strong=True) for it in first.spans) if first.level else first.spans
    paragraph = styled(document, "List Bullet")
    paragraph.paragraph_format.keep_with_next = bool(rest and not first.spans) or None
    _spans(paragraph, (*spans, *((Span(told),) if told else ())))
    for block in rest:
        _block(document, block, heading, "List Continue", 1)


def add_link(paragraph: DocxParagraph, text: str, href: str) -> None:
    """A link to an address, or with `#name` to a bookmark of the document."""
    link = OxmlElement("w:hyperlink")
    if href.startswith("#"):
        link.set(qn("w:anchor"), href[1:])
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(xml_safe(href), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(xml_safe(text))
    run._r.style = LINK
    link.append(run._r)
    paragraph._p.append(link)


def _block(document: Any, block: Block, heading: int, style: str, depth: int = 0) -> None:
    match block:
        case Paragraph(spans, 0):
            _spans(styled(document, style), spans)
        case Paragraph(spans, level):
            _spans(styled(document, f"Heading {min(DEEPEST, heading + level - 1)}"), spans)
        case Code(text):
            styled(document, CODE, xml_safe(text.rstrip("\n")))
        case Rule():
            styled(document, style, "———")
        case Quote(inner):
            for it in inner:
                _block(document, it, heading, "Quote" if isinstance(it, Paragraph) else style, depth)
        case Items():
            _items(document, block, heading, depth)
        case Table(rows):
            _table(document, rows)


def _items(document: Any, block: Items, heading: int, depth: int) -> None:
    level = f" {min(depth + 1, LEVELS)}" if depth else ""
    kind = "List Bullet" if block.start is None else "List Number"
    numbered = None if block.start is None else _numbering(document, f"{kind}{level}", block.start)
    for item in block.items:
        for place, it in enumerate(item):
            if place == 0 and isinstance(it, Paragraph) and not it.level:
                paragraph = styled(document, f"{kind}{level}")
                _indent(paragraph, depth)
                _spans(paragraph, it.spans)
                if numbered is not None:
                    _number(paragraph, numbered)
            else:
                _block(document, it, heading, f"List Continue{level}", depth + 1)


def _indent(paragraph: DocxParagraph, depth: int) -> None:
    """Move an item of a list that is deeper than the template's styles go as far to the right as that asks."""
    if depth >= LEVELS:
        paragraph.paragraph_format.left_indent = STEP * (min(depth, MOST_STEPS) + 1)


def _numbering(document: Any, style: str, start: int) -> int:
    """A list of its own that begins at `start`: paragraphs of one style would else count on through the document."""
    root = document.part.numbering_part.element
    of_style = document.styles[style].element.pPr.numPr.numId.val
    abstract = next(it for it in root.num_lst if it.numId == of_style).abstractNumId.val
    number = root.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)


def _number(paragraph: DocxParagraph, numbering: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering


def _table(document: Any, rows: tuple[tuple[tuple[Span, ...], ...], ...]) -> None:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    table = document.add_table(len(rows), width, style="Table Grid")
    if width > WIDE:
        _narrow_margins(table)
    widths = _widths(rows, width)
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, spans, wide in zip(row.cells, (*cells, *[()] * (width - len(cells))), widths, strict=True):
            cell.width = wide
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            _spans(paragraph, tuple(replace(it, strong=True) for it in spans) if number == 0 else spans)
            for run in paragraph._p.iter(qn("w:r")) if width > WIDE else ():  # those of links, too
                run.get_or_add_rPr().sz_val = Pt(7)
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))  # said again on each page, and to who listens


def _widths(rows: tuple[tuple[tuple[Span, ...], ...], ...], number: int) -> list[Mm]:
    """How wide each column is: the more text and the longer its words, the wider; all together as the page."""
    texts = [["".join(it.text for it in row[at]) for row in rows if at < len(row)] for at in range(number)]
    longest = [max((len(word) for text in column for word in text.split()), default=1) for column in texts]
    most = [max((len(text) for text in column), default=1) for column in texts]
    wants = [max(4, min(word, 20), min(text, 60) / 3) for word, text in zip(longest, most, strict=True)]
    return [Mm(PAGE * want / sum(wants)) for want in wants]


def _narrow_margins(table: Any) -> None:
    """Let the cells of a wide table have hardly any room at their sides."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "30")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # which the schema wants behind it
    table._tbl.tblPr.append(margins) if look is None else look.addprevious(margins)


def direct(paragraph: DocxParagraph, text: str) -> None:
    """Let a paragraph begin at the right where its text does."""
    if reads_from_right(text):
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_BEHIND_BIDI)


def _spans(paragraph: DocxParagraph, spans: tuple[Span, ...]) -> None:
    direct(paragraph, "".join(span.text for span in spans))
    for span in spans:
        if span.text == "\n":
            paragraph.add_run().add_break()
        elif span.href:
            add_link(paragraph, span.text, span.href)
        else:
            run = paragraph.add_run(xml_safe(span.text))
            run.bold, run.italic, run.font.strike = span.strong or None, span.emphasised or None, span.struck or None
            run.font.cs_bold, run.font.cs_italic = run.bold, run.italic  # of Arabic, Hebrew and other letters
            if span.code:
                run.font.name = "Consolas"

"""The book as a Word document: contents, page numbers, A4, and everything that people's Markdown says."""

import base64
import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from eventkit.exports import docx_prose
from eventkit.exports.chapters import Book, BookEntry, BookIndex, Chapter, book
from eventkit.exports.markdown_book import zipped
from eventkit.exports.source import Source, spoken, xml_safe
from eventkit.storage.tables import NoteKind, Picture
from eventkit.text import prose
from eventkit.text.language import gettext as _

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDEST, HIGHEST = 150, 120  # millimetres of a picture
_DEEPER = 3  # Word's level of a heading that somebody wrote: below the session and its parts


def as_docx(source: Source) -> bytes:
    """The whole book; the same event gives the same bytes."""
    whole = book(source)
    document = Document()
    docx_prose.prepare(document)
    _page(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = xml_safe(whole.title), "", whole.licence
    properties.language = spoken()
    properties.created = properties.modified = datetime.combine(source.event.day, time(), UTC)
    _front(document, whole)
    for chapter in whole.chapters:
        _chapter(document, chapter)
    for index in whole.indexes:
        _index(document, index)
    if whole.unplaced:
        document.add_heading(_("Pitched, without a place on the grid"), 1)
        for pitch in whole.unplaced:
            _line(document, pitch.title + (f" ({pitch.host_name})" if pitch.host_name else ""), "List Bullet")
    target = io.BytesIO()
    document.save(target)
    return _restamped(target.getvalue())


def _page(document: Any) -> None:
    """A4, the language, and a page number at the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(22)
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), spoken())
    document.styles["Normal"].element.get_or_add_rPr().append(mark)
    _field(section.footer.paragraphs[0], "PAGE", "1")


def _about(document: Any, whole: Book) -> None:
    if whole.about:
        document.add_heading(_("About this event"), 1)
    for heading, text in whole.about:
        document.add_heading(heading, 2)
        docx_prose.write(document, prose.blocks(text), _DEEPER)


def _front(document: Any, whole: Book) -> None:
    document.add_heading(xml_safe(whole.title), 0)
    _line(document, whole.day)
    docx_prose.add_link(document.add_paragraph(), whole.address, whole.address)
    docx_prose.write(document, prose.blocks(whole.licence), _DEEPER)
    _about(document, whole)
    if whole.chapters:
        document.add_heading(_("Contents"), 1)
    for chapter in whole.chapters:
        line = document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(166), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line.paragraph_format.space_after = Pt(2)
        docx_prose.add_link(line, chapter.pitch.title, f"#{_anchor(chapter)}")
        line.add_run("\t")
        _page_of(line, chapter)
    _schedule(document, whole)
    _actions(document, whole)
    _reflections(document, whole)


def _schedule(document: Any, whole: Book) -> None:
    document.add_heading(_("Schedule"), 1)
    for row in whole.schedule:
        document.add_heading(xml_safe(f"{row.span} {row.title}".strip()), 2)
        for cell in row.taken:
            line = docx_prose.styled(document, "List Bullet", xml_safe(f"{cell.room.name}: {cell.title}"))
            if cell.placed:
                chapter = whole.chapter_of(cell.placed.pitch.id)
                docx_prose.add_link(line, chapter.pitch.title, f"#{_anchor(chapter)}")
            if cell.said:
                line.add_run(f", {cell.said}")
    if not whole.schedule:
        _line(document, _("There is no published grid."))


def _actions(document: Any, whole: Book) -> None:
    if whole.actions:
        document.add_heading(_("Actions"), 1)
    for owner, found in whole.actions_by_owner:
        document.add_heading(xml_safe(owner), 2)
        for chapter, note in found:
            behind = ", ".join(filter(None, (note.behind, chapter.pitch.title)))
            docx_prose.entry(document, prose.blocks(note.text), _DEEPER, behind)


def _reflections(document: Any, whole: Book) -> None:
    if whole.reflections:
        document.add_heading(_("Looking back"), 1)
    for it in whole.reflections:
        document.add_heading(xml_safe(it.question), 2)
        for answer in it.answers:
            docx_prose.entry(document, prose.blocks(answer.text), _DEEPER, answer.behind)


def _index(document: Any, index: BookIndex) -> None:
    document.add_heading(index.title, 1)
    for name, chapters in index.entries:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(xml_safe(name)).bold = True
        for chapter in chapters:
            line.add_run(", " if chapter is not chapters[0] else ": ")
            docx_prose.add_link(line, chapter.pitch.title, f"#{_anchor(chapter)}")
            line.add_run(" ")
            _page_of(line, chapter)


def _chapter(document: Any, chapter: Chapter) -> None:
    title = document.add_heading(xml_safe(chapter.pitch.title), 1)
    docx_prose.direct(title, chapter.pitch.title)
    _bookmark(title, _anchor(chapter), chapter.number)
    facts = document.add_paragraph(xml_safe(" · ".join(chapter.facts)))
    facts.paragraph_format.keep_with_next = True
    docx_prose.write(document, prose.blocks(chapter.pitch.description), _DEEPER)
    for part in chapter.parts:
        document.add_heading(xml_safe(_("Together with %(title)s", title=part.title)), 2)
        docx_prose.write(document, prose.blocks(part.description), _DEEPER)
    for summary in chapter.summaries:
        name = _("Summary of %(title)s", title=summary.title) if summary.title else _("Summary")
        document.add_heading(xml_safe(name), 2)
        docx_prose.write(document, prose.blocks(summary.text), _DEEPER)
    for kind, title in ((NoteKind.NOTE, _("Notes")), (NoteKind.ACTION, _("Actions")), (NoteKind.LINK, _("Links"))):
        entries = chapter.of_kind(kind)
        if entries:
            document.add_heading(title, 2)
        for note in entries:
            _entry(document, note)


def _entry(document: Any, note: BookEntry) -> None:
    if note.kind is NoteKind.LINK:
        line = docx_prose.styled(document, "List Bullet")
        docx_prose.add_link(line, note.text or note.url, note.href)
        if note.text:
            line.add_run(xml_safe(f" ({note.url})"))
        if note.behind:
            line.add_run(xml_safe(f" ({note.behind})"))
        return
    docx_prose.entry(document, prose.blocks(note.text), _DEEPER, note.behind)
    if note.picture:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        _picture(document, note.picture, note.text)


def _picture(document: Any, picture: Picture, alt: str) -> None:
    """A picture that fits the page, described for who cannot see it."""
    share = min(WIDEST / picture.width, HIGHEST / picture.height)
    shown = document.add_picture(io.BytesIO(base64.b64decode(picture.data)), Mm(int(picture.width * share)))
    shown._inline.docPr.set("descr", xml_safe(alt))


def _line(document: Any, text: str, style: str = "Normal") -> None:
    docx_prose.styled(document, style, xml_safe(text))


def _anchor(chapter: Chapter) -> str:
    return f"session{chapter.number}"


def _bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Let links of the document lead to this paragraph."""
    for tag, values in (
        ("w:bookmarkStart", {"w:id": str(number), "w:name": name}),
        ("w:bookmarkEnd", {"w:id": str(number)}),
    ):
        mark = OxmlElement(tag)
        for key, value in values.items():
            mark.set(qn(key), value)
        paragraph._p.append(mark)


def _page_of(paragraph: Paragraph, chapter: Chapter) -> None:
    """The number of the page on which a chapter begins: a field to be worked out when the document is opened."""
    _field(paragraph, f"PAGEREF {_anchor(chapter)} \\h", "").set(qn("w:dirty"), "true")


def _field(paragraph: Paragraph, instruction: str, shown: str) -> Any:
    """A value that the word processor works out: the page's number, or that of a bookmark."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(paragraph.add_run(shown)._r)
    paragraph._p.append(field)
    return field


def _restamped(content: bytes) -> bytes:
    """The document's ZIP without the moment at which it was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})

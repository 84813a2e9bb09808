"""The book as Markdown: in one file, or in parts, one a session, for a folder."""

import html
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping

from eventkit.exports.chapters import Book, BookCell, BookEntry, Chapter, book
from eventkit.exports.source import Source
from eventkit.storage.tables import NoteKind, Pitch
from eventkit.text.language import gettext as _

TYPE = "text/markdown; charset=utf-8"
STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in a ZIP, so that the same book is the same bytes

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_TAG = re.compile(r"(?<!\\)(\\*+)<(?=[a-zA-Z/!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
# Of a link, or of the definition of one; may hold another.
_TARGET = re.compile(r"\](\(|:)(?=\s*<?\s*([^\s<>]{1,200}))")
_SCHEME = re.compile(r"[^/?#]*:")
Link = Callable[[Chapter], str]


def as_markdown(source: Source) -> str:
    """The whole book."""
    whole = book(source)

    def link(chapter: Chapter) -> str:
        return f"#{_anchor(chapter)}"

    parts = [
        *front(whole),
        *schedule(whole, link),
        *all_actions(whole),
        *reflections(whole),
        *(line for chapter in whole.chapters for line in chapter_lines(chapter, level=2)),
        *indexes(whole, link),
        *unplaced(whole.unplaced),
    ]
    return joined(parts)


def zipped(files: Mapping[str, bytes], stored: Collection[str] = ()) -> bytes:
    """The files as a ZIP, those named in `stored` as they are: the same content gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def escaped(text: str) -> str:
    """One line of plain text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def tagless(text: str) -> str:
    """People's Markdown with HTML tags, and links to what runs, shown instead of obeyed.

    A backslash in front of another takes its force: only an even number of them leaves a bracket that is obeyed.
    """
    return _TARGET.sub(_shown_target, _TAG.sub(lambda it: it[1] + ("" if len(it[1]) % 2 else "\\") + "<", text))


def _shown_target(found: re.Match[str]) -> str:
    """The link as it is where it leads to a page, else as text."""
    address = "".join(it for it in html.unescape(found[2].replace("\\", "")) if it.isprintable() and not it.isspace())
    harmless = not _SCHEME.match(address) or address.lower().startswith(("http:", "https:", "mailto:"))
    return found[0] if harmless else f"]\\{found[1]}"


def front(whole: Book) -> list[str]:
    """The title, the day, the address, the licence, and what organisers said of the event."""
    lines = [f"# {escaped(whole.title)}", "", f"{whole.day}. {whole.address}", "", whole.licence, ""]
    if whole.about:
        lines += [f"## {_('About this event')}", ""]
    for heading, text in whole.about:
        lines += [f"### {heading}", "", tagless(text), ""]
    return lines


def schedule(whole: Book, link: Link, level: int = 2) -> list[str]:
    """The sessions by slot, with links to them."""
    lines = [f"{'#' * level} {_('Schedule')}", ""]
    for row in whole.schedule:
        lines.append(f"- {row.span}{' ' + escaped(row.title) if row.title else ''}")
        lines += [f"    - {escaped(cell.room.name)}: {_in_cell(whole, cell, link)}" for cell in row.taken]
    return [*lines, ""] if whole.schedule else [*lines, _("There is no published grid."), ""]


def _in_cell(whole: Book, cell: BookCell, link: Link) -> str:
    if cell.placed is None:
        return escaped(cell.title)
    said = f", {cell.said}" if cell.said else ""
    return f"[{escaped(cell.placed.pitch.title)}]({link(whole.chapter_of(cell.placed.pitch.id))}){said}"


def indexes(whole: Book, link: Link) -> list[str]:
    """The indexes by topic and by person."""
    lines = []
    for index in whole.indexes:
        lines += [f"## {index.title}", ""]
        for name, chapters in index.entries:
            told = ", ".join(f"[{escaped(it.pitch.title)}]({link(it)})" for it in chapters)
            lines.append(f"- {escaped(name)}: {told}")
        lines.append("")
    return lines


def all_actions(whole: Book) -> list[str]:
    """Every action by who does it."""
    if not whole.actions:
        return []
    lines = [f"## {_('Actions')}", ""]
    for owner, found in whole.actions_by_owner:
        lines += [f"### {escaped(owner)}", ""]
        lines += [*(f"{_action(note)} ({escaped(chapter.pitch.title)})" for chapter, note in found), ""]
    return lines


def reflections(whole: Book) -> list[str]:
    """What people said looking back, by question."""
    lines = [f"## {_('Looking back')}", ""] if whole.reflections else []
    for it in whole.reflections:
        lines += [f"### {escaped(it.question)}", "", *map(_entry, it.answers), ""]
    return lines


def chapter_lines(chapter: Chapter, level: int) -> Iterable[str]:
    """A session with all that was written of it, under a heading of this level."""
    heading = "#" * level
    yield from (f'{heading} <a id="{_anchor(chapter)}"></a>{escaped(chapter.pitch.title)}', "")
    yield from (". ".join(escaped(fact) for fact in chapter.facts) + ".", "")
    if chapter.pitch.description:
        yield from (*(f"> {line}".rstrip() for line in tagless(chapter.pitch.description).split("\n")), "")
    for part in chapter.parts:
        name = _("Together with %(title)s", title=part.title)
        yield from (f"{heading}# {escaped(name)}", "", tagless(part.description), "")
    for summary in chapter.summaries:
        name = _("Summary of %(title)s", title=summary.title) if summary.title else _("Summary")
        yield from (f"{heading}# {escaped(name)}", "", tagless(summary.text), "")
    for kind, title in ((NoteKind.NOTE, _("Notes")), (NoteKind.ACTION, _("Actions")), (NoteKind.LINK, _("Links"))):
        if entries := chapter.of_kind(kind):
            yield from (f"{heading}# {title}", "", *(_entry(note) for note in entries), "")


def _entry(note: BookEntry) -> str:
    if note.kind is NoteKind.ACTION:
        return _action(note)
    if note.kind is NoteKind.LINK:
        return f"- [{escaped(note.text or note.url)}](<{note.href}>)" + _behind(note)
    return "- " + _indented(tagless(note.text)) + _behind(note)


def _action(note: BookEntry) -> str:
    return f"- [{'x' if note.done else ' '}] " + _indented(tagless(note.text)) + _behind(note)


def _behind(note: BookEntry) -> str:
    return f" ({escaped(note.behind)})" if note.behind else ""


def _indented(text: str) -> str:
    """A text of several lines as one item of a list: headings and lists in it stay inside."""
    return "\n".join([line if number == 0 else f"  {line}".rstrip() for number, line in enumerate(text.split("\n"))])


def unplaced(pitches: Iterable[Pitch]) -> list[str]:
    """What was pitched and found no place."""
    lines = [
        f"- {escaped(pitch.title)}" + (f" ({escaped(pitch.host_name)})" if pitch.host_name else "") for pitch in pitches
    ]
    return [f"## {_('Pitched, without a place on the grid')}", "", *lines, ""] if lines else []


def _anchor(chapter: Chapter) -> str:
    return f"session-{chapter.number}"


def joined(lines: Iterable[str]) -> str:
    """The lines as a file."""
    return "\n".join(lines).rstrip("\n") + "\n"

"""What is to be done after the event, as feeds for readers of news: Atom (RFC 4287) and JSON Feed 1.1.

They have what the book has of the actions: none that is struck, hidden or kept out of the book, open ones first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from eventkit.event import addresses
from eventkit.exports.chapters import book, entry_of
from eventkit.exports.source import Source, xml_safe
from eventkit.storage.tables import NoteKind
from eventkit.text import markdown
from eventkit.text.language import gettext as _

ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_TYPE = "application/feed+json; charset=utf-8"
LONGEST_TITLE = 120


@dataclass(frozen=True, kw_only=True)
class _Item:
    id: str
    title: str
    page: str
    html: str
    made: str
    changed: datetime
    done: bool


def as_atom(source: Source) -> str:
    """The actions as an Atom feed."""
    items = list(_items(source))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(source.event.language)}>',
        f"<id>{source.uuid('actions').urn}</id>",
        f"<title>{escape(_title(source))}</title>",
        f"<updated>{_stamp(_changed(source, items))}</updated>",
        f"<author><name>{escape(xml_safe(source.event.name))}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(f"{_page(source)}.atom")}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(_page(source))}/>',
    ]
    for it in items:
        lines += [
            "<entry>",
            f"<id>{it.id}</id>",
            f"<title>{escape(it.title)}</title>",
            f"<published>{it.made}</published>",
            f"<updated>{_stamp(it.changed)}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(it.page)}/>',
            f'<content type="html">{escape(it.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def as_json(source: Source) -> str:
    """The actions as a JSON Feed."""
    items = [
        {
            "id": it.id,
            "url": it.page,
            "title": it.title,
            "content_html": it.html,
            "date_published": it.made,
            "date_modified": _stamp(it.changed),
            "tags": [_("done") if it.done else _("open")],
        }
        for it in _items(source)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(source),
        "home_page_url": _page(source),
        "feed_url": f"{_page(source)}.json",
        "language": source.event.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _items(source: Source) -> Iterator[_Item]:
    """Every action, those that are open first, by their day."""
    found = [
        (note, pitch)
        for chapter in book(source).chapters
        for pitch in chapter.pitches
        for note in source.notes.get(pitch.id, ())
        if note.kind is NoteKind.ACTION
    ]
    found.sort(key=lambda it: (it[0].done_at is not None, it[0].due is None, str(it[0].due or ""), it[0].id))
    for note, pitch in found:
        page = f"{addresses.pitch(source.base_url, source.event.code, pitch.id)}#notes"
        session = f'<p><a href="{escape(page)}">{escape(pitch.title)}</a></p>'
        behind = f"<p>{escape(entry_of(note, source).behind)}</p>"
        yield _Item(
            id=source.uuid("action", note.id).urn,
            title=xml_safe(markdown.excerpt(note.text, LONGEST_TITLE)) or _("Action"),
            page=page,
            html=xml_safe("".join((markdown.to_html(note.text), behind, session))),
            made=_stamp(note.made_at),
            changed=max(filter(None, (note.made_at, note.edited_at, note.done_at))),
            done=note.done_at is not None,
        )


def _changed(source: Source, items: list[_Item]) -> datetime:
    return max((it.changed for it in items), default=source.event.created_at)


def _title(source: Source) -> str:
    return xml_safe(_("Actions of %(event)s", event=source.event.name))


def _page(source: Source) -> str:
    return source.address_by(addresses.actions)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

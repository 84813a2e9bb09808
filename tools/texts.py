"""The texts of pages, files and commands, for translators: `texts.py update` finds them all anew, `check` compares.

`update` writes eventkit/locales/messages.pot and brings each language's messages.po to it, keeping what is translated;
`missing` says how much of each is not.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "eventkit" / "locales"
TEMPLATE = LOCALES / "messages.pot"
LANGUAGES = ("cy", "de", "es", "fr")
METHODS = [
    ("eventkit/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.xhtml", "jinja2"),
    ("static/js/*.js", "javascript"),
]
OPTIONS = {"templates/**.html": {"trimmed": "true"}, "templates/**.xhtml": {"trimmed": "true"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "marked_for": (1, 2),
}


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit status."""
    if arguments == ["update"]:
        TEMPLATE.write_bytes(written(extracted()))
        for language in LANGUAGES:
            path(language).parent.mkdir(parents=True, exist_ok=True)
            path(language).write_bytes(written(updated(language)))
    elif arguments == ["check"]:
        if TEMPLATE.read_bytes() != written(extracted()):
            print("The catalogues are not current: make texts")
            return 1
        if straight := sorted(filter(is_straight, said())):
            print("Write ’ for an apostrophe, “ and ” or the language’s own quotation marks:", *straight, sep="\n")
            return 1
    elif arguments == ["missing"]:
        for language in LANGUAGES:
            texts = [it for it in catalogue(language) if it.id]
            without = [it for it in texts if not it.string or not all(it.string)]
            print(f"{language}: {len(without)} of {len(texts)} texts are not translated")
    else:
        print(__doc__)
        return 2
    return 0


def said() -> set[str]:
    """All texts, in English and in every language."""
    entries = [it for language in LANGUAGES for it in catalogue(language) if it.id]
    texts = [text or "" for it in entries for text in (it.id, it.string)]
    return {form for text in texts for form in ((text,) if isinstance(text, str) else text)}


def is_straight(text: str) -> bool:
    """Whether a text has a typewriter's apostrophe or quotation mark, but for those of its tags."""
    return bool(re.search(r"\w'|'\w|\"", re.sub(r"<[^<>]*>", "", text)))


def extracted() -> Catalog:
    """All texts that are marked, with the files they are in."""
    found = Catalog(project="Twofeet", version="1", fuzzy=False, charset="utf-8")
    comments = ["translators:"]
    texts = extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS, comments, strip_comment_tags=True)
    for file, _, text, remarks, context in sorted(texts, key=lambda it: (it[0], it[1])):
        found.add(text, None, [(file, 0)], auto_comments=remarks, context=context)
    return found


def updated(language: str) -> Catalog:
    """A language's catalogue with the texts there are now; nothing is guessed, and what is gone is gone."""
    known = catalogue(language)
    known.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    return known


def catalogue(language: str) -> Catalog:
    """A language's catalogue as it is; an empty one where it has none yet."""
    if not path(language).exists():
        return Catalog(locale=language, project="Twofeet", version="1", fuzzy=False, charset="utf-8")
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def path(language: str) -> Path:
    """Where translators find a language."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def written(texts: Catalog) -> bytes:
    """The file: without dates and lines' numbers, which would change it when nothing has changed for translators."""
    content = BytesIO()
    write_po(content, texts, width=110, include_lineno=False, ignore_obsolete=True)
    lines = content.getvalue().decode().splitlines(keepends=True)
    dates = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        "# FIRST AUTHOR",
        "# Copyright",
        "# This file",
        "# Translations",
    )
    return "".join(line for line in lines if not line.startswith(dates) and line != "#\n").encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

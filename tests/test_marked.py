"""Sentences in Python that people read are marked for translators; what is English by decision is listed here."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "event",
    "grid",
    "market",
    "draft",
    "building",
    "privacy",
    "web",
    "exports",
    "rehearsal",
    "cli.py",
    "config.py",
)
MARKING = {"_", "gettext", "ngettext", "pgettext", "marked", "marked_for"}
NOT_SHOWN = {"info", "warning", "error", "debug", "exception", "text", "compile"}  # logs, SQL
WORDS = re.compile(r"(?![^ ]*-src)[^<>{}\n=/_\\]*\b[a-zA-Z’']+ [a-z’']+ [a-z’']+[^<>{}\\=_]*")

# English, and why: commands and their answers; figures for whoever watches the machine; what only programs read
BY_DECISION = {
    "eventkit/event/entry.py": 1,  # salt of a digest
    "eventkit/event/whole_file.py": 40,  # why a column is in no file, for whoever reads the code
    "eventkit/cli.py": 6,  # what argparse says, whose translations these are
    "eventkit/exports/pdf.py": 1,  # of a library
    "eventkit/exports/preflib.py": 1,
    "eventkit/exports/sheets.py": 2,  # salt of a digest; a part's place in a table
    "eventkit/exports/whole.py": 1,
    "eventkit/exports/workbook.py": 1,  # columns, which programs read
    "eventkit/rehearsal/__init__.py": 1,
    "eventkit/rehearsal/camp.py": 60,  # what people in the rehearsal wrote
    "eventkit/market/pictures.py": 1,  # of an import
    "eventkit/building/studies.py": 1,  # a name in logs
    "eventkit/privacy/command.py": 5,
    "eventkit/web/base/observing.py": 12,
    "eventkit/web/pages/marketplace.py": 1,  # for whoever asks it for JSON
}
# Words that only programs read, or that people of the rehearsal wrote
FOR_PROGRAMS = {"docx_prose.py", "linked_data.py", "preflib.py", "workbook.py", "camp.py"}
# English still: titles that stand in the database, examples in an empty form
STILL = {
    "eventkit/event/events.py": 1,
    "eventkit/privacy/forgetting.py": 1,
    "eventkit/privacy/my_data.py": 1,
    "eventkit/web/base/forms.py": 1,
    "eventkit/web/pages/grid.py": 1,
    "eventkit/web/pages/summaries.py": 1,
}


def sources() -> list[Path]:
    """The files of ROOMS."""
    places = [ROOT / "eventkit" / room for room in ROOMS]
    return [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))]


def unmarked(tree: ast.AST) -> Iterator[str]:
    """Strings of three words and more that are neither marked nor docstrings, titles of fields or logs."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = said(node)
        if isinstance(parents.get(node), ast.Expr | ast.JoinedStr) or not WORDS.fullmatch(text):
            continue
        if not any(explains(above) for above in chain(node, parents)):
            yield text


def short(tree: ast.AST, known: Collection[str]) -> Iterator[str]:
    """Words that the catalogues have and that stand here unmarked: "Note" among the kinds of an entry."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = {key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}  # as of headers
    for node in ast.walk(tree):
        text = said(node)
        shown = text in known and text[0].isupper() and node not in names
        if shown and not any(explains(above) for above in chain(node, parents)):
            yield text


def said(node: ast.AST) -> str:
    """What a literal says, with a letter for each value that is filled in; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    """What a node stands in, up to its function or class."""
    while (node := parents.get(node, ast.Module([], []))) and not isinstance(node, ast.stmt | ast.Module):
        yield node


def explains(node: ast.AST) -> bool:
    """Whether what stands in this need not be marked: it is, or nobody is shown it."""
    if isinstance(node, ast.keyword):
        return node.arg == "title"
    if not isinstance(node, ast.Call):
        return False
    return called(node) in MARKING | NOT_SHOWN


def called(node: ast.Call) -> str:
    """The name of what is called."""
    return str(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))


def test_sentences_are_marked() -> None:
    found = {}
    for path in sources():
        name = str(path.relative_to(ROOT))
        texts = list(unmarked(ast.parse(path.read_text())))
        if len(texts) > BY_DECISION.get(name, 0) + STILL.get(name, 0):
            found[name] = texts
    assert not found, "mark them: see CONTRIBUTING.md, Languages"


def test_words_that_are_translated_elsewhere_are_marked() -> None:
    known = catalogued()
    files = [path for path in sources() if path.name not in FOR_PROGRAMS]
    assert [(path.name, text) for path in files for text in short(ast.parse(path.read_text()), known)] == []
    assert list(short(ast.parse('KINDS = (("note", "Note"), ("link", marked("Link")), {"Link": 1})'), known)) == [
        "Note"
    ]


def test_what_is_marked_is_in_the_catalogues() -> None:
    known = catalogued()
    trees = [(path, ast.parse(path.read_text())) for path in sorted((ROOT / "eventkit").rglob("*.py"))]
    calls = [(path, it) for path, tree in trees for it in ast.walk(tree) if isinstance(it, ast.Call) and explains(it)]
    marks = [(path.name, said(it.args[0])) for path, it in calls if called(it) in MARKING - {"pgettext"} and it.args]
    assert len(marks) > 1000
    assert {(name, text) for name, text in marks if text and text not in known} == set(), "not found inside an f-string"


def catalogued() -> set[str]:
    """The texts that translators are given."""
    with (ROOT / "eventkit/locales/messages.pot").open("rb") as file:
        texts = [it.id for it in read_po(file) if it.id]
    return {it if isinstance(it, str) else it[0] for it in texts}


def test_an_unmarked_sentence_is_found() -> None:
    marked = 'raise Invalid(_("There is no room %(name)s here.", name=name))'
    for text in (
        'raise Invalid(f"There is no room {name} here.")',
        'x = {1: "its host is busy then"}',
        'def f():\n    return "Published, with one session."',
    ):
        assert list(unmarked(ast.parse(text)))
    assert not list(unmarked(ast.parse(f'"""A docstring of a module."""\n{marked}\nlog.info("a build has ended")')))

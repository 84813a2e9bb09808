"""What documents name is there: files by their path, functions and classes as `module.name` or `Class.method`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PATH = re.compile(r"`((?:solver|eventkit|tests|tools|bench|static|templates)/[\w./-]+)`")
MEMBER = re.compile(r"`(?:[a-z_]+\.)*(\w+)\.(\w+)(?:\(\))?`")
BUILT = ("static/vendor", "static/packed")  # made at set-up


def names(path: Path) -> set[str]:
    """What a module defines."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def test_paths_in_documents_are_there() -> None:
    named = {(page.name, path) for page in DOCUMENTS for path in PATH.findall(page.read_text())}
    assert len(named) > 10
    missing = [(page, path) for page, path in named if not path.startswith(BUILT) and not (ROOT / path).exists()]
    assert missing == []


def test_functions_named_in_the_solvers_documents_are_there() -> None:
    modules = [*(ROOT / "solver").rglob("*.py")]
    known: dict[str, set[str]] = {}
    for path in modules:
        known.setdefault(path.stem, set()).update(names(path))
    classes = set().union(*known.values())
    pages = [page for page in DOCUMENTS if page.name.startswith("solver-")]
    named = {(page.name, *found) for page in pages for found in MEMBER.findall(page.read_text())}
    named = {(page, head, name) for page, head, name in named if name not in {"py", "json", "md"}}
    assert len(named) > 10
    missing = [
        f"{page}: {head}.{name}"
        for page, head, name in named
        if name not in known.get(head, set()) and not (head in classes and name in classes) and name not in known
    ]
    assert missing == []

"""What documents name is there: files by their path, functions and classes as `module.name` or `Class.method`."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
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


def told(path: Path) -> list[str]:
    """What a module says of itself: its docstrings and comments."""
    source = path.read_text()
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts = [*docstrings, *(token.string for token in tokens if token.type == tokenize.COMMENT)]
    return [re.sub(r"\w+(?:\.\w+)+/\S+", "", text) for text in texts]  # without addresses of others


def test_what_docstrings_and_comments_name_is_there() -> None:
    modules = [
        path for room in ("eventkit", "solver", "tests", "bench", "tools") for path in (ROOT / room).rglob("*.py")
    ]
    known: dict[str, set[str]] = {}
    for path in modules:
        known.setdefault(path.stem, set()).update(names(path))
    files = {
        path.name for path in [*modules, *DOCUMENTS, *(ROOT / "static").rglob("*"), *(ROOT / "templates").rglob("*")]
    }
    libraries = {"time", "tx"}
    missing = []
    for path in modules:
        for text in told(path):
            named = re.findall(r"(?<![\w:.])(?:[\w-]+/)*([\w-]+\.(?:py|md|html|css|js))\b", text)
            missing += [f"{path.name}: {file}" for file in named if file not in files]
            called = [it for it in re.findall(r"\b([a-z_]+)\.([a-z_]+)\(\)", text) if it[0] not in libraries]
            missing += [f"{path.name}: {head}.{name}()" for head, name in called if name not in known.get(head, set())]
    assert missing == []


def test_lists_of_modules_and_decisions_are_current() -> None:
    asked = [sys.executable, str(ROOT / "tools" / "house.py"), "check"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr

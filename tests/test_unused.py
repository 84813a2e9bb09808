"""Nothing is there for tests alone: what the product defines, the product uses."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from tests.world.places import ROOT

TEMPLATES = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
MODULES = [
    path
    for package in ("eventkit", "solver")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
# Names that a library calls, or that the database's file keeps, by the module that defines them.
CALLED_BY_LIBRARIES = {
    "gunicorn": ("processes/gunicorn_settings.py", "processes/server.py"),
    "numba": ("compiled/parts.py",),
    "Werkzeug": ("web/base/bodies.py", "web/base/multipart.py"),
    "Flask": ("web/base/security.py",),
    "io": ("storage/encryption.py",),
    "SQLAlchemy": ("storage/tables/columns.py",),
}
READ_BY_TESTS = {"OTHERWISE"}  # the list of what is in no file, which a test holds against the tables


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[A-Za-z_]\w*", text))


def code(path: Path) -> str:
    """A module without its docstrings and comments."""
    return re.sub(r'"""(?:.|\n)*?"""|#.*', "", path.read_text())


def defined(path: Path) -> set[str]:
    """The functions, classes, methods and constants of a module that nobody hands to a framework as they are made."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            handed = any(
                "." in it or "validator" in it or it == "after_this_request"
                for it in map(ast.unparse, node.decorator_list)
            )
            found |= set() if handed else {node.name}
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("__")}


def test_every_function_class_and_constant_is_used_by_the_product() -> None:
    used: Counter[str] = Counter()
    for path in MODULES:
        used += words(code(path))
    for template in TEMPLATES:
        used += words(template.read_text())
    elsewhere = {file for files in CALLED_BY_LIBRARIES.values() for file in files}
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        if not path.as_posix().endswith(tuple(elsewhere))
        for name in defined(path)
        if used[name] < 2 and name not in READ_BY_TESTS
    ]
    assert unused == []


def test_every_template_is_rendered_or_taken_from() -> None:
    named = "".join(path.read_text() for path in [*TEMPLATES, *MODULES])
    books = {f"epub/{name}.xml" for name in ("chapter", "end", "front", "nav", "package")}
    unused = [name for path in TEMPLATES if (name := path.relative_to(ROOT / "templates").as_posix()) not in named]
    assert set(unused) == books
    epub = (ROOT / "eventkit" / "exports" / "epub.py").read_text()
    assert [name for name in books if f'"{Path(name).stem}"' not in epub] == []


def test_every_macro_is_called_and_none_is_taken_for_nothing() -> None:
    text = "".join(path.read_text() for path in TEMPLATES)
    for template in TEMPLATES:
        own = template.read_text()
        for name in re.findall(r"{%-?\s*macro (\w+)", own):
            assert words(text)[name] > 1, f"{template.name}: {name}"
        for taken in re.findall(r'{%-?\s*from "[^"]+" import ([^%]+?)(?: with context)?\s*-?%}', own):
            for name in taken.split(","):
                known_as = name.split(" as ")[-1].strip()
                assert len(re.findall(rf"\b{known_as}\(", own)) > 0, f"{template.name}: {known_as}"

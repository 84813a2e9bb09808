"""One word, one meaning: no two public classes share a name, none hides a builtin; the glossary names what is there."""

import ast
import builtins
import re
from collections import defaultdict
from pathlib import Path

from tests.world.places import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def trees(*packages: str) -> dict[Path, ast.Module]:
    paths = [path for package in packages for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def public_classes(*packages: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees(*packages).items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.relative_to(ROOT).as_posix())
    return found


def test_no_two_public_classes_share_a_name() -> None:
    twice = {name: places for name, places in public_classes("eventkit", "solver").items() if len(places) > 1}
    assert twice == {}


def test_no_public_class_or_function_hides_a_builtin() -> None:
    hidden = {name for name in public_classes("eventkit", "solver") if hasattr(builtins, name)}
    functions = {
        (path.relative_to(ROOT).as_posix(), node.name)
        for path, tree in trees("eventkit", "solver").items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and hasattr(builtins, node.name)
    }
    assert (hidden, functions) == (set(), set())


def test_glossary_names_what_is_there() -> None:
    cells = re.findall(r"\| ([^|]+) \|$", PAGE, re.MULTILINE)
    names = [name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)]
    assert len(names) > 40
    assert [name for name in names if not _known(name)] == []


def test_glossary_says_each_word_once() -> None:
    words = re.findall(r"\*\*([\w -]+)\*\*", PAGE)
    assert sorted(set(words)) == sorted(words)


def _known(name: str) -> bool:
    """Whether `market.ballots`, `storage.tables.Vote` or `solver.Problem` is there."""
    room, _, last = name.rpartition(".")
    return bool(_files(name)) or any(re.search(rf"\b{last}\b", path.read_text()) for path in _files(room))


def _files(module: str) -> list[Path]:
    """The file of a module or a package's face, by the end of its dotted name."""
    path = "/".join(module.split("."))
    ends = (f"/{path}.py", f"/{path}/__init__.py")
    code = [*ROOT.glob("eventkit/**/*.py"), *ROOT.glob("solver/**/*.py")]
    return [it for it in code if it.as_posix().endswith(ends)]

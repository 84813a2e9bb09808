"""The house in figures, and the list of its modules: `house.py list` writes docs/modules.md, `check` compares it.

`figures` prints rooms (packages), the arrows between them (imports of another room's modules), the longest function and
file, and the public classes that more than one module defines.
"""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "modules.md"
PACKAGES = ("eventkit", "solver")
HEAD = """\
# Every module

Written by `python tools/house.py list` from the modules' own first sentences; a test says so when it is not current.
[ARCHITECTURE.md](ARCHITECTURE.md) says how they work together.
"""


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit status."""
    if arguments == ["list"]:
        PAGE.write_text(listed(), encoding="utf-8")
    elif arguments == ["check"]:
        if PAGE.read_text(encoding="utf-8") != listed():
            print("docs/modules.md is not current: python tools/house.py list")
            return 1
    elif arguments == ["figures"]:
        for line in figures():
            print(line)
    else:
        print(__doc__)
        return 2
    return 0


def modules() -> list[Path]:
    """The product's modules, but for migrations' history."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in found if "versions" not in path.parts]


def listed() -> str:
    """The page: a room's sentence, then its modules with theirs."""
    rooms: dict[Path, list[Path]] = defaultdict(list)
    for path in modules():
        rooms[path.parent].append(path)
    return HEAD + "".join(_room(room, paths) for room, paths in sorted(rooms.items()))


def _room(room: Path, paths: list[Path]) -> str:
    face = room / "__init__.py"
    lines = [f"- `{path.stem}`: {_sentence(path)}\n" for path in paths if path != face]
    about = f"\n{_sentence(face)}\n" if face.exists() else ""
    return f"\n## {room.relative_to(ROOT).as_posix()}/\n{about}\n{''.join(lines)}"


def _sentence(path: Path) -> str:
    """The first sentence of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph)[0]


def figures() -> Iterator[str]:
    """One line a figure."""
    arrows = Counter(_arrows())
    rooms = {room for pair in arrows for room in pair} | {_room_of(_name(path)) for path in modules()}
    yield f"rooms (packages with modules of ours): {len(rooms)}"
    yield f"arrows between rooms: {len(arrows)} pairs, {sum(arrows.values())} imports"
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in trees}
    longest = max(lengths, key=lambda path: lengths[path])
    yield f"modules: {len(trees)}, lines: {sum(lengths.values())}"
    yield f"longest file: {longest.relative_to(ROOT)}, {lengths[longest]} lines"
    functions = [(node.end_lineno or 0) - node.lineno + 1 for tree in trees.values() for node in _functions(tree)]
    size, where = max(_sizes(trees))
    yield f"longest function: {where}, {size} lines; median {sorted(functions)[len(functions) // 2]}"
    twice = {name: files for name, files in _classes(trees).items() if len(files) > 1}
    yield f"public classes that two modules define: {len(twice)}{': ' if twice else ''}{', '.join(sorted(twice))}"


def _sizes(trees: dict[Path, ast.Module]) -> Iterator[tuple[int, str]]:
    for path, tree in trees.items():
        for node in _functions(tree):
            yield (node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}"


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _classes(trees: dict[Path, ast.Module]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return found


def _arrows() -> Iterator[tuple[str, str]]:
    """(room, room it imports from) for each import of another room's module."""
    known = {_name(path) for path in modules()}
    for path in modules():
        here = _room_of(_name(path))
        for name in _imported(ast.parse(path.read_text(encoding="utf-8")), known):
            if (there := _room_of(name)) != here:
                yield here, there


def _imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)


def _name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def _room_of(name: str) -> str:
    """The package that a module lies in; a package is its own room."""
    return name if (ROOT / Path(*name.split("."))).is_dir() else name.rpartition(".")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

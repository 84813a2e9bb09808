"""The house in figures, and its lists: `house.py list` writes docs/modules.md and docs/adr/README.md, `check` compares.

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
DECISIONS = ROOT / "docs" / "adr"
PACKAGES = ("eventkit", "solver")
HEAD = """\
# Every module

Written by `python tools/house.py list` from the modules' own first sentences; a test says so when it is not current.
[ARCHITECTURE.md](ARCHITECTURE.md) says how they work together.
"""

DECISIONS_HEAD = """\
# Every decision

Written by `python tools/house.py list` from the pages' own heads: number, decision, area,
and what superseded it.
"""
AREAS = {
    "people": "People, links and what is kept of them",
    "pitches": "Pitches, sessions and the line-up",
    "votes": "Votes, and that they stay secret",
    "grid": "The grid, builds and what people see",
    "solver": "The solver",
    "notes": "Notes, moderation and what stays of the day",
    "files": "Imports, exports and the book",
    "pages": "Pages, scripts, bad wifi and languages",
    "serving": "Processes, streams and load",
    "storage": "Storage",
    "house": "Code, tests and tools",
}


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit status."""
    if arguments == ["list"]:
        for page, text in pages().items():
            page.write_text(text, encoding="utf-8")
    elif arguments == ["check"]:
        stale = [page for page, text in pages().items() if page.read_text(encoding="utf-8") != text]
        for page in stale:
            print(f"{page.relative_to(ROOT)} is not current: python tools/house.py list")
        return bool(stale)
    elif arguments == ["figures"]:
        for line in figures():
            print(line)
    else:
        print(__doc__)
        return 2
    return 0


def pages() -> dict[Path, str]:
    """The pages that are written from what they list."""
    return {ROOT / "docs" / "modules.md": listed(), DECISIONS / "README.md": decided()}


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


def decided() -> str:
    """The page of decisions: by area, each with its number; of a superseded one, by which other."""
    found: dict[str, list[str]] = {area: [] for area in AREAS}
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        head = re.match(r"# (\d+)\. (.+)\n\nArea: (\w+)\n(?:\nSuperseded by (\[\d+\]\([\w.-]+\)))?", path.read_text())
        if head is None or head[3] not in found or int(head[1]) != int(path.name[:4]):
            raise SystemExit(f"{path.name} begins with `# N. Title`, then `Area: ` and one of {', '.join(AREAS)}")
        by = f" (superseded by {head[4]})" if head[4] else ""
        found[head[3]].append(f"- [{head[1]}. {head[2]}]({path.name}){by}\n")
    return DECISIONS_HEAD + "".join(f"\n## {AREAS[area]}\n\n{''.join(lines)}" for area, lines in found.items())


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

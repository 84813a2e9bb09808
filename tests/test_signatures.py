"""No more than six values by position: what takes more is told apart by names."""

import ast
from collections.abc import Iterator

from tests.world.places import ROOT

MOST = 6
# numba takes arguments by position only
COMPILED = ("inner", "inner_reordered", "entry", "hot_entry", "jit", "jit_inner")


def test_nothing_takes_more_than_six_values_by_position() -> None:
    assert list(_found()) == []


def _found() -> Iterator[str]:
    for package in ("eventkit", "solver"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if _positional(node) > MOST:
                        yield f"{path.name}: {getattr(node, 'name', '')}"


def _positional(node: ast.AST) -> int:
    """How many values a function, or the constructor of a dataclass, takes by position."""
    if isinstance(node, ast.FunctionDef):
        if any(ast.unparse(it) in COMPILED for it in node.decorator_list):
            return 0
        return len([it for it in (*node.args.posonlyargs, *node.args.args) if it.arg not in ("self", "cls")])
    if isinstance(node, ast.ClassDef):
        told = [ast.unparse(it) for it in node.decorator_list]
        if any(it.startswith("dataclass") and "kw_only" not in it for it in told):
            fields = [ast.unparse(it.annotation) for it in node.body if isinstance(it, ast.AnnAssign)]
            fields = fields[: fields.index("KW_ONLY")] if "KW_ONLY" in fields else fields
            return len([it for it in fields if "ClassVar" not in it])
    return 0

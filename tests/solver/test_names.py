"""One word, one meaning: no two public classes of the solver share a name, and none shadows a builtin."""

from __future__ import annotations

import ast
import builtins
from collections import Counter

from tests.world.places import ROOT


def public_classes() -> list[str]:
    """The names of all public classes in the solver's sources."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "solver").rglob("*.py"))]
    classes = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [name for name in classes if not name.startswith("_")]


def test_no_two_public_classes_share_a_name() -> None:
    assert {name: n for name, n in Counter(public_classes()).items() if n > 1} == {}


def test_no_public_class_shadows_a_builtin() -> None:
    assert [name for name in public_classes() if hasattr(builtins, name)] == []

"""Compiled code is kept for later runs: where, until when, and by whom."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from solver.compile_ahead import SearchState, search_state
from solver.compiled import cache

ASK = "from solver.compiled import cache; print(cache.folder)"


def folder(**settings: str) -> str:
    """Return the folder that a fresh process chooses."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    asked = [sys.executable, "-c", ASK]
    return subprocess.run(
        asked, capture_output=True, text=True, check=True, env={**plain, **settings}, cwd=cache.HERE.parent
    ).stdout.strip()


def test_folder_is_beside_the_sources() -> None:
    assert Path(folder()).parent == cache.HERE / "__pycache__" / "compiled"


def test_folder_given(tmp_path: Path) -> None:
    assert folder(NUMBA_CACHE_DIR=str(tmp_path / "given")) == str(tmp_path / "given")


def test_folder_of_a_read_only_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "solver"
    blocked.mkdir()
    (blocked / "__pycache__").write_text("no folder can be made here", encoding="utf-8")
    monkeypatch.setattr(cache, "HERE", blocked)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    found = cache._folder()
    assert found is not None
    assert found.parent == tmp_path / "home" / "twofeet" / "compiled"
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache._folder() is None


def test_state_of_the_search_is_told_without_loading_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "folder", tmp_path)
    assert search_state() is SearchState.NOT_YET
    cache.mark(cache.SEARCH)
    assert search_state() is SearchState.COMPILED


def test_folder_changes_with_what_is_compiled_and_not_with_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(cache.HERE, tmp_path / "solver", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "HERE", tmp_path / "solver")
    before = cache._content()
    (tmp_path / "solver" / "sentences.py").write_text("", encoding="utf-8")
    assert cache._content() == before
    (tmp_path / "solver" / "search" / "kernel" / "terms.py").write_text("", encoding="utf-8")
    assert cache._content() != before

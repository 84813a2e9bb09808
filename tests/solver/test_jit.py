"""Where compiled code is kept: beside the sources, or elsewhere where those cannot be written."""

import os
from pathlib import Path

import pytest

from solver import jit

BESIDE = Path(jit.__file__).parent / "__pycache__" / "compiled"


@pytest.mark.parametrize(("writable", "folder"), [(True, BESIDE), (False, Path("/var/lib/camp/twofeet/compiled"))])
def test_compiled_code_is_kept_where_it_can_be_written(
    monkeypatch: pytest.MonkeyPatch, writable: bool, folder: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/lib/camp")
    monkeypatch.setattr(os, "access", lambda *_: writable)
    assert jit._cache().parent == folder


def test_compiled_code_is_kept_beside_the_sources_where_nothing_else_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert jit._cache().parent == BESIDE

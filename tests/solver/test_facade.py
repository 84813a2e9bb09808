"""The facade: all that the product uses of the solver, and nothing heavy before it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import solver
from tests.world.places import ROOT


def test_everything_that_the_facade_names_is_there() -> None:
    assert [name for name in solver.__all__ if getattr(solver, name) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        solver.sovle  # noqa: B018


def test_scoring_and_moving_load_neither_ortools_nor_numba_nor_scipy() -> None:
    program = (
        "import sys, solver; p = solver.Problem(); solver.score(p, ()); solver.Explainer(p, ()).scored;"
        "solver.outside(p, ()); solver.meets; print({'ortools', 'numba', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"

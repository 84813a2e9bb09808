"""The page on the solver's model has a heading for each term and names the function of each rule."""

from __future__ import annotations

from dataclasses import fields

from solver import Score, Weights
from solver.search import cp_sat as rules
from tests.world.places import ROOT

PAGE = (ROOT / "docs" / "solver-model.md").read_text(encoding="utf-8")


def test_page_has_a_heading_for_each_term() -> None:
    headings = " ".join(line for line in PAGE.splitlines() if line.startswith("### "))
    terms = {field.name for field in (*fields(Score), *fields(Weights))} - {"total", "placed"}
    assert {term for term in terms if term not in headings} == set()


def test_page_names_the_function_of_each_rule() -> None:
    functions = [
        "where_it_may_stand",
        "frozen_stays",
        "one_cell_each",
        "one_session_a_cell",
        "one_place_a_host",
        "in_order",
    ]
    assert [name for name in functions if f"`cp_sat.{name}`" not in PAGE or not getattr(rules, name).__doc__] == []

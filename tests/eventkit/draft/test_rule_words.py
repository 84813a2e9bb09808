"""Words for the hard rules: none is without a row, and what a pin contradicts has a sentence of its own."""

from eventkit.draft.reasons import PINNED
from eventkit.draft.rule_words import WORDS
from solver import RuleKind, Why
from solver.model.rules import CELL_RULES

NEVER_SAID = {RuleKind.UNKNOWN, RuleKind.TWICE}  # a grid of ours has each session once, in cells that are there


def test_every_hard_rule_has_words() -> None:
    assert WORDS.keys() == set(RuleKind) - NEVER_SAID - {RuleKind.SEATS}


def test_every_rule_about_a_cell_has_words_for_a_pin_that_contradicts_it() -> None:
    assert PINNED.keys() == {Why(rule.rule) for rule in CELL_RULES}

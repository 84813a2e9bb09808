# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""A person's slot as one number: how many wanted sessions stand there, eight bits a strength."""

from __future__ import annotations

from solver.compiled.jit import inner


@inner
def rank(word):
    """Return the greatest strength that a slot's word holds: 0 to 3, 4 for a host's own session."""
    return (word >= 1) + (word >= 1 << 8) + (word >= 1 << 16) + (word >= 1 << 24)


@inner
def step(word, second, third):
    """Return what a slot's word adds to a person's index: 1, then `second` and `third` more for the higher levels."""
    return (word >= 1) * 1 + (word >= 1 << 8) * second + (word >= 1 << 16) * third

"""A person's slot as one number: how many wanted sessions stand there, eight bits a strength."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.shapes import Int, Ints


@inner
def rank(word: Int) -> Int:
    """Return the greatest strength that a slot's word holds: 0 to 3, 4 for a host's own session."""
    return 0 + (word >= 1) + (word >= 1 << 8) + (word >= 1 << 16) + (word >= 1 << 24)


@inner
def step(word: Int, second: Int, third: Int) -> Int:
    """Return what a slot's word adds to a person's index: 1, then `second` and `third` more for the higher levels."""
    return (word >= 1) * 1 + (word >= 1 << 8) * second + (word >= 1 << 16) * third


@inner
def number(word: Int, level: Int) -> Int:
    """Return how many wanted sessions of one level a slot's word holds, 0 for level 0."""
    return (word >> (8 * (level - 1))) & 255 if level > 0 else np.int64(0)


@inner
def count_bits(x: np.uint64) -> np.uint64:
    """Return the number of bits that are set in a word of 64; compilers know this sum for one instruction."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@inner
def lowest_bit(debruijn: Ints, x: np.uint64) -> Int:
    """Return the place of the lowest bit that is set."""
    place: Int = debruijn[((x & (~x + np.uint64(1))) * np.uint64(0x03F79D71B4CB0A89)) >> np.uint64(58)]
    return place

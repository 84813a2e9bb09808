"""How people divide over the sessions of a slot, and by how much the heads change when a session comes or goes.

People are bits of words of 64. In slot t they are grouped by the strength of what they want most there (`top`) and by
the number of sessions over which they divide (`sharing`); who divides over session s is `goers[s]`. What a move does
to the heads of a session is then a count of bits: n people who divide over one session fewer add n / (k - 1) - n / k.
"""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.kernel.packed import count_bits, lowest_bit, number, rank
from solver.search.shapes import Bits, Floats, Instance, Int, State

FEWER, MORE, ALONE, EVEN, CAME = 0, 1, 2, 3, 4
"""Rows of `turn`: who divides over one session fewer, over one more, over `inn` alone, over as many, and who came."""


@inner
def regroup(instance: Instance, state: State, t: Int) -> None:
    """Work out who goes where in slot t from what people want most there, and the most that anybody divides over."""
    bits, top, goers, sharing = instance.bits, state.top, state.goers, state.sharing
    for i in range(state.filled[t]):
        s = state.member[t, i]
        for w in range(bits.shape[2]):
            goers[s, w] = (
                (bits[1, s, w] & top[t, 1, w])
                | (bits[2, s, w] & top[t, 2, w])
                | (bits[3, s, w] & top[t, 3, w])
                | (bits[4, s, w] & top[t, 4, w])
            )
    k = state.deepest[t]
    while k > 0:
        anybody = np.uint64(0)
        for w in range(bits.shape[2]):
            anybody |= sharing[t, k, w]
        if anybody != np.uint64(0):
            break
        k -= 1
    state.deepest[t] = k


@inner
def _sort_out(instance: Instance, state: State, t: Int, out: Int, inn: Int) -> None:
    """Put into `turn` who divides differently in slot t once `out` leaves and `inn` enters (-1: nobody)."""
    bits, top, turn, nobody = instance.bits, state.top, state.turn, np.uint64(0)
    for w in range(bits.shape[2]):
        leaving = state.goers[out, w] if out >= 0 else nobody
        same = above = new = nobody
        if inn >= 0:
            lower = top[t, 1, w]
            new = bits[0, inn, w] & top[t, 0, w]
            same = bits[1, inn, w] & top[t, 1, w]
            for k in range(2, 5):
                above |= bits[k, inn, w] & lower
                same |= bits[k, inn, w] & top[t, k, w]
                lower |= top[t, k, w]
        turn[FEWER, w] = leaving & ~same & ~above
        turn[MORE, w] = same & ~leaving
        turn[ALONE, w] = above
        turn[EVEN, w] = same & leaving
        turn[CAME, w] = new


@inner
def _swing(goers: Bits, sharing: Bits, turn: Bits, share: Floats, s: Int, t: Int, deepest: Int) -> float:
    """Return by how much the heads of a session that stays in slot t change."""
    total = 0.0
    for k in range(1, deepest + 1):
        fewer = more = lost = np.uint64(0)
        for w in range(goers.shape[1]):
            here = goers[s, w] & sharing[t, k, w]
            fewer += count_bits(here & turn[FEWER, w])
            more += count_bits(here & turn[MORE, w])
            lost += count_bits(here & turn[ALONE, w])
        total += np.int64(fewer) * (share[k - 1] - share[k]) + np.int64(more) * (share[k + 1] - share[k])
        total -= np.int64(lost) * share[k]
    return total


@inner
def _arrivals(instance: Instance, state: State, t: Int, inn: Int) -> float:
    """Return the heads that gather in `inn`, but for those who fall back on less than one session."""
    sharing, turn, total = state.sharing, state.turn, 0.0
    alone = np.uint64(0)
    for w in range(turn.shape[1]):
        alone += count_bits(turn[ALONE, w]) + count_bits(turn[CAME, w])
        alone += count_bits(turn[FEWER, w] & sharing[t, 1, w] & instance.bits[0, inn, w] & ~state.beneath[t, w])
    for k in range(1, state.deepest[t] + 1):
        more = even = np.uint64(0)
        for w in range(turn.shape[1]):
            more += count_bits(turn[MORE, w] & sharing[t, k, w])
            even += count_bits(turn[EVEN, w] & sharing[t, k, w])
        total += np.int64(more) * instance.share[k + 1] + np.int64(even) * instance.share[k]
    return total + np.int64(alone)


@inner
def _fall_back(instance: Instance, state: State, t: Int, out: Int, inn: Int) -> None:
    """Let those who lose the one session they wanted most divide over what they want less, one by one."""
    width, shift = state.filled.size + 1, state.shift
    for w in range(state.turn.shape[1]):
        left = state.turn[FEWER, w] & state.sharing[t, 1, w] & state.beneath[t, w]
        while left != np.uint64(0):
            p = 64 * w + lowest_bit(instance.debruijn, left)
            left &= left - np.uint64(1)
            word = np.int64(state.packed[p * width + t]) - instance.unit[instance.level[out, p]]
            if inn >= 0:
                word += instance.unit[instance.level[inn, p]]
            best = rank(word)
            share = instance.share[number(word, best)]
            for i in range(state.filled[t]):
                s = state.member[t, i]
                if instance.level[s, p] == best and s != out:
                    shift[s] += share
            if inn >= 0 and instance.level[inn, p] == best:
                shift[inn] += share


@inner
def gather(instance: Instance, state: State, t: Int, out: Int, inn: Int) -> None:
    """Put into `shift` by how much the heads of the sessions of slot t change when `out` leaves and `inn` enters."""
    _sort_out(instance, state, t, out, inn)
    for i in range(state.filled[t]):
        s = state.member[t, i]
        if s != out:
            state.shift[s] = _swing(state.goers, state.sharing, state.turn, instance.share, s, t, state.deepest[t])
    if inn >= 0:
        state.shift[inn] = _arrivals(instance, state, t, inn)
    if out >= 0:
        _fall_back(instance, state, t, out, inn)


@inner
def recount(instance: Instance, state: State) -> None:
    """Count the heads of all placed sessions from who stands in which slot."""
    goers, sharing = state.goers, state.sharing
    for t in range(state.filled.size - 1):
        regroup(instance, state, t)
        for i in range(state.filled[t]):
            s = state.member[t, i]
            state.shift[s] = state.heads[s] = 0.0
            for k in range(1, state.deepest[t] + 1):
                n = np.uint64(0)
                for w in range(goers.shape[1]):
                    n += count_bits(goers[s, w] & sharing[t, k, w])
                state.heads[s] += np.int64(n) * instance.share[k]

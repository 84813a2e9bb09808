# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""How people divide over the sessions of a slot, and by how much the heads change when a session comes or goes."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.kernel.packed import rank


@inner
def _spread(level, want_ptr, want_s, want_level, slot, shift, p, t, word, name, known, out, sign):
    """Add sign times the heads that person p brings to the sessions of slot t, given its word and names.

    `known` is one session that may be among them; `out` has left the slot and `known` has entered it if they are at
    odds with `slot`.
    """
    best = rank(word)
    if best == 0:
        return
    n = (word >> (8 * (best - 1))) & 255
    if n == 1:
        shift[(name >> (16 * (best - 1))) & 0xFFFF] += sign
        return
    share = sign / n
    if n == 2 and known >= 0 and level[known, p] == best:
        shift[known] += share
        shift[((name >> (16 * (best - 1))) & 0xFFFF) ^ known] += share
        return
    for i in range(want_ptr[p], want_ptr[p + 1]):
        s = want_s[i]
        if want_level[i] == best and s != out and (slot[s] == t or s == known):
            shift[s] += share


@inner
def _walk(level, want_ptr, want_s, want_level, slot, shift, unit, p, t, word, name, out, inn, gone, new):
    """Let person p divide anew in slot t, which `out` leaves and `inn` enters (-1: nobody), wanted `gone` and `new`."""
    best = rank(word)
    if word < 0 or (gone < best and new < best):
        return
    after = word - unit[gone] + unit[new]
    named = name
    if gone > 0:
        named ^= out << (16 * (gone - 1))
    if new > 0:
        named ^= inn << (16 * (new - 1))
    known, gone_from, sign = out, np.int64(-1), -1.0
    for _ in range(2):  # first take back the heads as they are, then count them anew
        _spread(level, want_ptr, want_s, want_level, slot, shift, p, t, word, name, known, gone_from, sign)
        word, name, known, gone_from, sign = after, named, inn, out, 1.0


@inner
def gather(day, state, t, out, inn):
    """Put into `shift` by how much the heads of the sessions of slot t change when `out` leaves and `inn` enters."""
    level, want_ptr, want_s, want_level = day.level, day.want_ptr, day.want_s, day.want_level
    slot, shift, unit = state.slot, state.shift, day.unit
    words, names, width = state.words, state.names, state.count.size + 1
    for i in range(state.count[t]):
        shift[state.member[t, i]] = 0.0
    if inn >= 0:
        shift[inn] = 0.0
    for side in range(2):  # those who want `out`, then those who want `inn` only
        s = out if side == 0 else inn
        if s < 0:
            continue
        for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
            p, strength = np.int64(day.fan_p[i]), np.int64(day.fan_level[i])
            other = inn if side == 0 else out
            also = np.int64(level[other, p]) if other >= 0 else 0
            if side == 0 or also == 0:
                gone, new = (strength, also) if side == 0 else (also, strength)
                at = p * width + t
                word, name = np.int64(words[at]), names[at]
                _walk(level, want_ptr, want_s, want_level, slot, shift, unit, p, t, word, name, out, inn, gone, new)


@inner
def recount(day, state):
    """Count the heads of all placed sessions from who stands in which slot."""
    waiting, nobody = state.count.size - 1, np.int64(-1)
    level, want_ptr, want_s, want_level = day.level, day.want_ptr, day.want_s, day.want_level
    state.shift[:] = 0.0
    for p in range(want_ptr.size - 1):
        for t in range(waiting):
            at = p * (waiting + 2) + t
            word, name = np.int64(state.words[at]), state.names[at]
            if word > 0:
                _spread(
                    level, want_ptr, want_s, want_level, state.slot, state.shift, p, t, word, name, nobody, nobody, 1.0
                )
    for t in range(waiting):
        for i in range(state.count[t]):
            state.heads[state.member[t, i]] = state.shift[state.member[t, i]]
    state.shift[:] = 0.0

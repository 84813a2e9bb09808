"""What harmony gains by a move: exact differences over those who want the sessions that change slots."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner, inner_reordered
from solver.search.kernel.packed import lowest_bit, rank, step
from solver.search.shapes import Floats, Instance, Int, Rows, SmallInts, State


@inner_reordered
def _carry(
    rows: Rows,
    units: SmallInts,
    first: Int,
    last: Int,
    packed: SmallInts,
    table: Floats,
    a: Int,
    b: Int,
    own: Int,
    second: Int,
    third: Int,
) -> float:
    """Return what harmony gains when one session goes from slot a to b; free of branches, so that it is vectorised."""
    total = 0.0
    at_a, at_b, at_own = np.uint32(a), np.uint32(b), np.uint32(own)
    for i in range(first, last):
        row, unit = rows[i], units[i]
        wa, wb, h = packed[row + at_a], packed[row + at_b], packed[row + at_own]
        na, nb = np.int32(wa - unit), np.int32(wb + unit)
        up = step(na, second, third) - step(wa, second, third)
        up += step(nb, second, third) - step(wb, second, third)
        total += table[np.uint32(h + up)] - table[np.uint32(h)]
    return total


@inner
def _joint(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> float:
    """Return by how much the harmony gained by a swap differs from that of its two halves, for those who want both."""
    bits, packed, table, stride, width = (
        instance.bits,
        state.packed,
        instance.table,
        instance.stride,
        state.filled.size + 1,
    )
    total = 0.0
    for i in range(bits.shape[2]):
        both = bits[0, s, i] & bits[0, r, i]
        while both != np.uint64(0):
            p = 64 * i + lowest_bit(instance.debruijn, both)
            both &= both - np.uint64(1)
            us, ur = instance.unit[instance.level[s, p]], instance.unit[instance.level[r, p]]
            row = p * width
            wa, wb, h = np.int64(packed[row + a]), np.int64(packed[row + b]), packed[row + width - 1]
            ra, rb = stride[rank(wa)], stride[rank(wb)]
            there = h + stride[rank(wa - us)] - ra + stride[rank(wb + us)] - rb
            back = h + stride[rank(wa + ur)] - ra + stride[rank(wb - ur)] - rb
            swapped = h + stride[rank(wa - us + ur)] - ra + stride[rank(wb + us - ur)] - rb
            total += table[swapped] - table[there] - table[back] + table[h]
    return total


@inner
def harmony_gain(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> float:
    """Return what harmony gains when s goes from slot a to b and r (-1: nobody) from b to a."""
    stride, ptr, packed, table = instance.stride, instance.fan_ptr, state.packed, instance.table
    own, second, third = state.filled.size, stride[2] - stride[1], stride[3] - stride[2]
    rows, units = instance.fan_row, instance.fan_unit
    total = _carry(rows, units, ptr[s], ptr[np.int64(s + 1)], packed, table, a, b, own, second, third)
    if r >= 0:
        total += _carry(rows, units, ptr[r], ptr[np.int64(r + 1)], packed, table, b, a, own, second, third)
        total += _joint(instance, state, s, r, a, b)
    return total

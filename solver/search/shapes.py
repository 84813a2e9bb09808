"""The arrays that the compiled search reads and writes: the instance, which stays as it is, and the grid in work.

S sessions, T slots, R rooms, P people, W machine words of 64 bits, one bit a person. Slot T is where unplaced sessions
wait; nobody attends there. A level is 0 (not wanted), 1 to 3 (how strongly) or 4 (hosted).
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]
SmallInts: TypeAlias = NDArray[np.int32]
Rows: TypeAlias = NDArray[np.uint32]
Bits: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float64]
Int: TypeAlias = "int | np.integer[Any]"  # a number, or a cell of such an array

NOWHERE = -2  # slot before of a session that stood nowhere in `previous`
FORBIDDEN = 1e12  # far above any cost of seats and rooms; a matching that contains one is no matching
WAITING_COST = 1e6  # what a session that waits costs: more than any total
NO_HEAT = 1e-9  # the temperature that accepts no loss: at it random moves are measured
TRIES = 6  # cells tried for a session that has lost its own

# cells of `State.figures`
TOTAL, BEST_TOTAL = 0, 1
TEMPERATURE = 2
BENEFIT = 3  # of the doubt, that the estimate of seats is given
DOUBT = 4  # mean of the doubt that moves to be taken would have needed
FIGURES = 5

# cells of `State.counters`
UNPLACED, BEST_UNPLACED = 0, 1
TRIED, WEIGHED, ACCEPTED = 2, 3, 4  # moves
LOST = 5  # moves that were found to lose
UNMEASURED = 6  # a mask of bits: moves whose number has none of them are measured
COUNTERS = 7

# columns of `State.steps`: `WHO` leaves `SOURCE` for `TARGET`, where they change places with `OTHER` (-1: nobody)
WHO, OTHER, SOURCE, TARGET = 0, 1, 2, 3


class Instance(NamedTuple):
    """The problem as arrays: what does not change while the search runs."""

    fan_ptr: SmallInts  # [S+1] where the people who want each session begin in the next four
    fan_p: SmallInts  # who
    fan_level: Bytes  # how much
    fan_row: Rows  # where their row of `packed` begins
    fan_unit: SmallInts  # what that adds to a cell of it
    level: Bytes  # [S, P]
    bits: Bits  # [5, S, W] the same as bits: at any level, and at each
    host_ptr: SmallInts  # [S+1] where each session's hosts begin in the next
    host_p: Ints  # hosts who hold several sessions
    mask: Bytes  # [S, T, R] where a session may stand
    may: Bytes  # [S, T+1] the same, whatever the room
    movable: Ints  # sessions that may stand anywhere
    rooms: Ints  # [T, R] open rooms, largest first
    opened: Ints  # [T] how many
    capacity: Floats  # [R]
    scale: Floats  # [S] demand is heads * scale + base
    base: Floats  # [S]
    topic: Ints  # [S] -1 for none
    before_slot: Ints  # [S] where `previous` had it, NOWHERE where it is new
    before_room: Ints  # [S]
    table: Floats  # harmony by a person's index
    stride: SmallInts  # [5] how the index grows for each slot kept at a level
    unit: SmallInts  # [5] what a level adds to a cell of `packed`
    debruijn: Ints  # [64] the place of a lone bit
    share: Floats  # 1 / k, 0 for k = 0
    weight_turned_away: float
    weight_moved: float
    weight_other_room: float
    weight_topic: float


class State(NamedTuple):
    """A grid being worked on, and the best one seen."""

    packed: SmallInts  # [P * (T+2)] a row a person: see packed.py; ABSENT where they are not there; last their index
    top: Bits  # [T+1, 5, W] whose greatest level in a slot is this one
    sharing: Bits  # [T+1, K+1, W] who divides over k sessions there
    beneath: Bits  # [T+1, W] who wants something there at a lower level too
    goers: Bits  # [S, W] who shares in a session where it stands
    deepest: Ints  # [T+1] the greatest k over which anybody divides
    turn: Bits  # [5, W] scratch: see attendance.py
    losses: Floats  # what random moves lost, the last ones
    slot: Ints  # [S] where each stands
    room: Ints  # [S]
    place: Ints  # [S] its place in `member`
    member: Ints  # [T+1, S] who stands in a slot
    filled: Ints  # [T+1] how many do
    heads: Floats  # [S]
    cost: Floats  # [T+1] seats lacking and rooms changed
    demand: Floats  # [T+1, R+2] demands, greatest first
    guess: Floats  # [T+1] cost of the slot if any room suited any session
    topics: Ints  # [T+1, topics] sessions of a topic
    shift: Floats  # [S] scratch: by how much heads change
    line_session: Ints  # [2, R+2] scratch, a row for each slot that a move changes: who stands there, by demand,
    line_demand: Floats  # their demands,
    line_heads: Floats  # their heads,
    line_room: Ints  # and the rooms found for them
    price: Floats  # [R+2, R+2] scratch of the matching: see matching.py
    dual: Floats  # [R+2]
    near: Floats
    key: Floats
    passed: Floats
    owner: Ints  # [R+2]
    way: Ints
    order: Ints
    steps: Ints  # [4, 4] scratch: a cycle as exchanges, see WHO
    both: Floats  # [2] what the two slots of a move cost
    many: Ints  # [2] how many stand in them
    best_slot: Ints  # [S] the best grid
    best_room: Ints  # [S]
    random: Bits  # [1] the generator's number
    figures: Floats  # see TOTAL
    counters: Ints  # see UNPLACED

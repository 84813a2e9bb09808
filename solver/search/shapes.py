"""The arrays that the compiled search reads and writes: the day, which stays as it is, and the grid in work.

S sessions, T slots, R rooms, P people. Slot T is where unplaced sessions wait; nobody attends there.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Day(NamedTuple):
    """What does not change while the search runs.

    `fan_ptr` [S+1], `fan_p`, `fan_level`: who wants each session and how much; `fan_row`, `fan_unit`: where their
    words begin and what that adds to one. `level` [S, P]: strength 0 to 3, 4 for a host. `bits` [5, S, W]: the same
    as one bit a person, at any level and at each (W words of 64). `host_ptr` [S+1], `host_p`: hosts who hold several
    sessions. `mask` [S, T, R], `may` [S, T+1]: where it may stand.
    `movable`: sessions that may stand
    anywhere. `rooms` [T, R]: open rooms, largest first; `opened` [T]: how many. `capacity` [R]; demand is heads *
    `scale` + `base` [S]. `topic` [S], -1 none. `before` [S, 2]: slot and room in `previous`, slot -2 none. `table`:
    H by a person's number, which grows by `stride` [5] for each slot kept at a level. `weight`: turned_away, moved,
    another room, topic. `unit` [5]: what a level adds to a word. `debruijn` [64]: the place of a lone bit.
    `share`: 1 / k, 0 for k = 0.
    """

    fan_ptr: Any
    fan_p: Any
    fan_level: Any
    fan_row: Any
    fan_unit: Any
    level: Any
    bits: Any
    host_ptr: Any
    host_p: Any
    mask: Any
    may: Any
    movable: Any
    rooms: Any
    opened: Any
    capacity: Any
    scale: Any
    base: Any
    topic: Any
    before: Any
    table: Any
    stride: Any
    weight: Any
    unit: Any
    debruijn: Any
    share: Any


class State(NamedTuple):
    """A grid being worked on and the best one seen.

    `words` [P * (T+2)]: a row a person: for each slot the wanted sessions standing there, eight bits a level, below
    0 where the person is absent and in slot T; then the index of H in the table. In bits, a person each: `top`
    [T+1, 5, W]: whose greatest level in a slot is this one; `sharing` [T+1, K+1, W]: who divides over k sessions there;
    `deepest` [T+1]: the greatest such k; `beneath` [T+1, W]: who wants something there at a lower level too; `goers`
    [S, W]: who shares in a session where it stands; `turn` [5, W]: scratch. `slot`, `room`, `place` [S]: where each
    stands, and its place in `member` [T+1, S], of which `count` [T+1] are in use. `heads` [S]; `cost` [T+1]: seats
    lacking and rooms changed; `demand` [T+1, R+2]: demands, greatest first; `guess` [T+1]: cost of the slot if any room
    suited any session. `topics` [T+1, topics]. `shift` [S], `fresh_*` [2, R+2], `price`, `dual`, `path`, `steps`,
    `both`, `many`: scratch. `random`: the generator's word. `losses`: what random moves lost, the last ones. `value`:
    total, best total, temperature, benefit of the doubt, mean of the doubt that moves to be taken would have needed.
    `tally`: unplaced, unplaced in the best, moves tried, weighed, accepted, found to lose, and a mask of bits: moves
    whose number has none of them are measured.
    """

    words: Any
    top: Any
    sharing: Any
    beneath: Any
    goers: Any
    deepest: Any
    turn: Any
    losses: Any
    slot: Any
    room: Any
    place: Any
    member: Any
    count: Any
    heads: Any
    cost: Any
    demand: Any
    guess: Any
    topics: Any
    shift: Any
    fresh_s: Any
    fresh_d: Any
    fresh_h: Any
    fresh_r: Any
    price: Any
    dual: Any
    path: Any
    steps: Any
    both: Any
    many: Any
    best_slot: Any
    best_room: Any
    random: Any
    value: Any
    tally: Any

"""Pairing is optimal for few by enumeration, bounded for many, and nobody meets twice over rounds."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing import pairs
from solver.pairing.pairs import Group, Pair, pair_up, worth

WORDS = "abcdefgh"
PEOPLE = st.lists(st.frozensets(st.sampled_from(WORDS), max_size=5), min_size=4, max_size=7)
EVERY_PAIR = list(combinations(range(7), 2))


def pairings(people: tuple[int, ...], met: set[Pair]) -> Iterator[list[Group]]:
    """Every way to put people in pairs and threes of who have not met, with any who rest."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    yield from pairings(rest, met)
    for others in (*combinations(rest, 1), *combinations(rest, 2)):
        group = (first, *others)
        if not met & set(combinations(group, 2)):
            for more in pairings(tuple(it for it in rest if it not in others), met):
                yield [group, *more]


def merit(interests: list[frozenset[str]], groups: list[Group]) -> tuple[int, int, int]:
    """How many are in a group, how few threes there are, and what the groups are worth."""
    value = sum((4 - len(it)) * sum(worth(interests[a], interests[b]) for a, b in combinations(it, 2)) for it in groups)
    return sum(map(len, groups)), -sum(len(it) == 3 for it in groups), value


@settings(max_examples=40)
@given(PEOPLE, st.sets(st.sampled_from(EVERY_PAIR), max_size=8))
def test_no_pairing_of_few_people_is_better(interests: list[frozenset[str]], met: set[Pair]) -> None:
    found = pair_up(interests, [it for it in met if it[1] < len(interests)])
    best = max(merit(interests, it) for it in pairings(tuple(range(len(interests))), met))
    assert merit(interests, list(found.groups)) == best


@settings(max_examples=30)
@given(PEOPLE, st.sets(st.sampled_from(EVERY_PAIR), max_size=4))
def test_what_is_paired_by_cycles_has_nobody_meet_twice_and_leaves_out_few(
    interests: list[frozenset[str]], met: set[Pair]
) -> None:
    """The way of many people, tried on few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MODELLED", 0)
        found = pair_up(interests, [it for it in met if it[1] < len(interests)])
    best = max(merit(interests, it) for it in pairings(tuple(range(len(interests))), met))
    assert not met & {pair for it in found.groups for pair in combinations(it, 2)}
    assert len({person for it in found.groups for person in it}) + len(found.rests) == len(interests)
    assert merit(interests, list(found.groups)) <= best


@pytest.mark.parametrize("number", [7, 61])
def test_nobody_meets_twice_over_four_rounds_and_the_odd_one_is_in_a_three(number: int) -> None:
    interests = [frozenset(WORDS[it % 8] + WORDS[it % 5]) for it in range(number)]
    met: set[Pair] = set()
    for _ in range(2 if number == 7 else 4):
        found = pair_up(interests, met)
        assert sorted([*found.rests, *(it for group in found.groups for it in group)]) == list(range(number))
        assert (found.rests, [len(it) for it in found.groups].count(3)) == ((), 1)
        new = {pair for group in found.groups for pair in combinations(group, 2)}
        assert not new & met
        met |= new


def test_who_has_met_everybody_rests() -> None:
    assert pair_up([{"a"}, {"a"}], [(0, 1)]).rests == (0, 1)
    assert pair_up([{"a"}]).rests == (0,)
    assert pair_up([]).groups == ()


def test_people_who_are_all_alike_are_paired() -> None:
    found = pair_up([{"a"}] * 301)
    assert merit([frozenset("a")] * 301, list(found.groups)) == (301, -1, 301 * 2), "each is worth as much as can be"
    assert found.rests == ()

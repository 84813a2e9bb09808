"""Fingerprints of what somebody saw: the same for the same, another for anything else."""

import string

from hypothesis import given
from hypothesis import strategies as st

from eventkit.text.fingerprints import fingerprint

VALUES = st.lists(st.one_of(st.text(), st.integers(), st.booleans(), st.none()), max_size=4)


@given(VALUES)
def test_fingerprint_is_short_and_always_the_same(values: list[object]) -> None:
    made = fingerprint(*values)
    assert made == fingerprint(*values)
    assert len(made) == 12
    assert set(made) <= set(string.hexdigits)


def test_fingerprint_tells_values_and_their_places_apart() -> None:
    seen = [("a", "b"), ("b", "a"), ("ab",), ("a", "b", ""), ("a", None), ("a", "None"), (1,), ("1",), (["a"], "b")]
    assert len({fingerprint(*values) for values in seen}) == len(seen)

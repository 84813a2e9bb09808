"""Bytes of posts under way: one address takes half of them at most, and who has gone holds nothing."""

from eventkit.web.base.in_flight import HeldBytes, InFlight


def test_shares_grow_until_all_are_taken_and_are_given_back() -> None:
    whole = InFlight(100)
    first, second, third = HeldBytes(whole, "a"), HeldBytes(whole, "a"), HeldBytes(whole, "b")
    assert [first.grow(30), second.grow(30), second.grow(20)] == [True, False, True]
    assert [third.grow(50), third.grow(1), whole.total] == [True, False, 100]
    first.end()
    first.end()
    assert [second.grow(31), second.grow(30), whole.total] == [False, True, 100]
    second.end()
    third.end()
    assert whole.total == 0

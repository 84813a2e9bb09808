"""Terms add up to what a move does to the total, and tell beside what a session would stand in another slot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Explainer, Problem, Term, alternatives, parse
from tests.world.tiny import any_grid, problems


@settings(max_examples=100)
@given(problem=problems(), data=st.data())
def test_terms_add_up_to_the_difference_of_every_move(problem: Problem, data: st.DataObject) -> None:
    explainer = Explainer(problem, any_grid(data, problem))
    for session in problem.sessions:
        moves = [explainer.move(session.id, slot.id, room.id) for slot in problem.slots for room in problem.rooms]
        for effect in moves:
            assert sum(effect.terms.values()) == pytest.approx(effect.total, abs=1e-9)
        own = explainer.place.get(session.id)
        found = alternatives(explainer, session.id, moves)
        assert [it.slot for it in found] == [
            s.id for s in problem.slots if problem.rooms and (not own or s.id != own.slot)
        ]
        for it in found:
            there = [m for m in moves if (to := m.moves[session.id]) and to.slot == it.slot]
            allowed = [m for m in there if not any(w.hard for w in m.warnings)]
            assert it.effect.total == max(m.total for m in allowed or there)


def test_what_keeps_a_session_out_of_a_slot_is_whom_it_would_stand_beside() -> None:
    problem = parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": "t1"}, {"id": "t2"}, {"id": "t3"}],
            "rooms": [{"id": "r1", "capacity": 50}, {"id": "r2", "capacity": 50}],
            "sessions": [{"id": "a"}, {"id": "b"}, {"id": "c", "topic": "x"}, {"id": "d", "topic": "x"}],
            "people": [{"id": f"p{n}", "wants": {"a": 1, "b": 1}} for n in range(14)],
        }
    )
    grid = [
        Assignment("a", "t1", "r1"),
        Assignment("b", "t2", "r1"),
        Assignment("c", "t1", "r2"),
        Assignment("d", "t3", "r1"),
    ]
    explainer = Explainer(problem, grid)
    beside_b, beside_d = alternatives(explainer, "a", [explainer.move("a", slot, "r2") for slot in ("t1", "t2", "t3")])
    assert (beside_b.slot, beside_b.beside, beside_b.both) == ("t2", "b", 14)
    assert (beside_d.slot, beside_d.beside, beside_d.both) == ("t3", None, 0)
    (topic,) = alternatives(explainer, "c", [explainer.move("c", "t3", "r2")])
    assert {term for term, lost in topic.effect.terms.items() if lost} == {Term.TOPIC}

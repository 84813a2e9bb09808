"""A repeat's wishes are those of whoever cannot be at the first; every wish counts once."""

from hypothesis import given
from hypothesis import strategies as st

import solver
from eventkit.building import repeating

SLOTS = tuple(solver.TimeSlot(it) for it in ("t1", "t2"))
ROOMS = (solver.MeetingRoom("r1", 2), solver.MeetingRoom("r2"))
NOW = [solver.Assignment("1", "t1", "r2"), solver.Assignment("2", "t1", "r1"), solver.Assignment("3", "t2", "r1")]


def a_problem(wants: list[dict[str, int]], hosts: tuple[str, ...] = ("h",)) -> solver.Problem:
    sessions = tuple(solver.Session(id=it, hosts=hosts if it in "19" else ()) for it in ("1", "2", "3", "9"))
    people = tuple(solver.Attendee(f"p{number}", wishes) for number, wishes in enumerate(wants))
    return solver.Problem(slots=SLOTS, rooms=ROOMS, sessions=sessions, people=people)


def test_who_wants_something_else_as_much_wishes_for_the_repeat() -> None:
    problem = a_problem([{"1": 1}, {"1": 1, "2": 1}, {"1": 3, "2": 1}, {"1": 1, "3": 3}])
    found = repeating.divided(problem, {"9": "1"}, NOW)
    assert [it.wants for it in found.people] == [{"1": 1}, {"9": 1, "2": 1}, {"1": 3, "2": 1}, {"1": 1, "3": 3}]


def test_who_finds_no_seat_wishes_for_the_repeat_the_keen_ones_last() -> None:
    problem = a_problem([{"1": 1}, {"1": 3}, {"1": 1}])
    found = repeating.divided(problem, {"9": "1"}, [solver.Assignment("1", "t1", "r1")])  # one seat besides the host's
    assert [it.wants for it in found.people] == [{"9": 1}, {"1": 3}, {"9": 1}]


def test_every_second_wishes_for_the_repeat_of_what_stands_nowhere_yet() -> None:
    problem = a_problem([{"1": 1}, {"1": 1}, {"2": 1}, {"1": 3}, {"1": 3}])
    found = repeating.divided(problem, {"9": "1"}, NOW[1:])
    assert [it.wants for it in found.people] == [{"1": 1}, {"9": 1}, {"2": 1}, {"1": 3}, {"9": 3}]


def test_nobody_holds_both_at_once_even_where_no_host_is_known() -> None:
    found = repeating.divided(a_problem([{"1": 1, "2": 1}], hosts=()), {"9": "1"}, NOW)
    assert found.by_id["1"].hosts == found.by_id["9"].hosts != ()
    solver.parse(solver.unparse(found))


def test_worth_repeating_is_what_enough_people_miss_while_a_room_is_free() -> None:
    problem = a_problem([{"1": 1, "2": 1}] * 3 + [{"2": 1}])
    assert repeating.worth_repeating(problem, NOW, {}, 3) == [("1", 3), ("2", 3)]
    assert repeating.worth_repeating(problem, NOW, {"9": "1"}, 3) == [("2", 3)]
    assert repeating.worth_repeating(problem, NOW, {}, 4) == []
    full = [*NOW, solver.Assignment("9", "t2", "r2")]
    assert repeating.worth_repeating(problem, full, {}, 3) == []


def test_worth_repeating_counts_who_could_be_at_the_repeat() -> None:
    def of_first(wants: list[dict[str, int]], places: list[solver.Assignment]) -> int:
        return dict(repeating.worth_repeating(a_problem(wants), places, {}, 1)).get("1", 0)

    torn = {"1": 1, "2": 1}
    assert of_first([torn] * 3, NOW) == 3
    assert of_first([torn] * 2 + [{**torn, "3": 1}], NOW) == 2, "the third wants what is on then as much"
    assert of_first([torn] * 3, [*NOW[:2], solver.Assignment("3", "t2", "r2")]) == 1, "r1 seats the host and one"
    assert of_first([torn] * 3, [*NOW[:2], solver.Assignment("9", "t2", "r1")]) == 0, "its host holds that then"
    assert of_first([torn] * 3, [NOW[0], NOW[2], solver.Assignment("2", "t2", "r2")]) == 0, (
        "only the first's slot is free"
    )


@given(st.lists(st.dictionaries(st.sampled_from("123"), st.sampled_from((1, 3))), max_size=6), st.booleans())
def test_every_wish_counts_once_and_a_build_keeps_the_hosts_apart(wants: list[dict[str, int]], known: bool) -> None:
    problem = a_problem(wants, ("h",) if known else ())
    found = repeating.divided(problem, {"9": "1"}, NOW)
    assert [sorted(it.wants.values()) for it in found.people] == [sorted(it.values()) for it in wants]
    assert not any({"1", "9"} <= it.wants.keys() for it in found.people)
    both = [solver.Assignment("1", "t1", "r2"), solver.Assignment("9", "t1", "r1")]
    assert solver.violations(found, both)

"""The lane: one after another, in order; whoever waits for something else stands aside; nobody waits for ever."""

from collections.abc import Callable
from itertools import pairwise
from socket import socketpair

import gevent
import gevent.event
import gevent.socket
import pytest

from eventkit.processes.lane import Lane
from eventkit.processes.server import is_quick


def test_pages_are_made_one_after_another_in_the_order_they_came() -> None:
    lane, said = Lane(), []

    def page(number: int) -> None:
        with lane.inside():
            said.append(("begun", number))
            gevent.sleep(0)  # lets others go on, but into no lane
            said.append(("done", number))

    gevent.joinall([gevent.spawn(page, number) for number in range(3)], raise_error=True)
    assert said == [(word, number) for number in range(3) for word in ("begun", "done")]


def test_who_waits_for_something_else_lets_the_next_one_in_and_comes_back() -> None:
    lane, said, written = Lane(), [], gevent.event.Event()

    def writes() -> None:
        with lane.inside():
            with lane.aside():
                written.wait()
            said.append("written")

    def reads() -> None:
        with lane.inside():
            said.append("read")
            written.set()

    gevent.joinall([gevent.spawn(writes), gevent.spawn(reads)], raise_error=True)
    assert said == ["read", "written"]


def test_who_is_in_no_lane_stands_aside_of_none_and_a_broken_page_leaves_it() -> None:
    lane = Lane()
    with lane.aside():
        pass
    with pytest.raises(ZeroDivisionError), lane.inside():
        _ = 1 / 0
    with lane.inside(), lane.aside(), lane.inside():
        pass


def test_a_turn_that_never_ends_stops_nobody_for_ever() -> None:
    lane, ended = Lane(patience=0.01), gevent.event.Event()

    def hangs() -> None:
        with lane.inside():
            ended.wait()

    hanging = gevent.spawn(hangs)
    gevent.sleep(0)
    with lane.inside():  # goes on all the same
        ended.set()
    hanging.join()
    assert gevent.spawn(lambda: lane.inside().__enter__() or "in").get(timeout=5) == "in"


@pytest.mark.parametrize("works", [lambda lane: None, lambda lane: lane.go_on(), lambda lane: lane.breathe()])
def test_pages_that_come_at_once_share_no_turn_of_the_loop(works: Callable[[Lane], None]) -> None:
    lane, said, done = Lane(3, slice_of_work=0.0), [], gevent.event.Event()
    ours, theirs = socketpair()

    def vote() -> None:  # waits again and again for what has come already
        while not done.is_set():
            theirs.send(b"x")
            gevent.socket.wait_read(ours.fileno())
            ours.recv(1)
            said.append("vote")

    def page() -> None:
        with lane.inside():
            said.append("page")
            works(lane)
            said.append("more")

    voting = gevent.spawn(vote)
    gevent.joinall([gevent.spawn(page) for _ in range(6)], raise_error=True)
    done.set()
    voting.join()
    begun = [number for number, word in enumerate(said) if word == "page"]
    assert all("vote" in said[one:other] for one, other in pairwise(begun))


@pytest.mark.parametrize(
    ("method", "path", "quick"),
    [
        ("POST", "/e/bafoki/pitches/1/vote", True),
        ("GET", "/e/bafoki/pitches/1/vote", False),
        ("GET", "/static/site.css", True),
        ("GET", "/healthz", True),
        ("GET", "/e/bafoki", False),
        ("POST", "/e/bafoki/pitches", False),
    ],
)
def test_only_votes_files_and_health_wait_for_no_page(method: str, path: str, quick: bool) -> None:
    assert is_quick({"REQUEST_METHOD": method, "PATH_INFO": path}) is quick

"""A child process: what it wrote to standard error is kept, it is killed when late, it ends with its parent."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eventkit.processes.child import Child, OrderedChild
from tests.world.places import ROOT
from tests.world.serving import wait_until

WAITS = "eventkit.processes.helper_process"  # a module that does nothing until it is asked
PARENT = f"""
import sys, time
from eventkit.processes.child import Child
child = Child({WAITS!r}, surroundings={{"TWOFEET_HELPER_DATABASE": "sqlite://"}})
print(child.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs: one that ended and was not waited for does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_child_that_fails_leaves_its_errors_and_its_code() -> None:
    child = Child("no.such.module")
    wait_until(lambda: child.over)
    assert child.code == 1
    assert "No module named 'no'" in child.errors


def test_child_that_fails_is_logged_with_what_it_said(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    child = Child("no.such.module")
    wait_until(lambda: child.over)
    said = capsys.readouterr().out + caplog.text  # by whichever way the log is set up
    assert "child failed" in said
    assert "No module named 'no'" in said


def test_child_that_takes_too_long_is_killed() -> None:
    child = Child(WAITS, surroundings={"TWOFEET_HELPER_DATABASE": "sqlite://"})
    with pytest.raises(TimeoutError), child.within(0.2):
        child.answers.read(1)
        raise EOFError
    wait_until(lambda: child.over)
    assert child.code == -signal.SIGKILL


def test_ordered_child_refuses_a_broken_order_in_its_own_words() -> None:
    answers: list[object] = []
    child = OrderedChild(
        "eventkit.processes.solving", {"problem": {}, "known": [], "known_bound": None, "seconds": 1}, answers.append
    )
    wait_until(lambda: child.over)
    assert (child.code, answers) == (2, [])
    assert child.errors.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: not alive(pid))

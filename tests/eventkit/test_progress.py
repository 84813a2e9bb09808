"""Progress of long commands: a bar on a terminal, and not a byte where there is none."""

import os
import pty
import subprocess
import sys

CODE = """
from eventkit import progress
progress.show()
assert list(progress.along("Counting", 3, "abc")) == ["a", "b", "c"]
with progress.steps("Nothing", 0) as step:
    step(1)
print("done")
"""


def test_a_terminal_sees_a_bar() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, stderr=theirs) as run:
        os.close(theirs)
        seen = b""
        try:
            while more := os.read(ours, 1024):
                seen += more
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        assert run.stdout
        assert run.stdout.read() == b"done\n"
    assert b"Counting" in seen
    assert b"100%" in seen
    assert b"Nothing" not in seen


def test_without_a_terminal_nothing_is_written() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"done\n", b"")

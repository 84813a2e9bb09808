"""The command `python -m solver`: lines of JSON, refusals, signals, and a search without a compiler."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from solver import Assignment, parse, violations
from solver.__main__ import main
from tests.world.random_days import random_day

COMMAND = [sys.executable, "-m", "solver"]


def run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a problem."""
    return subprocess.run([*COMMAND, str(path), *options], capture_output=True, text=True, check=False)


def write(tmp_path: Path, data: Any) -> Path:
    """Write a problem to a file."""
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_command_lines(tmp_path: Path) -> None:
    data = random_day(1, 40, 12, 3, 4)
    answer = run(write(tmp_path, data), "--iterations", "500", "--workers", "1")
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == 0
    assert [line for line in answer.stderr.splitlines() if "not compiled yet" not in line] == []  # as in a new checkout
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert lines[-1]["status"] == "feasible"
    assert lines[-1].keys() - lines[0].keys() == {"status"}
    assert violations(parse(data), [Assignment(**cell) for cell in lines[-1]["grid"]]) == []


def test_command_refuses(tmp_path: Path) -> None:
    answer = run(write(tmp_path, {"format": "twofeet-problem/1", "rooms": [{"id": "r", "capacity": "many"}]}))
    refusal = "rooms[0].capacity: 'many' is not a number of 0 or more\n"
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", refusal)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--seconds", "nan", "'nan' is no number from 0 to 10,000,000"),
        ("--seconds", "-1", "'-1' is no number from 0 to 10,000,000"),
        ("--seconds", "1e400", "'1e400' is no number from 0 to 10,000,000"),
        ("--workers", "0", "'0' is no whole number from 1 to 256"),
        ("--workers", "100000", "'100000' is no whole number from 1 to 256"),
        ("--seed", "-1", "'-1' is no whole number from 0 to 9,223,372,036,854,775,807"),
        ("--iterations", "2.5", "'2.5' is no whole number from 0 to 9,223,372,036,854,775,807"),
    ],
)
def test_command_refuses_numbers_that_are_none(
    capsys: pytest.CaptureFixture[str], option: str, value: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"{option}={value}"])
    told = capsys.readouterr()
    assert (caught.value.code, told.out) == (2, "")
    assert told.err.endswith(f"error: argument {option}: {sentence}\n")


def test_command_ends_when_nobody_reads(tmp_path: Path) -> None:
    path = write(tmp_path, random_day(2, 60, 15, 3, 5))
    with subprocess.Popen(
        [*COMMAND, str(path), "--seconds", "120"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        errors = child.stderr.read()
    assert "Traceback" not in errors
    assert child.returncode == 1


def test_command_says_where_the_answer_finds_no_place(tmp_path: Path) -> None:
    path = write(tmp_path, random_day(2, 60, 15, 3, 5))
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(
            [*COMMAND, str(path), "--iterations", "5"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (answer.returncode, answer.stderr) == (1, "standard output: No space left on device\n")


def test_command_with_no_such_file(tmp_path: Path) -> None:
    answer = run(tmp_path / "none.json")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"{tmp_path / 'none.json'}: No such file or directory\n"


def test_command_ended_by_a_signal(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        path = write(tmp_path, random_day(2, 60, 15, 3, 5))
        with subprocess.Popen([*COMMAND, str(path), "--seconds", "120"], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            first = json.loads(child.stdout.readline())
            child.send_signal(number)
            lines = [first, *map(json.loads, child.stdout)]
        assert (child.returncode, lines[-1]["done"]) == (0, True)


def test_command_without_a_compiler(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('no numba here')\n", encoding="utf-8")
    data = random_day(3, 60, 15, 3, 5)
    answer = subprocess.run(
        [*COMMAND, str(write(tmp_path, data)), "--iterations", "3000", "--workers", "1"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert lines[-1]["total"] > lines[0]["total"]
    assert violations(parse(data), [Assignment(**cell) for cell in lines[-1]["grid"]]) == []

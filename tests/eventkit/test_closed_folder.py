"""The data folder and the key are readable by their owner only, whatever the umask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventkit.config import Config


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """The system's most careless default: everything readable by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folder_and_key_are_made_for_their_owner_only(tmp_path: Path) -> None:
    var = tmp_path / "srv" / "var"
    Config.from_environ({"TWOFEET_VAR": str(var)})
    assert (mode(var), mode(var / "secret_key")) == (0o700, 0o600)


def test_folder_and_key_of_an_older_release_are_closed(tmp_path: Path) -> None:
    var = tmp_path / "var"
    key = Config.from_environ({"TWOFEET_VAR": str(var)}).secret_key
    var.chmod(0o755)
    (var / "secret_key").chmod(0o644)
    assert Config.from_environ({"TWOFEET_VAR": str(var)}).secret_key == key
    assert (mode(var), mode(var / "secret_key")) == (0o700, 0o600)


def test_folder_that_holds_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "somebody's").write_text("")
    tmp_path.chmod(0o755)
    Config.from_environ({"TWOFEET_VAR": str(tmp_path)})
    assert (mode(tmp_path), mode(tmp_path / "secret_key")) == (0o755, 0o600)

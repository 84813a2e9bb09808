"""Encrypted backups: only the pass phrase opens them, and no changed, missing or swapped byte goes unseen."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventkit import cli
from eventkit.errors import Invalid
from eventkit.storage import backups, encryption
from eventkit.storage.db import Database
from tests.world.builders import a_person, an_event

PASS_PHRASE = "correct horse battery staple"
HEAD = len(encryption.FORMAT) + encryption.SALT + encryption.PREFIX
WHOLE = encryption.CHUNK + encryption.TAG


def encrypted(path: Path, content: bytes) -> Path:
    with path.open("wb") as file, encryption.Encrypting(file, PASS_PHRASE) as into:
        into.write(content)
    return path


def opened(path: Path, pass_phrase: str = PASS_PHRASE) -> bytes:
    with encryption.decrypting(path, pass_phrase) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, encryption.CHUNK - 1, encryption.CHUNK, encryption.CHUNK + 1, 200_000])
def test_what_was_encrypted_comes_back(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    path = encrypted(tmp_path / "file", content)
    assert encryption.is_encrypted(path)
    assert opened(path) == content


def test_wrong_pass_phrase_opens_nothing(tmp_path: Path) -> None:
    path = encrypted(tmp_path / "file", b"secret" * 100)
    assert b"secret" not in path.read_bytes()
    with pytest.raises(Invalid):
        opened(path, "another pass phrase")


def test_pass_phrase_that_is_easily_guessed_is_refused() -> None:
    with pytest.raises(Invalid, match="too short"):
        encryption.Encrypting(io.BytesIO(), "short")


@settings(max_examples=10)
@given(st.integers(min_value=len(encryption.FORMAT), max_value=HEAD + WHOLE + 50))
def test_changed_byte_is_seen(tmp_path_factory: pytest.TempPathFactory, place: int) -> None:
    path = encrypted(tmp_path_factory.mktemp("changed") / "file", bytes(encryption.CHUNK + 100))
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Invalid):
        opened(path)


def test_chunk_that_is_missing_or_elsewhere_is_seen(tmp_path: Path) -> None:
    path = encrypted(tmp_path / "file", bytes(3 * encryption.CHUNK))
    content = path.read_bytes()
    head, chunks = content[:HEAD], [content[HEAD + n * WHOLE : HEAD + (n + 1) * WHOLE] for n in range(3)]
    for order in ((0, 1), (0, 2), (1, 0, 2), (0, 1, 2, 2)):
        path.write_bytes(head + b"".join(chunks[number] for number in order))
        with pytest.raises(Invalid):
            opened(path)


def test_encrypted_backup_is_restored_with_its_pass_phrase_only(database: Database, tmp_path: Path) -> None:
    event, _ = an_event(database)
    a_person(database, event, "Zebedee")
    path = tmp_path / "camp.backup"
    rows = backups.backup(database, path, PASS_PHRASE)
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    for wrong in (None, "another pass phrase"):
        with pytest.raises(Invalid):
            backups.restore(restored, path, pass_phrase=wrong)
    assert backups.restore(restored, path, pass_phrase=PASS_PHRASE) == rows
    restored.close()


def test_command_takes_the_pass_phrase_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOFEET_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TWOFEET_PASS_PHRASE", PASS_PHRASE)
    path = tmp_path / "camp.backup"
    assert cli.main(["migrate"]) == 0
    assert cli.main(["backup", "--encrypt", str(path)]) == 0
    assert encryption.is_encrypted(path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert cli.main(["restore", str(path)]) == 0
    monkeypatch.setenv("TWOFEET_PASS_PHRASE", "another pass phrase")
    assert cli.main(["restore", "--force", str(path)]) == 1

"""The command: what it cannot do it says in one line, with a status that scripts can tell."""

import argparse
import re
from contextlib import suppress
from pathlib import Path

import pytest

from eventkit import cli


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOFEET_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_migrate_then_backup_and_restore_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["backup", str(tmp_path / "camp.backup")]) == 0
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert cli.main(["restore", str(tmp_path / "camp.backup")]) == 0


def test_setting_that_cannot_be_used_ends_with_2_and_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "http")
    assert cli.main(["migrate"]) == 2
    assert capsys.readouterr().err.startswith("PORT: ")


def test_file_that_is_not_there_ends_with_1_and_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["restore", str(tmp_path / "nowhere")]) == 1
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert said.count("\n") == 1


def test_command_that_nobody_knows_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["dance"])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_command_speaks_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_text("no backup")
    said = {}
    for locale in ("cy_GB.UTF-8", "de_AT", "C", "pt_BR.UTF-8", ""):
        monkeypatch.setenv("LC_ALL", locale)
        monkeypatch.setenv("LANG", "C")
        assert cli.main(["restore", str(tmp_path / "x.csv")]) == 1
        said[locale] = capsys.readouterr().err
    assert "wedi’i difrodi" in said["cy_GB.UTF-8"]
    assert "ist beschädigt" in said["de_AT"]
    assert said["C"] == said["pt_BR.UTF-8"] == said[""]
    assert "is damaged or was cut short" in said["C"]
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert "Le planificateur des non-conférences" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dance", "twofeet: GORCHYMYN: nid yw ‘dance’ yn hysbys."),
        ("import", "twofeet import: ar goll: file"),
        ("import x --rooms many", "twofeet import: --rooms: nid yw ‘many’ yn rhif cyfan."),
        ("import x --date May", "twofeet import: --date: nid yw ‘May’ yn ddiwrnod."),
        ("import x --r", "twofeet import: gallai --r olygu unrhyw un o’r rhain: --rooms, --restore."),
        ("import x --event", "twofeet import: --event: mae’r hyn sy’n dod ar ei ôl ar goll."),
        ("export a b --only", "twofeet export: --only: mae’r hyn sy’n dod ar ei ôl ar goll."),
        ("backup x --encrypt=3", "twofeet backup: --encrypt: ni all dim ddod ar ei ôl, ond mae ‘3’ yno."),
        ("link a b", "twofeet: anhysbys yma: b"),
        ("rehearse --url nowhere", "--url: nid yw ‘nowhere’ yn gyfeiriad."),
        ("rehearse --help", "defnydd: twofeet rehearse"),
    ],
)
def test_what_was_asked_wrongly_is_said_in_the_language_of_the_terminal(
    line: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "cy_GB.UTF-8")
    with suppress(SystemExit):
        cli.main(line.split())
    shown = capsys.readouterr()
    assert said in " ".join((shown.err + shown.out).replace("'", "’").split())
    assert not re.search(r"\b(usage|options|arguments?|invalid|error|required|expected|show)\b", shown.err + shown.out)
    assert argparse.ArgumentParser().format_usage().startswith("usage: ")  # others' commands speak as they did


def test_wrong_setting_is_said_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PORT", "http")
    assert cli.main(["migrate"]) == 2
    assert "PORT: „http“ geht nicht. Gib eine ganze Zahl von 1 bis 65535 an." in capsys.readouterr().err

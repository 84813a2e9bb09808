"""Settings from the environment: each is read once, and one that cannot be used is named with what would do."""

from pathlib import Path

import pytest

from eventkit.config import Config, ConfigError
from eventkit.web_push import SERVICES

KEY = "a secret for tests only"


def read(tmp_path: Path, **settings: str) -> Config:
    return Config.from_environ({"TWOFEET_VAR": str(tmp_path / "var"), **settings})


def test_nothing_set_is_sqlite_and_a_key_of_its_own_beside_it(tmp_path: Path) -> None:
    first, again = read(tmp_path), read(tmp_path)
    assert first == again
    assert first.database_url == f"sqlite:///{tmp_path / 'var' / 'twofeet.db'}"
    assert len(first.secret_key) >= 48
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (first.port, first.web_processes, first.log_format, first.log_level) == (8000, 1, "console", "warning")


def test_settings_show_no_secret(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, SECRET_KEY=KEY, METRICS_TOKEN="a token"))
    assert KEY not in shown
    assert "a token" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://here"),
        ("PUBLIC_URL", "camp.example"),
        ("LOG_FORMAT", "xml"),
        ("PUSH", "maybe"),
        ("PUSH_SERVICES", "push.example.org 10.0.0.1"),
        ("LOG_LEVEL", "loud"),
        ("WEB_PROCESSES", "0"),
        ("WEB_PROCESSES", "many"),
        ("TWOFEET_VAR", "/dev/null/var"),
    ],
)
def test_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: "):
        read(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://db/twofeet", "postgresql+psycopg://db/twofeet"),
        ("postgresql://db/twofeet", "postgresql+psycopg://db/twofeet"),
        ("sqlite:///here.db", "sqlite:///here.db"),
    ],
)
def test_address_of_a_database_is_read_as_others_write_it(tmp_path: Path, given: str, used: str) -> None:
    assert read(tmp_path, DATABASE_URL=given, SECRET_KEY=KEY).database_url == used


def test_logs_for_machines_tell_of_each_request(tmp_path: Path) -> None:
    assert read(tmp_path, LOG_FORMAT="json").log_level == "info"
    assert read(tmp_path, LOG_FORMAT="json", LOG_LEVEL="ERROR").log_level == "error"


def test_notifications_are_sent_where_people_come_by_https_unless_told_otherwise(tmp_path: Path) -> None:
    https = "https://camp.example"
    settings: list[dict[str, str]] = [{}, {"PUBLIC_URL": https}, {"PUBLIC_URL": https, "PUSH": "off"}, {"PUSH": "on"}]
    assert [read(tmp_path, **it).push for it in settings] == [False, True, False, True]
    assert read(tmp_path).push_services == SERVICES
    assert read(tmp_path, PUSH_SERVICES="push.example.org, Other.example").push_services == (
        "push.example.org",
        "other.example",
    )


def test_public_address_has_no_slash_at_its_end(tmp_path: Path) -> None:
    assert read(tmp_path, PUBLIC_URL="https://camp.example/").public_url == "https://camp.example"


def test_damaged_key_is_not_replaced_behind_anybodys_back(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "var" / "secret_key").write_text("")
    with pytest.raises(ConfigError, match="damaged"):
        read(tmp_path)

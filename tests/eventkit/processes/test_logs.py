"""What the log says of an unexpected error: where it happened, and nothing of what somebody typed."""

import logging
from io import StringIO
from pathlib import Path

from sqlalchemy import insert

from eventkit.config import Config
from eventkit.processes import logs
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Room
from tests.world.builders import an_event

ROOM = "Attic of Ada Lovelace"  # up here, since a traceback quotes the lines it goes through


def test_log_of_a_database_error_quotes_no_row(database: Database, tmp_path: Path) -> None:
    event, _ = an_event(database, rooms=f"{ROOM}, 3")

    def again(tx: Transaction) -> None:
        tx.execute(insert(Room).values(event_id=event.id, name=ROOM, capacity=3, features=[]))

    config = Config.from_environ({"TWOFEET_VAR": str(tmp_path), "SECRET_KEY": "a secret for tests"})
    handler = logging.StreamHandler(said := StringIO())
    handler.setFormatter(logs._formatter(config))
    logger = logging.Logger("here")
    logger.addHandler(handler)
    try:
        database.write(again)
    except Exception:
        logger.exception("unexpected")
    assert "IntegrityError" in said.getvalue()
    assert "Lovelace" not in said.getvalue()


def test_what_a_terminal_obeys_is_written_out(tmp_path: Path) -> None:
    config = Config.from_environ({"TWOFEET_VAR": str(tmp_path), "SECRET_KEY": "a secret for tests"})
    handler = logging.StreamHandler(said := StringIO())
    handler.setFormatter(logs._formatter(config))
    logger = logging.Logger("here")
    logger.addHandler(handler)
    try:
        raise ValueError("\x1b[31mred\u202e\x9b2J")
    except ValueError:
        logger.exception("of %s", "/e/\x1b]0;title\x07")
    assert "\\x1b]0;title\\x07" in said.getvalue() and "\\x1b[31mred\\u202e\\x9b2J" in said.getvalue()
    assert not set(said.getvalue()) & set("\x1b\x07\x9b\u202e")

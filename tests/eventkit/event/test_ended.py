"""What ended: digests only, for as long as a cookie lives."""

from datetime import timedelta

from sqlmodel import select

from eventkit.clock import now
from eventkit.event import ended
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Ended


def test_tokens_and_codes_end_and_are_forgotten_in_time(database: Database) -> None:
    def end(tx: Transaction) -> None:
        ended.end_tokens(tx, [])
        ended.end_tokens(tx, ["one", "two", "one"])
        ended.end_tokens(tx, ["two", "three"])
        ended.end_codes(tx, ["camp"])

    database.write(end)
    with database.reading() as tx:
        assert [ended.is_token(tx, it) for it in ("one", "two", "three", "four", "camp")] == [True] * 3 + [False] * 2
        assert [ended.is_code(tx, it) for it in ("camp", "one")] == [True, False]
        assert not {"one", "two", "three", "camp"} & {it.digest for it in tx.scalars(select(Ended))}

    def pass_time(tx: Transaction) -> None:
        for it in tx.scalars(select(Ended)):
            it.day = now().date() - ended.KEPT - timedelta(days=it.digest < "8")
        tx.flush()
        ended.forget_old(tx)

    database.write(pass_time)
    with database.reading() as tx:
        assert all(it.digest >= "8" for it in tx.scalars(select(Ended)))

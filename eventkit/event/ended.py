"""What ended here and may still be under way on phones: tokens that are nobody's any more, codes of deleted events.

Only digests are kept, not of which event or person, and for as long as a cookie lives.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Ended
from eventkit.text import codes

KEPT = timedelta(days=62)  # a phone's cookie lives for sixty
TOKEN, CODE = "token:", "code:"


def end_tokens(tx: Transaction, tokens: Iterable[str]) -> None:
    """Know no phone by these any more: what still arrives with one makes no new person."""
    _keep(tx, [codes.digest(TOKEN + it) for it in tokens])


def end_codes(tx: Transaction, taken: Iterable[str]) -> None:
    """Give these codes to no other event while phones may still send something to the one that had them."""
    _keep(tx, [codes.digest(CODE + it) for it in taken])


def is_token(tx: Transaction, token: str) -> bool:
    """Whether the token was somebody's here once."""
    return _has(tx, TOKEN + token)


def is_code(tx: Transaction, code: str) -> bool:
    """Whether an event had the code that was deleted not long ago."""
    return _has(tx, CODE + code)


def forget_old(tx: Transaction) -> None:
    """Delete what no cookie can hold any more."""
    tx.execute(delete(Ended).where(col(Ended.day) < now().date() - KEPT))


def _keep(tx: Transaction, digests: list[str]) -> None:
    if digests:
        rows = [{"digest": it, "day": now().date()} for it in sorted(set(digests))]
        tx.execute(insert(tx, Ended).values(rows).on_conflict_do_nothing(index_elements=["digest"]))


def _has(tx: Transaction, secret: str) -> bool:
    return tx.scalar(select(col(Ended.day)).where(Ended.digest == codes.digest(secret))) is not None

"""Posts that happen once: a form carries a nonce, and the same nonce again finds what the first post made."""

from collections.abc import Callable

from sqlmodel import col, select, update

from eventkit.clock import now
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Receipt


def once(tx: Transaction, person_id: int, kind: str, nonce: str, make: Callable[[], int]) -> int:
    """The id that `make()` returned when this person first posted this nonce; `make` runs only that first time.

    `kind` (a short word such as `pitch`) keeps the nonces of different forms apart. An empty nonce promises nothing:
    `make` runs. The receipt is put down before `make` runs, so that on PostgreSQL a retry that overtakes its first
    post waits for it here; when `make` raises, the transaction takes the receipt back too.
    """
    if not nonce:
        return make()
    key = f"{kind}:{nonce}"
    put_down = tx.execute(
        insert(tx, Receipt)
        .values(person_id=person_id, nonce=key, ref=0, at=now())
        .on_conflict_do_nothing(index_elements=["person_id", "nonce"])
        .returning(col(Receipt.nonce))
    ).first()
    mine = (col(Receipt.person_id) == person_id, col(Receipt.nonce) == key)
    if put_down is None:
        return tx.scalars(select(Receipt.ref).where(*mine)).one()
    ref = make()
    tx.execute(update(Receipt).where(*mine).values(ref=ref))
    return ref

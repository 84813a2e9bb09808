"""Idempotency keys: a form carries a nonce, and the same nonce again finds what the first post made."""

import hashlib
from collections.abc import Callable, Sequence

from sqlmodel import col, select, update

from eventkit.clock import now
from eventkit.errors import AlreadyKept
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import IdempotencyKey


def once(
    tx: Transaction, person_id: int, kind: str, nonce: str, make: Callable[[], int], content: object = None
) -> int:
    """The id that `make()` returned when this person first posted this nonce; `make` runs only that first time.

    `kind` (a short word such as `pitch`) keeps the nonces of different forms apart. An empty nonce promises nothing:
    `make` runs. The key is inserted before `make` runs, so that on PostgreSQL a retry that overtakes its first post
    waits for it here; when `make` raises, the transaction takes the key back too.

    `content` is what was posted, told apart by its repr(). Raises AlreadyKept where the first post of the nonce said
    something else: the second was not kept, and its author must hear so.
    """
    if not nonce:
        return make()
    key, digest = f"{kind}:{nonce}", hashlib.sha256(repr(content).encode()).hexdigest()[:32]
    inserted = tx.execute(
        insert(tx, IdempotencyKey)
        .values(person_id=person_id, nonce=key, ref=0, at=now(), digest=digest)
        .on_conflict_do_nothing(index_elements=["person_id", "nonce"])
        .returning(col(IdempotencyKey.nonce))
    ).first()
    mine = (col(IdempotencyKey.person_id) == person_id, col(IdempotencyKey.nonce) == key)
    if inserted is None:
        ref, first = tx.execute(select(IdempotencyKey.ref, IdempotencyKey.digest).where(*mine)).one()
        if first not in ("", digest):
            raise AlreadyKept(ref)
        return int(ref)
    ref = make()
    tx.execute(update(IdempotencyKey).where(*mine).values(ref=ref))
    return ref


def nonces(tx: Transaction, person_id: int | None, kind: str, refs: Sequence[int]) -> dict[int, str]:
    """Id -> the nonce with which this person made it, for those of `refs` that they made by a form of this kind.

    A page carries them, so that a phone that never heard of its post's end sees by the page that it arrived.
    """
    if person_id is None or not refs:
        return {}
    of_kind = col(IdempotencyKey.nonce).startswith(f"{kind}:", autoescape=True)
    query = select(IdempotencyKey.ref, IdempotencyKey.nonce)
    query = query.where(IdempotencyKey.person_id == person_id, of_kind, col(IdempotencyKey.ref).in_(refs))
    return {row.ref: row.nonce.partition(":")[2] for row in tx.execute(query)}

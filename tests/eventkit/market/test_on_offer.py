"""On offer: the question about one pitch and the conditions of a query say the same."""

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.market import on_offer
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from tests.world.builders import a_pitch, an_event


def test_pitch_stands_until_it_is_withdrawn_hidden_or_part_of_another(database: Database) -> None:
    event, _ = an_event(database)
    withdrawn, hidden, part, whole, repeat = (a_pitch(database, event, title=title).id for title in "abcde")

    def work(tx: Transaction) -> None:
        tx.get_one(Pitch, withdrawn).withdrawn_at = now()
        tx.get_one(Pitch, hidden).hidden_at = now()
        tx.get_one(Pitch, part).merged_into = whole
        tx.get_one(Pitch, repeat).repeat_of = whole

    database.write(work)
    with database.reading() as tx:
        everything = tx.scalars(select(Pitch).order_by(col(Pitch.id))).all()
        assert [it.id for it in everything if on_offer.stands(it)] == [whole, repeat]
        assert [it.id for it in on_offer.standing(tx, event.id)] == [whole, repeat]
        assert set(tx.scalars(select(Pitch.id).where(*on_offer.offered()))) == {part, whole, repeat}
        assert set(tx.scalars(select(Pitch.id).where(*on_offer.votable(event.id)))) == {whole}
        assert on_offer.number(tx, event.id) == 1

"""Lists of pitches: each person's own order, and what others pitched since."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from eventkit.event.roles import Viewer
from eventkit.market import listings
from eventkit.market.listings import Card
from eventkit.storage.db import Database
from tests.world.builders import a_person, a_pitch, an_event, viewer_of

STRANGER = Viewer(token="nobody's")


def _card(number: int) -> Card:
    made = datetime(2026, 6, 26, tzinfo=UTC)
    return Card(
        id=number,
        title=f"Pitch {number}",
        description="",
        host_name="",
        topic="",
        needs=(),
        format="",
        length=1,
        hosted=False,
        withdrawn=False,
        hidden=False,
        waits=False,
        created_at=made,
    )


def test_since_counts_other_peoples_new_pitches(database: Database) -> None:
    event, _ = an_event(database)
    me = a_person(database, event)
    first = a_pitch(database, event)
    a_pitch(database, event, me)
    a_pitch(database, event)
    with database.reading() as tx:
        assert listings.since(tx, event.id, viewer_of(database, event, me), first.id) == 1
        assert listings.since(tx, event.id, STRANGER, first.id) == 2


@given(st.sets(st.integers(1, 10**6), max_size=40), st.integers(1, 10**6), st.text(min_size=1, max_size=20))
def test_order_is_a_persons_own_and_a_new_pitch_moves_nobody(numbers: set[int], new: int, token: str) -> None:
    before = [card.id for card in listings.shuffled(token, map(_card, numbers))]
    after = [card.id for card in listings.shuffled(token, map(_card, sorted(numbers | {new}, reverse=True)))]
    assert sorted(before) == sorted(numbers)
    assert [number for number in after if number != new or new in numbers] == before


def test_order_puts_each_pitch_first_for_its_share_of_people() -> None:
    cards = [_card(number) for number in range(1, 11)]
    first = Counter(listings.shuffled(f"token {n}", cards)[0].id for n in range(2000))
    last = Counter(listings.shuffled(f"token {n}", cards)[-1].id for n in range(2000))
    for count in (*first.values(), *last.values()):
        assert 140 <= count <= 260  # 200 expected; 4.5 standard deviations either way
    assert len(first) == len(last) == 10

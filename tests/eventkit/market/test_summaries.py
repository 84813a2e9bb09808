"""The summary of a session: written by many at once, merged, every version kept, nothing lost."""

import pytest

from eventkit.errors import Invalid
from eventkit.event.roles import at_the_machine
from eventkit.market import pitches, summaries
from eventkit.market.summaries import BothChanged, SentMore, Typed
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Summary
from eventkit.text import lengths
from tests.world.at_once import at_once
from tests.world.builders import a_person, a_pitch, an_event


class Writers:
    """Two people and a session whose summary they write."""

    def __init__(self, database: Database):
        self.database = database
        self.event, _ = an_event(database)
        self.one, self.other = a_person(database, self.event), a_person(database, self.event)
        self.pitch = a_pitch(database, self.event)

    def keep(self, person: Person, text: str, seen: int = 0) -> Summary:
        typed = Typed(text, seen)
        return self.database.write(lambda tx: summaries.keep(tx, self.event.id, self.pitch.id, person, typed))

    def texts(self) -> list[str]:
        with self.database.reading() as tx:
            return [it.text for it in summaries.versions(tx, self.pitch.id)[0]]


@pytest.fixture
def writers(database: Database) -> Writers:
    return Writers(database)


def test_every_version_is_kept_and_the_newest_shown(writers: Writers) -> None:
    assert [writers.keep(writers.one, text, seen).version for text, seen in (("A", 0), ("B", 1), ("B", 2))] == [1, 2, 2]
    assert writers.texts() == ["B", "A"]


def test_what_two_wrote_from_one_version_is_put_together(writers: Writers) -> None:
    writers.keep(writers.one, "Bins\nLids")
    writers.keep(writers.one, "Bins are few\nLids", 1)
    assert writers.keep(writers.other, "Bins\nLids\nBags", 1).text == "Bins are few\nLids\nBags"


def test_line_that_both_changed_is_a_choice_and_both_are_there(writers: Writers) -> None:
    writers.keep(writers.one, "Bins\nLids")
    writers.keep(writers.one, "Big bins\nLids", 1)
    with pytest.raises(BothChanged) as refused:
        writers.keep(writers.other, "Small bins\nLids", 1)
    why = refused.value
    assert (why.text, why.seen) == ("Big bins\nSmall bins\nLids", 2)
    assert [(it.mine, it.theirs) for it in why.contested] == [("Small bins", "Big bins")]
    assert writers.texts()[0] == "Big bins\nLids"
    assert writers.keep(writers.other, "Small bins\nLids", why.seen).text == "Small bins\nLids"


def test_who_goes_on_typing_before_the_answer_is_there_is_not_in_their_own_way(writers: Writers) -> None:
    writers.keep(writers.one, "Bins")
    assert writers.keep(writers.one, "Bins and lids", 0).text == "Bins and lids"


def test_twelve_who_write_at_once_lose_nothing(writers: Writers) -> None:
    people = [a_person(writers.database, writers.event) for _ in range(12)]
    results = at_once([lambda n=n, it=it: writers.keep(it, f"Line {n}") for n, it in enumerate(people)])
    assert [it for it in results if isinstance(it, Exception)] == []
    assert sorted(writers.texts()[0].split("\n")) == sorted(f"Line {number}" for number in range(12))


def test_summary_has_so_many_lines_and_letters_at_most(writers: Writers) -> None:
    with pytest.raises(Invalid, match="too many lines"):
        writers.keep(writers.one, "\n" * lengths.SUMMARY_LINES)
    writers.keep(writers.one, "a" * 4000)
    with pytest.raises(BothChanged, match="too long"):
        writers.keep(writers.other, "b" * 4000)


def test_summary_of_a_merged_pitch_is_read_where_it_went(writers: Writers) -> None:
    writers.keep(writers.one, "Of the part")

    def merge(tx: Transaction) -> list[str]:
        event = tx.get_one(Event, writers.event.id)
        kept = pitches.add_for_another(tx, at_the_machine(event), writers.other, pitches.Content(title="Both"))
        tx.flush()
        pitches.merge(tx, at_the_machine(event), kept.id, writers.pitch.id)
        tx.flush()
        return [f"{title.title}: {summary.text}" for summary, title in summaries.of_session(tx, kept.id)]

    assert writers.database.write(merge) == ["Bins: Of the part"]


def test_who_goes_on_typing_after_their_words_were_merged_finds_them_once(writers: Writers) -> None:
    writers.keep(writers.other, "Lids")
    writers.keep(writers.one, "Bins")
    assert writers.keep(writers.one, "Bins\nBags").text == "Lids\nBins\nBags"


def test_text_that_arrives_after_a_longer_one_of_the_same_person_is_not_kept_unasked(writers: Writers) -> None:
    writers.keep(writers.other, "Lids")
    writers.keep(writers.one, "Lids\nBins\nBags", 1)
    with pytest.raises(SentMore) as late:
        writers.keep(writers.one, "Lids\nBins", 1)
    assert writers.texts()[0] == "Lids\nBins\nBags"
    assert writers.keep(writers.one, late.value.text, late.value.seen).text == "Lids\nBins"

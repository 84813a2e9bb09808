"""What we say of the published grid."""

import pytest

from eventkit.grid.published import CellState
from eventkit.storage.tables import NoticeKind
from eventkit.text import sentences
from eventkit.text.sentences import Words

ALL = Words(
    title="Bins",
    into="Parks",
    place="11:00, Library",
    was="10:00, Hall",
    was_title="Rubbish",
    room="Library",
    was_room="Hall",
    slot="11:00–11:45",
    item="Lunch",
)


def test_every_state_and_every_kind_of_notice_has_its_sentence() -> None:
    assert set(sentences.OF_STATE) == {state.value for state in CellState}
    assert set(sentences.OF_NOTICE) == {kind.value for kind in NoticeKind}


@pytest.mark.parametrize("templates", [sentences.OF_STATE, sentences.OF_NOTICE])
def test_sentences_are_whole_with_all_names_and_with_the_fewest(templates: dict[str, str]) -> None:
    of = sentences.of_state if templates is sentences.OF_STATE else sentences.of_notice
    for kind in templates:
        for names in (ALL, Words(title="Bins", into="Parks")):
            text = of(kind, names)
            assert not set("[]{}") & set(text)
            assert ", ." not in text


def test_a_part_in_brackets_is_left_out_where_its_name_is_missing() -> None:
    assert sentences.of_notice("moved", ALL) == "‘Bins’ is now at 11:00, Library. It was at 10:00, Hall."
    assert sentences.of_notice("moved", Words(title="Bins", place="11:00, Hall")) == "‘Bins’ is now at 11:00, Hall."


def test_braces_in_a_title_are_no_template() -> None:
    assert sentences.of_notice("placed", Words(title="{place} [x]", place="11:00")) == "‘{place} [x]’ is new, at 11:00."


def test_a_shift_says_how_much_and_which_way() -> None:
    assert sentences.of_shift("11:00", 15) == "Everything from 11:00 on is 15 minutes later."
    assert sentences.of_shift("11:00", 15, "13:00") == "What was from 11:00 to 13:00 is 15 minutes later."
    assert sentences.of_shift("11:00", -1, "13:00") == "What was from 11:00 to 13:00 is 1 minute earlier."
    assert sentences.of_shift("11:00", 0, "13:00") == "Everything from 11:00 to 13:00 is at its old time again."
    assert sentences.of_shift("11:00", -1) == "Everything from 11:00 on is 1 minute earlier."

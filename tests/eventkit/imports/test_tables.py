"""Tables: what a header says that its table lists, and where the header stands."""

import pytest

from eventkit.imports import tables


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("voter,pitch,interest", "votes"),
        ("timestamp,datetime,comment-id,voter-id,vote", "votes"),
        ("Session Id,Title,Description,Owner,Owner Email", "pitches"),
        ("Titel;Beschreibung;Referent*in".replace(";", ","), "pitches"),
        ("Titre,Résumé,Intervenants", "pitches"),
        ("Título de la sesión,Resumen,Ponentes", "pitches"),
        ("Start,End,Title,Speakers", "pitches"),
        ("Beginn,Ende,Titel", "slots"),
        ("Salle,Places", "rooms"),
        ("Name,Capacity", "rooms"),
        ("colour,size", ""),
    ],
)
def test_a_header_says_what_its_table_lists(header: str, kind: str) -> None:
    assert tables.kind_of(header.split(",")) == kind


def test_headings_above_the_header_are_passed_over() -> None:
    rows = [(1, ["Our camp 2030"]), (3, ["Title", "Host"]), (4, ["One", "Kim"])]
    kind, rest, above = tables.begin(iter(rows))
    assert (kind, list(rest), above) == ("pitches", rows[1:], 1)
    unknown = [(1, ["colour"]), (2, ["red"])]
    assert (lambda found: (found[0], list(found[1])))(tables.begin(iter(unknown))) == ("", unknown)

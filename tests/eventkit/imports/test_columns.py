"""Names of columns: what people call them in five languages, and headings that are sentences."""

import pytest

from eventkit.imports import columns

FORMS = {
    "en": "Timestamp,What is your name?,What would you like to talk about?,Tell us a bit more (2-3 sentences)",
    "de": "Zeitstempel,Wie heißt du?,Worüber möchtest du sprechen?,Beschreibe deine Session in 2-3 Sätzen",
    "fr": "Horodateur,Quel est votre nom ?,Quel sujet souhaitez-vous proposer ?,Décrivez votre atelier",
    "es": "Marca temporal,¿Cómo te llamas?,¿De qué quieres hablar?,Cuéntanos más",
    "cy": "Stamp amser,Beth yw eich enw?,Am beth hoffech chi siarad?,Dywedwch fwy wrthym",
}
SHEETS = {
    "en": "No.;Session title *;Speaker(s);Synopsis;Room;Start time",
    "de": "Nr.;Sitzungstitel;Referent*innen;Kurzbeschreibung;Raum;Beginn",
    "fr": "N°;Intitulé de l’atelier;Intervenant·e·s;Résumé;Salle;Heure de début",
    "es": "N.º;Título de la sesión;Ponente/s;Resumen;Sala;Hora de inicio",
    "cy": "Rhif;Teitl y sesiwn;Cyflwynydd;Disgrifiad;Ystafell;Amser dechrau",
}


@pytest.mark.parametrize("language", FORMS)
def test_sentences_of_forms_are_told_by_their_words_and_said_to_be_a_guess(language: str) -> None:
    found, read = columns.columns_of(FORMS[language].split(","), columns.PITCHES)
    assert found == ["", "host", "title", "description"]
    assert not any(it.sure for it in read)


@pytest.mark.parametrize("language", SHEETS)
def test_headings_are_known_in_five_languages(language: str) -> None:
    found, read = columns.columns_of(SHEETS[language].split(";"), columns.PITCHES)
    assert found == ["id", "title", "host", "description", "room", "start"]
    assert all(it.sure for it in read)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Title,Leader1,Leader 2,Hashtag", ["title", "host", "host", ""]),
        ("name,title,notes,description", ["other host", "title", "", "description"]),
        ("Name,Notes,Assignee", ["title", "other description", "other host"]),
        ("Title,Job title,Speaker bio,Why this topic?", ["title", "", "", ""]),
        ("Title,FirstName,Last_name", ["title", "first name", "last name"]),
        ("Referent/in,vortragende(r),orador/a", ["host", "host", "host"]),
    ],
)
def test_the_likeliest_heading_is_taken(header: str, found: list[str]) -> None:
    assert columns.columns_of(header.split(","), columns.PITCHES)[0] == found


def test_words_are_looked_for_in_the_beginning_of_a_heading_only() -> None:
    """Looking takes time by the square of the letters: a row of endless questions held the importer for long."""
    asked = "What do you want to talk about?"
    assert columns.columns_of([asked], columns.PITCHES)[0] == ["title"]
    endless = "what " * columns.LONGEST_QUESTION + "talk"
    assert columns.columns_of([endless], columns.PITCHES)[0] == [""]

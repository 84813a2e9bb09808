"""Names of columns: what people call a title, a host, a room and so on in five languages, and how a heading is told.

A heading is compared without capitals, accents, marks of gender and number (`Referent*in`, `intervenant·e·s`,
`Speaker(s)`), and without what forms put around it. Where none is known by name, headings that are sentences
(“What would you like to talk about?”) are told by the words in them; that is a guess, and `ReadAs.sure` says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from eventkit.text import clean


class ColumnNames(NamedTuple):
    """What a column is called: names, the likeliest first; words that tell a sentence; what joins several of them."""

    names: tuple[str, ...]
    says: str = ""
    several: str = ""


@dataclass(frozen=True)
class ReadAs:
    """A heading in a file that is read as a column of ours; not sure where it was told by the words in it."""

    heading: str
    ours: str
    sure: bool = True


Known = Mapping[str, ColumnNames]

PITCHES: Known = {
    "title": ColumnNames(
        (
            "title", "session title", "proposal title", "pitch title", "talk title", "event title", "workshop title",
            "topic title", "title of talk", "title of the talk", "title of session", "title of your session",
            "title of your talk", "session name", "talk name", "topic name", "event name", "topic", "idea", "subject",
            "pitch", "proposal", "talk", "session topic", "proposed session", "workshop", "headline", "session",
            "comment body", "statement", "question", "what is your session called", "what is your idea",
            "titel", "sitzungstitel", "sessiontitel", "session titel", "vortragstitel", "titel der session",
            "titel des vortrags", "titel deiner session", "thema", "themen", "themenvorschlag", "sessionvorschlag",
            "vortrag", "beitrag", "vorschlag", "sitzung", "überschrift", "idee",
            "titre", "intitulé", "intitulé de l'atelier", "intitulé de la session", "titre de la session",
            "titre de l'atelier", "titre de la proposition", "titre de la conférence", "titre de votre session",
            "sujet", "thème", "proposition", "atelier", "conférence", "séance", "idée",
            "título", "título de la sesión", "título de la propuesta", "título de la charla", "título del taller",
            "nombre de la sesión", "nombre de la charla", "propuesta", "charla", "sesión", "tema", "taller",
            "ponencia", "asunto",
            "teitl", "teitl y sesiwn", "teitl sesiwn", "enw'r sesiwn", "pwnc", "sesiwn", "syniad", "cynnig",
            "gweithdy", "sgwrs", "card name", "name",
        ),
        r"^(?!.*\b(job|beruf|position)\b).*\b(tit(le|el|re|ulo)s?|teitl|intitule|uberschrift)\b"
        r"|\b(what|which|woruber|was|welche[nsm]?|quels?|quelles?|de quoi|sur quoi|que|cual|beth)\b.*\b(talk|speak|"
        r"discuss|present|propose|topic|subject|idea|session|sprechen|reden|anbieten|vorstellen|thema|idee|parler|"
        r"proposer|sujet|theme|hablar|proponer|tema|charla|sesion|siarad|thrafod|drafod|trafod|pwnc|sesiwn)\b"
        r"|^(?!.*\b(why|warum|pourquoi|pam|track|other|weitere)\b).*\b(topic|thema|sujet|tema|pwnc)\b",
    ),
    "description": ColumnNames(
        (
            "description", "abstract", "summary", "synopsis", "details", "session description", "talk description",
            "proposal description", "event description", "talk abstract", "session abstract", "abstract of the talk",
            "summary of talk", "short description", "long description", "desc", "blurb", "outline", "talk outline",
            "body", "text", "about", "content", "what is it about", "describe your session", "tell us more",
            "tell us more about", "card description",
            "beschreibung", "kurzbeschreibung", "inhalt", "zusammenfassung", "inhaltsangabe", "worum geht es",
            "sessionbeschreibung", "langbeschreibung",
            "résumé", "descriptif", "contenu", "présentation", "détails",
            "descripción", "resumen", "contenido", "detalles", "sinopsis", "de qué trata",
            "disgrifiad", "crynodeb", "manylion", "disgrifiad o'r sesiwn",
        ),
        r"^(?!.*\b(yourself|about you|bio|biography|uber dich|uber sie|sur vous|sobre ti|equipment|needs?)\b).*"
        r"(\b(abstract|summary|description|synopsis|outline|blurb|describe|tell us|more about)\b|what .*\babout\b"
        r"|beschreib|\berzahl|worum geht|zusammenfass|\binhalt|decri[tvs]|\bracont|\bresume\b|dire plus"
        r"|\bdescri[bp]|\bcuenta|\bresumen\b|de que (va|trata)|disgrif|\bdywed|crynodeb|\bmwy am\b)",
        "\n\n",
    ),
    "host": ColumnNames(
        (
            "host", "hosts", "speaker", "speakers", "speaker name", "speaker names", "host name", "presenter",
            "presenters", "presenter name", "session host", "session lead", "session leader", "leader", "leaders",
            "lead", "led by", "hosted by", "presented by", "facilitator", "facilitators", "convener", "convenor",
            "moderator", "persons", "public name", "name of speaker", "name of host", "speaker full name",
            "vortragende", "vortragender", "referent", "referenten", "referentinnen", "gastgeber", "gastgeberin",
            "sprecher", "sprecherin", "moderation", "leitung", "sessiongeber", "sessionleitung", "anbieter",
            "intervenant", "intervenants", "intervenante", "intervenants et intervenantes", "orateur", "oratrice",
            "orateurs", "animateur", "animatrice", "animateurs", "conférencier", "présenté par", "animé par",
            "ponente", "ponentes", "orador", "oradores", "anfitrión", "anfitriona", "facilitador", "presentador",
            "cyflwynydd", "cyflwynwyr", "siaradwr", "siaradwyr", "gwesteiwr", "arweinydd", "hwylusydd", "persons",
        ),
        r"\b(your|full|speakers?|hosts?|presenters?) (full )?names?\b|\bwho (are you|will|is|would|wants)\b"
        r"|\bwie heiss|\bwer bist du|\b(dein|deine|ihr) name\b|\bname d(er|es) (vortrag|referent|gastgeb|sprech)"
        r"|\b(votre|ton) (nom|prenom)\b|\bappelez vous|\bvous appelez|\btappelles|nom d(e l|u|e la) ?(orat|interv|anim)"
        r"|\bte llamas|\bse llama usted|\b(tu|su) nombre\b|nombre (del?|de la) (ponente|orador|anfitri)"
        r"|\b(eich|dy) enw\b|\benw r (siaradwr|cyflwynydd)|\benwr (siaradwr|cyflwynydd)",
        ", ",
    ),
    "first name": ColumnNames(
        ("first name", "given name", "forename", "firstname", "speaker first name", "vorname", "prénom", "nombre",
         "enw cyntaf"), several=", ",
    ),
    "last name": ColumnNames(
        ("last name", "surname", "family name", "lastname", "speaker last name", "nachname", "familienname",
         "nom de famille", "nom", "apellido", "apellidos", "cyfenw"), several=", ",
    ),
    "other host": ColumnNames(
        (
            "owner", "author", "authors", "submitter", "submitted by", "proposer", "proposed by", "assignee", "name",
            "your name", "full name", "who", "display name", "person", "contact", "wer", "verantwortlich", "autor",
            "autoren", "eingereicht von", "vorgeschlagen von", "vollständiger name", "qui", "auteur", "auteurs",
            "proposé par", "quién", "autores", "propuesto por", "nombre completo", "pwy", "awdur", "awduron", "enw",
            "enw llawn", "cynigiwyd gan",
        ), several=", ",
    ),
    "other description": ColumnNames((
        "notes", "note", "comment", "comments", "remarks", "anmerkungen", "notizen", "bemerkung", "remarques", "notas",
        "comentarios", "nodiadau", "sylwadau",
    )),
    "id": ColumnNames((
        "id", "session id", "pitch id", "proposal id", "talk id", "session key", "session code", "number", "nr", "no",
        "n.o", "n°", "num", "#", "code", "comment id", "card id", "key", "nummer", "numéro", "número", "rhif",
    )),
    "state": ColumnNames((
        "state", "status", "session status", "talk status", "decision", "stand", "entscheidung",
        "statut", "état", "estado", "decisión", "statws", "cyflwr",
    )),
    "active": ColumnNames(("active", "event active", "published", "accepted", "aktiv", "angenommen")),
    "archived": ColumnNames(("archived", "is archived", "archiviert", "archivé", "archivado", "archifwyd")),
    "kind": ColumnNames((
        "type", "kind", "event type", "session type", "item type", "session format", "talk format", "format", "typ",
        "art", "sessiontyp", "type de session", "tipo", "tipo de sesión", "formato", "math",
    )),
    "room": ColumnNames((
        "room", "room name", "venue", "location", "place", "stage", "space", "raum", "raumname", "saal", "ort", "bühne",
        "salle", "lieu", "sala", "aula", "lugar", "espacio", "ystafell", "lleoliad", "neuadd",
    )),
    "date": ColumnNames((
        "date", "day", "start date", "event start date", "datum", "tag", "jour", "fecha", "día", "dyddiad", "diwrnod",
    )),
    "start": ColumnNames((
        "start", "starts", "start time", "starts at", "starting time", "event start time", "from", "begin", "begins",
        "time", "beginn", "anfang", "startzeit", "start um", "uhrzeit", "zeit", "von", "heure de début", "début",
        "heure", "horaire", "inicio", "hora de inicio", "hora", "comienzo", "dechrau", "amser dechrau", "amser",
    )),
    "end": ColumnNames((
        "end", "ends", "end time", "ends at", "event end time", "finish", "until", "to", "ende", "endzeit", "bis",
        "heure de fin", "fin", "hora de fin", "final", "diwedd", "amser gorffen", "gorffen",
    )),
    "duration": ColumnNames((
        "duration", "length", "minutes", "talk length", "session length", "dauer", "länge", "durée", "duración", "hyd",
    )),
}  # fmt: skip
VOTES: Known = {
    "voter": ColumnNames((
        "voter", "voter id", "person", "participant", "user", "user id", "attendee", "phone", "participant id",
        "wähler", "wählerin", "stimme von", "teilnehmer", "votant", "votante", "électeur", "participante",
        "pleidleisiwr", "cyfranogwr",
    )),
    "pitch": ColumnNames((
        "pitch", "pitch id", "session id", "session", "proposal id", "comment id", "talk id", "statement id",
        "vorschlag", "proposition", "propuesta", "cynnig", "id",
    )),
    "interest": ColumnNames((
        "interest", "vote", "value", "choice", "rating", "wish", "score", "stimme", "interesse", "wertung", "intérêt",
        "voix", "voto", "interés", "pleidlais", "diddordeb",
    )),
}  # fmt: skip
ROOMS: Known = {
    "room": ColumnNames((
        "room", "room name", "name", "raum", "raumname", "saal", "salle", "nom", "sala", "aula", "nombre", "ystafell",
        "enw", "place", "space", "location", "venue",
    )),
    "seats": ColumnNames((
        "seats", "capacity", "persons", "people", "size", "pax", "max", "plätze", "kapazität", "sitzplätze",
        "personen", "places", "capacité", "nombre de places", "plazas", "aforo", "capacidad", "asientos", "seddi",
        "lle", "cynhwysedd",
    )),
    "features": ColumnNames((
        "features", "equipment", "has", "facilities", "ausstattung", "équipement", "équipements", "matériel",
        "equipamiento", "equipo", "cyfarpar", "cyfleusterau", "offer",
    )),
}  # fmt: skip
SLOTS: Known = {
    "start": PITCHES["start"],
    "end": PITCHES["end"],
    "title": ColumnNames((
        "title", "name", "what", "session", "event", "activity", "item", "programme", "program", "programme item",
        "agenda", "agenda item", "fixed item", "titel", "was", "programmpunkt", "programm", "titre", "quoi",
        "activité", "programme", "título", "qué", "actividad", "programa", "teitl", "beth", "gweithgaredd", "rhaglen",
    )),
    "date": PITCHES["date"],
    "duration": PITCHES["duration"],
}  # fmt: skip

LONGEST_QUESTION = 300  # letters of a heading in which words are looked for: time grows with their square
_GENDER = re.compile(
    r"(?<=\w)(?:[*:/·.•(\[]-?(?:innen|in|ne|le|rice|nne|e|r|en|es|as|os|a|s|x)\b[)\]]?)+", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AROUND = re.compile(r"^[^\w#]+|[\s*:?.!…)\]]+$")
_EXPLAINED = re.compile(r"(?<=\w)(?: +\(.*|\((?:optional|required)\))", re.IGNORECASE)  # "title (short, please)"
_NUMBERED = re.compile(r"(?<=[^\W\d]) ?\d{1,2}$")


def key(heading: str) -> str:
    """What a heading is compared by: of `Session_Id *` `session id`, of `Referent*in` `referent`."""
    name = _CAMEL.sub(" ", clean.clean_line(heading)).replace("º", "o")
    name = _GENDER.sub("", _EXPLAINED.sub("", name)).replace("_", " ")
    name = " ".join(clean.searchable(name.replace("'", "")).split())
    return _AROUND.sub("", name) or name


def columns_of(header: list[str], known: Known) -> tuple[list[str], list[ReadAs]]:
    """For each heading the name we have for it, empty where none; and what was read as what.

    Of several headings for one of ours the likeliest is taken, or all where such columns are joined.
    """
    keys = [key(cell) for cell in header]
    found: list[str] = [""] * len(header)
    sure: dict[int, bool] = {}

    def take(place: int, ours: str, certain: bool) -> None:
        found[place], sure[place] = ours, certain

    for ours, names in known.items():
        ranks = {key(name): rank for rank, name in reversed(list(enumerate((ours, *names.names))))}
        at = [place for place, it in enumerate(keys) if not found[place] and _rank(it, ranks, names) is not None]
        if names.several:
            for place in at:
                take(place, ours, True)
        elif at:
            take(min(at, key=lambda place: (_rank(keys[place], ranks, names), place)), ours, True)
    for ours, names in known.items():
        if ours in found or not names.says:
            continue
        said = [at for at, it in enumerate(keys) if not found[at] and re.search(names.says, it[:LONGEST_QUESTION])]
        for place in said if ours == "description" else said[:1]:
            take(place, ours, False)
    if "description" in found:  # notes beside it are for the organisers
        found = ["" if ours == "other description" else ours for ours in found]
    read = [ReadAs(clean.clean_line(header[at]), ours, sure[at]) for at, ours in enumerate(found) if ours]
    return found, read


def how_many_known(cells: list[str]) -> int:
    """How many cells are names of columns."""
    return sum(key(cell) in _ALL for cell in cells)


def is_named(ours: str, heading: str) -> bool:
    """Whether a heading is a name of this column of a list of pitches."""
    return key(heading) in _names_of(ours)


@cache
def _names_of(ours: str) -> frozenset[str]:
    return frozenset(key(it) for it in (ours, *PITCHES[ours].names))


def _rank(heading: str, ranks: Mapping[str, int], names: ColumnNames) -> int | None:
    """How likely a heading is one of these names; numbered ones (`Leader 2`) count where several are joined."""
    rank = ranks.get(heading)
    return ranks.get(_NUMBERED.sub("", heading)) if rank is None and names.several else rank


_ALL = {
    key(name)
    for known in (PITCHES, VOTES, ROOMS, SLOTS)
    for ours, names in known.items()
    for name in (ours, *names.names)
} - {"other host", "other description"}

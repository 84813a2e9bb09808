"""Pitches and votes from people's spreadsheets: read under the names they use, refused line by line, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from eventkit.errors import Invalid
from eventkit.imports import csv_rows
from eventkit.imports.csv_rows import Line, Rows
from eventkit.imports.decoding import Decoded, decoded
from eventkit.text import clean, lengths

LONGEST_ID = 100  # letters of the file's own names for pitches and voters

PITCH_COLUMNS = {
    "id": ("session id", "pitch id", "proposal id", "talk id", "number", "nr", "no", "#", "code", "comment id", "key"),
    "title": (
        "session title", "proposal title", "pitch title", "talk title", "session", "session name", "pitch", "name",
        "topic", "titel", "titre", "título", "titulo", "teitl", "thema", "sujet", "idea", "comment body", "statement",
        "subject", "proposal", "talk", "vortrag", "beitrag", "vorschlag", "sitzung", "session titel",
        "titre de la session", "proposition", "titre de l'atelier", "título de la sesión", "título de la propuesta",
        "propuesta", "charla", "sesión", "tema", "sesiwn", "what would you like to talk about",
        "what do you want to talk about", "what is your session called", "what is your idea",
    ),
    "description": (
        "abstract", "summary", "details", "session description", "proposal description", "beschreibung", "text", "body",
        "descripción", "descripcion", "disgrifiad", "about", "what is it about", "notes",
        "inhalt", "kurzbeschreibung", "zusammenfassung", "résumé", "resume", "descriptif", "contenu", "resumen",
        "contenido", "talk abstract", "session abstract", "describe your session", "tell us more", "tell us more about",
    ),
    "host": (
        "hosts", "host name", "speaker", "speakers", "speaker name", "speaker names", "owner", "presenter",
        "presenters", "proposer", "convener", "facilitator", "author", "submitter", "vortragende", "referent",
        "gastgeber", "orateur", "ponente", "persons", "your name", "who", "referentin", "referenten", "referent*in",
        "referent/in", "vortragender", "vortragende(r)", "sprecher", "gastgeberin", "moderation", "intervenant",
        "intervenants", "intervenante", "intervenant(e)s", "orateurs", "animateur", "ponentes", "ponente(s)",
        "orador", "oradores", "anfitrión", "host(s)", "speaker(s)", "session host", "full name", "submitted by",
        "cyflwynydd",
    ),
}  # fmt: skip
VOTE_COLUMNS = {
    "voter": (
        "voter id",
        "person",
        "participant",
        "user",
        "user id",
        "attendee",
        "phone",
        "participant id",
        "wähler",
        "stimme von",
        "votant",
        "votante",
        "pleidleisiwr",
    ),
    "pitch": (
        "pitch id",
        "session id",
        "session",
        "proposal id",
        "comment id",
        "talk id",
        "statement id",
        "vorschlag",
        "proposition",
        "propuesta",
        "id",
    ),
    "interest": (
        "vote",
        "value",
        "choice",
        "rating",
        "wish",
        "score",
        "stimme",
        "interesse",
        "intérêt",
        "voto",
        "interés",
    ),
}
VOTES_NEED = ("voter", "pitch", "interest")
INTERESTS = {
    **dict.fromkeys(("", "0", "-1", "no", "none", "pass", "disagree", "false", "nein", "non", "falsch", "faux"), 0),
    **dict.fromkeys(("1", "yes", "x", "interested", "agree", "true", "ja", "oui", "si", "sí", "wahr", "vrai"), 1),
    **dict.fromkeys(("2", "must", "must go", "mustgo"), 2),
}


@dataclass(frozen=True)
class PitchLine:
    """A pitch as a file has it; `id` is the file's own name for it."""

    id: str
    title: str
    description: str
    host: str


@dataclass(frozen=True)
class VoteLine:
    """A vote as a file has it; `voter` is the file's own name for somebody."""

    voter: str
    pitch: str
    interest: int


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """What whoever imports a file should know before anything is written: kinds and figures."""

    file: str
    guessed: str = ""
    sample: str = ""
    unused: tuple[str, ...] = ()
    made_ids: int = 0
    cut_titles: int = 0
    repeated: int = 0
    same: Mapping[str, str] = field(default_factory=dict)  # id of a line that says again what another says -> that


def read_pitches(path: Path, cut: bool = False) -> tuple[list[PitchLine], Remarks]:
    """The pitches of a file, and remarks on it. Raises Invalid with every line at fault, OSError.

    Only a title is asked for: an id that is missing is made. With `cut`, a title that is too long is kept whole in
    the description and shortened.
    """
    file = decoded(path)
    return pitches_of(csv_rows.read(path.name, file, PITCH_COLUMNS, ("title",)), file, cut)


def pitches_of(rows: Rows, file: Decoded, cut: bool = False) -> tuple[list[PitchLine], Remarks]:
    """The same of rows that have been read. Raises Invalid."""
    found: dict[str, tuple[int, PitchLine]] = {}
    known: dict[tuple[str, str], str] = {}
    same: dict[str, str] = {}
    made, cuts = 0, 0

    def use(line: Line) -> None:
        nonlocal made, cuts
        pitch, was_cut = _pitch(line, cut)
        if not pitch.id:
            pitch, made = replace(pitch, id=f"line {line.number}"), made + 1
        if pitch.id in found:
            raise line.wrong(
                f"the id {pitch.id} is that of line {found[pitch.id][0]} already. Give each pitch its own."
            )
        first = known.setdefault((clean.name_key(pitch.title), clean.name_key(pitch.host)), pitch.id)
        found[pitch.id] = (line.number, pitch)
        if first != pitch.id:
            same[pitch.id] = first
        cuts += was_cut

    rows.each(use)
    if not found:
        raise Invalid(f"{rows.name}: there is no pitch in this file, only its first line.")
    remarks = replace(_remarks(rows, file), made_ids=made, cut_titles=cuts, same=same)
    return [pitch for _, pitch in found.values() if pitch.id not in same], remarks


def _pitch(line: Line, cut: bool) -> tuple[PitchLine, bool]:
    """The line's pitch, and whether its title or description had to be shortened."""
    title = line.text("title", csv_rows.LARGEST_CELL, required=True)
    longest = csv_rows.LARGEST_CELL if cut else lengths.DESCRIPTION
    description = line.text("description", longest, one_line=False)
    too_long = len(title) > lengths.PITCH_TITLE or len(description) > lengths.DESCRIPTION
    if len(title) > lengths.PITCH_TITLE:
        if not cut:
            raise line.wrong(too_long_a_title(title))
        title, description = shortened(title, description)
    description = description[: lengths.DESCRIPTION]
    return PitchLine(line.text("id", LONGEST_ID), title, description, line.text("host", lengths.PERSON_NAME)), too_long


def too_long_a_title(title: str) -> str:
    """What is said of a title that cannot be kept as it is."""
    return (
        f"title has {len(title):,} letters; up to {lengths.PITCH_TITLE} can be kept. Shorten it, or let the import "
        "do so (--cut-titles): the whole title then begins the description."
    )


def shortened(title: str, description: str) -> tuple[str, str]:
    """A long title cut at a word, and the description that begins with the whole of it."""
    whole = f"{title}\n\n{description}".strip()[: lengths.DESCRIPTION]
    return title[: lengths.PITCH_TITLE - 1].rsplit(" ", 1)[0] + "…", whole


def read_votes(path: Path, pitches: list[PitchLine]) -> tuple[list[VoteLine], Remarks]:
    """The votes of a file, and remarks on it. Raises Invalid with every line at fault, OSError.

    No interest is no vote. Of several votes of one voter on one pitch the last counts, as it does on the phones.
    """
    file = decoded(path)
    return votes_of(
        csv_rows.read(path.name, file, VOTE_COLUMNS, VOTES_NEED), file, {pitch.id: pitch.id for pitch in pitches}
    )


def votes_of(rows: Rows, file: Decoded, known: Mapping[str, str]) -> tuple[list[VoteLine], Remarks]:
    """The same of rows that have been read; `known` leads from ids in the file to those of pitches. Raises Invalid."""
    found: dict[tuple[str, str], VoteLine] = {}
    repeated = 0

    def use(line: Line) -> None:
        nonlocal repeated
        voter, pitch = line.text("voter", LONGEST_ID, required=True), line.text("pitch", LONGEST_ID, required=True)
        vote = VoteLine(voter, pitch, _interest(line))
        if pitch not in known:
            raise line.wrong(f"no pitch has the id {pitch}.")
        repeated += (voter, pitch) in found
        found[voter, pitch] = vote

    rows.each(use)
    remarks = replace(_remarks(rows, file), repeated=repeated)
    best: dict[tuple[str, str], VoteLine] = {}  # of lines that are one pitch, each voter's strongest wish
    for vote in found.values():
        key = vote.voter, known[vote.pitch]
        if vote.interest and (key not in best or best[key].interest < vote.interest):
            best[key] = replace(vote, pitch=known[vote.pitch])
    return list(best.values()), remarks


def _interest(line: Line) -> int:
    text = line.fields.get("interest", "").strip().casefold().removesuffix(".0")
    if text not in INTERESTS:
        raise line.wrong(f"interest is {text[:20]!r}. It must be 0 (none), 1 (interested) or 2 (must go).")
    return INTERESTS[text]


def _remarks(rows: Rows, file: Decoded) -> Remarks:
    return Remarks(file=rows.name, guessed=file.guessed, sample=file.sample, unused=tuple(rows.unused))

"""Pitches and votes from people's spreadsheets: read under the names they use, refused line by line, all at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from eventkit.imports import columns, csv_rows, tables
from eventkit.imports.csv_rows import Line, Rows
from eventkit.imports.decoding import Decoded
from eventkit.imports.faults import Faulty, fault
from eventkit.imports.layouts import Continued
from eventkit.text import clean, lengths
from eventkit.text.language import marked

LONGEST_ID = 100  # letters of the file's own names for pitches and voters
TYPED = frozenset(("id", "title", "description", "host"))
WRITTEN = TYPED | {
    *("topic", "needs", "interested", "must_go", "start", "room", "format", "slots", "after", "repeat_of"),
}
"""The columns of pitches.csv, as we ask for it and as we write it."""
LONGEST_HEADING = 40  # letters of what names a column in the midst of a table
OTHER_TABLES = ("rooms", "slots", "votes")
VOTES_NEED = ("voter", "pitch", "interest")
INTERESTS = {
    **dict.fromkeys(
        ("", "0", "-1", "no", "none", "pass", "disagree", "false", "nein", "non", "falsch", "faux", "na", "nage"), 0
    ),
    **dict.fromkeys(
        ("1", "yes", "x", "interested", "agree", "true", "ja", "oui", "si", "sí", "wahr", "vrai", "ie", "oes"), 1
    ),
    **dict.fromkeys(("2", "must", "must go", "mustgo"), 2),
}
SAID_IN = {
    "description": {"description", "other description"},
    "host": {"host", "first name", "last name", "other host"},
}
"""The columns that say a text of a pitch."""
NOBODY = re.compile(
    r"[\s\-–—_.?/]*|n/?a|tb[acd]|none|nobody|anonym(?:ous|e|o)?|open|offen|à définir|por definir", re.IGNORECASE
)
TOTALS = re.compile(
    r"(total|sum|count|average|summe|gesamt|anzahl|mittelwert|somme|nombre|moyenne|suma|cuenta|promedio|cyfanswm|cyfrif)"
    r"s?\b(?:(?: (?:number|of|der|de)){0,2} \w{1,20}\s*[:=]\s*\d+|[\s:=\d.,%]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PitchLine:
    """A pitch as a file has it; `id` is its name while it is read, `own_id` the file's own, where it has one.

    `silent` are those of its texts of which the file has none for any line.
    """

    id: str
    title: str
    description: str
    host: str
    own_id: str = field(default="", compare=False)
    silent: frozenset[str] = field(default=frozenset(), compare=False)


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
    cut_hosts: int = 0  # names too many or too long to be kept
    totals: int = 0  # lines that only sum up
    further: int = 0  # lines under the id and title of another
    other_texts: int = 0  # what such lines describe otherwise
    none: int = 0  # votes of no interest
    weaker: int = 0  # votes of somebody who says more of the same pitch on another line
    repeated: int = 0
    bare: tuple[str, ...] = ()  # titles of lines that have nothing else, where most have more
    same: Mapping[str, str] = field(default_factory=dict)  # id of a line that says again what another says -> that


def pitches_of(
    rows: Rows, file: Decoded, cut: bool = False, elsewhere: Callable[[Line], bool] | None = None
) -> tuple[list[PitchLine], Remarks]:
    """The pitches of a table, and remarks on it; a line that `elsewhere` takes is none. Raises Faulty with every fault.

    Only a title is asked for: an id that is missing is made. With `cut`, a title that is too long is kept whole in
    the description and shortened.
    """
    ours = is_ours(rows)
    reading = _Pitches(cut, ours)

    def use(line: Line) -> None:
        if not (elsewhere and elsewhere(line)):
            reading.add(line)

    rows.each(use)
    if not reading.found and elsewhere is None:
        raise nothing(rows.name)
    return reading.pitches(), replace(
        _remarks(rows, file),
        made_ids=sum(it.id in reading.made for it in reading.pitches()),
        further=reading.further,
        other_texts=reading.other_texts,
        cut_titles=reading.cuts,
        cut_hosts=reading.cut_hosts,
        totals=reading.totals,
        same=reading.same,
        bare=() if ours else _bare(reading.pitches()),
    )


def is_ours(rows: Rows) -> bool:
    """Whether a table has the columns of our own files, so that nothing in it is a sum, a break or a remark."""
    headings = {*(it.heading for it in rows.read_as), *rows.unused}
    return headings <= TYPED or headings == WRITTEN


def _bare(pitches: list[PitchLine]) -> tuple[str, ...]:
    """Titles of those that say nothing else, where at least as many do."""
    bare = tuple(it.title for it in pitches if not (it.description or it.host))
    return bare if 2 * len(bare) <= len(pitches) else ()


def nothing(file: str) -> Faulty:
    """The error of a table that has a header and nothing below it."""
    return fault(marked("there is no pitch in this file, only its first line."), file=file)


class _Pitches:
    """The pitches of a table, line by line; a line under the id and title of an earlier one names further hosts.

    With `ours` the columns are those that we write, and all is taken as it is said: dashes, and titles such as Total.
    """

    def __init__(self, cut: bool, ours: bool = False):
        self.cut, self.ours = cut, ours
        self.found: dict[str, tuple[int, PitchLine]] = {}
        self.same: dict[str, str] = {}
        self.made: set[str] = set()
        self.cuts, self.cut_hosts, self.totals, self.further, self.other_texts = 0, 0, 0, 0, 0
        self._known: dict[tuple[str, str], str] = {}
        self._above = ""  # the id of the line above

    def pitches(self) -> list[PitchLine]:
        """All that are not said again by another line."""
        return [pitch for _, pitch in self.found.values() if pitch.id not in self.same]

    def add(self, line: Line) -> None:
        """Take a line. Raises Faulty."""
        if not self.ours and only_sums(line):
            self.totals += 1
            return
        pitch, was_cut = self._pitch(line)
        goes_on = isinstance(line.fields["title"], Continued)  # one cell in several lines, each with a host
        if goes_on and self.found and pitch.id in ("", self._above):
            pitch = replace(pitch, id=self._above)
        if not pitch.id:
            pitch = replace(pitch, id=f"line {line.number}")
            self.made.add(pitch.id)
        self._above = pitch.id
        if pitch.id in self.found:
            number, earlier = self.found[pitch.id]
            if clean.name_key(earlier.title) != clean.name_key(pitch.title):
                raise line.wrong(
                    marked("the id %(id)s is that of line %(line)s already. Give each pitch its own."),
                    id=pitch.id, line=number,
                )  # fmt: skip
            host, left = hosts_kept([*_names(earlier.host), *_names(pitch.host)])
            self.cut_hosts += left
            self.found[pitch.id] = (number, replace(earlier, host=host))
            self.further += 1
            self.other_texts += pitch.description not in ("", earlier.description)
            return
        first = self._known.setdefault((clean.name_key(pitch.title), clean.name_key(pitch.host)), pitch.id)
        self.found[pitch.id] = (line.number, pitch)
        if first != pitch.id:
            self.same[pitch.id] = first
            self.other_texts += pitch.description not in ("", self.found[first][1].description)
        self.cuts += was_cut

    def _pitch(self, line: Line) -> tuple[PitchLine, bool]:
        """The line's pitch, and whether its title or description had to be shortened."""
        title = line.text("title", csv_rows.LARGEST_CELL, required=True)
        longest = csv_rows.LARGEST_CELL if self.cut else lengths.DESCRIPTION
        about = "description" if "description" in line.fields else "other description"
        description = line.text(about, longest, one_line=False)
        too_long = len(title) > lengths.PITCH_TITLE or len(description) > lengths.DESCRIPTION
        if len(title) > lengths.PITCH_TITLE:
            if not self.cut:
                raise line.wrong(TOO_LONG_A_TITLE, letters=len(title), longest=lengths.PITCH_TITLE)
            title, description = shortened(title, description)
        description = description[: lengths.DESCRIPTION]
        ident, there = line.text("id", LONGEST_ID), line.fields.keys()
        silent = frozenset(name for name, columns in SAID_IN.items() if not columns & there)
        return PitchLine(ident, title, description, self._host(line), ident, silent), too_long

    def _host(self, line: Line) -> str:
        """Who is named as host, else by first and last name, else as author or the like."""
        said = [line.text(name, csv_rows.LARGEST_CELL) for name in ("host", "first name", "last name", "other host")]
        likely = (said[0], f"{said[1]} {said[2]}".strip(), said[3])
        host = next((it for it in likely if it and (self.ours or not NOBODY.fullmatch(it))), "")
        if len(host) <= lengths.PERSON_NAME:
            return host
        names = _names(host)
        if len(names) == 1:
            return line.text("host", lengths.PERSON_NAME)
        host, left = hosts_kept(names)
        self.cut_hosts += left
        return host


def is_header(line: Line) -> bool:
    """Whether a line names its columns again, as pages of a print do. Raises Faulty where it names another table's."""
    said = {ours: cell for ours, cell in line.fields.items() if ours and cell.strip()}
    if len(said) < 2 or len(said.get("title", "")) > LONGEST_HEADING:
        return False
    if all(columns.is_named(ours, cell) for ours, cell in said.items()):
        return True
    if columns.how_many_known(list(said.values())) == len(said) and tables.kind_of(list(said.values())) in OTHER_TABLES:
        raise line.wrong(marked("another table begins here. Put each on a sheet, or into a file, of its own."))
    return False


def explains(line: Line) -> bool:
    """Whether a line says in brackets what is to be written below."""
    cells = [cell.strip() for cell in line.fields.values() if cell.strip()]
    return len(cells) > 1 and all(re.fullmatch(r"\(.*\)|\[.*\]|<.*>", cell, re.DOTALL) for cell in cells)


def only_sums(line: Line) -> bool:
    """Whether a line has nothing but a word such as Total, and numbers."""
    said = [cell.strip() for cell in line.fields.values() if cell.strip()]
    sums = sum(bool(TOTALS.fullmatch(cell)) for cell in said)
    return sums > 0 and all(TOTALS.fullmatch(cell) or re.fullmatch(r"[\d\s.,:%+-]+", cell) for cell in said)


def _names(hosts: str) -> list[str]:
    """The names in a cell that has several; what is in brackets behind one goes with it."""
    return [name.strip() for name in re.split(r"[;,/](?![^()]*\))", hosts) if name.strip()]


def hosts_kept(names: Iterable[str]) -> tuple[str, int]:
    """As many of the names as can be kept, with commas, and how many are left out."""
    kept, left = "", 0
    for name in dict.fromkeys(filter(None, map(clean.clean_line, names))):
        longer = f"{kept}, {name}" if kept else name
        if len(longer) > lengths.PERSON_NAME:
            left += 1
        else:
            kept = longer
    return kept, left


TOO_LONG_A_TITLE = marked(
    "title has %(letters)s letters; up to %(longest)s can be kept. Shorten it, or let the import do so (--cut-titles): "
    "the whole title then begins the description."
)


def shortened(title: str, description: str) -> tuple[str, str]:
    """A long title cut at a word, and the description that begins with the whole of it."""
    whole = f"{title}\n\n{description}".strip()[: lengths.DESCRIPTION]
    return title[: lengths.PITCH_TITLE - 1].rsplit(" ", 1)[0] + "…", whole


def votes_of(rows: Rows, file: Decoded, known: Mapping[str, str]) -> tuple[list[VoteLine], Remarks]:
    """The votes of a table, and remarks on it. Raises Faulty with every line at fault.

    `known` leads from ids in the file to those of pitches. No interest is no vote. Of several votes of one voter on one
    pitch the last counts, as it does on the phones.
    """
    found: dict[tuple[str, str], VoteLine] = {}
    repeated = 0

    def use(line: Line) -> None:
        nonlocal repeated
        voter, pitch = line.text("voter", LONGEST_ID, required=True), line.text("pitch", LONGEST_ID, required=True)
        vote = VoteLine(voter, pitch, _interest(line))
        if pitch not in known:
            raise line.wrong(marked("no pitch has the id %(id)s."), id=pitch)
        repeated += (voter, pitch) in found
        found[voter, pitch] = vote

    rows.each(use)
    none = sum(not vote.interest for vote in found.values())
    best: dict[tuple[str, str], VoteLine] = {}  # of lines that are one pitch, each voter's strongest wish
    for vote in found.values():
        key = vote.voter, known[vote.pitch]
        if vote.interest and (key not in best or best[key].interest < vote.interest):
            best[key] = replace(vote, pitch=known[vote.pitch])
    weaker = len(found) - none - len(best)
    return list(best.values()), replace(_remarks(rows, file), repeated=repeated, none=none, weaker=weaker)


def _interest(line: Line) -> int:
    text = line.fields.get("interest", "").strip().casefold().removesuffix(".0")
    if text not in INTERESTS:
        raise line.wrong(
            marked("interest is %(value)s. It must be 0 (none), 1 (interested) or 2 (must go)."),
            value=repr(text[:20]),
        )
    return INTERESTS[text]


def _remarks(rows: Rows, file: Decoded) -> Remarks:
    return Remarks(file=rows.name, guessed=file.guessed, sample=file.sample, unused=tuple(rows.unused))

"""The same file again: which pitch a line is about, and what changed since it came last, here, in the file, or both."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from sqlmodel import col, or_, select

from eventkit.imports.sheets import PitchLine
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ImportedPitch, Pitch
from eventkit.text import clean, codes, likeness
from eventkit.text.language import marked

FIELDS = ("title", "description", "host")
NAMES = {
    "title": marked("title"),
    "description": marked("description"),
    "host": marked("host"),
    "seats": marked("seats"),
    "features": marked("features"),
    "time": marked("time"),
}
"""What the texts of pitches, and what rooms and items have, are called."""
JUDGED = 200  # lines by which it is told whether a file is our own
SAME_LIST = 3  # a list is known by its ids where one in so many of its lines says what it said last


class Here(NamedTuple):
    """A pitch that is there, by what it says for itself."""

    id: int
    title: str
    description: str
    host: str
    off: bool  # it was hidden or withdrawn here, or made part of another one
    repeats: bool  # it says what another one says


class Last(NamedTuple):
    """What a line of a file said last, as digests; `id` is the row's."""

    id: int
    pitch_id: int | None
    number: int
    line: str
    key: str
    title: str
    description: str
    host: str


class Recognised(NamedTuple):
    """What a line is about: a pitch that is there, or was deleted here; and what the file said of it last."""

    here: Here | None
    last: Last | None


@dataclass(frozen=True)
class Differing:
    """A text that changed here and in the file, or of which nobody knows: the file must be taken at its word or not.

    `key` names it in a form, together with what stands here now.
    """

    key: str
    name: str  # of the pitch, the room or the item
    field: str  # of NAMES
    here: str
    said: str


Takes = Callable[[str], bool]
"""Whether the file is taken at its word, by the key of a text that differs."""


def nothing(_key: str) -> bool:
    """Where texts differ, what is here stays."""
    return False


class Since(Enum):
    """Where a text changed since the file came last."""

    NOWHERE = auto()
    HERE = auto()
    IN_FILE = auto()
    BOTH = auto()


def since(here: str, said: str | None, last: str | None) -> Since:
    """Where it changed; `last` is a digest of what the file said last, None where it said nothing before."""
    if said is None or said == here:
        return Since.NOWHERE
    if last is None:
        return Since.HERE if not said else Since.BOTH if here else Since.IN_FILE
    if last == digest(said):
        return Since.HERE
    return Since.IN_FILE if last == digest(here) else Since.BOTH


def digest(text: str) -> str:
    """A short fingerprint of a text; nothing of nothing."""
    return codes.digest(text)[:32] if text else ""


def key_of(title: str) -> str:
    """The fingerprint of a title as titles are compared."""
    return digest(clean.name_key(title))


@dataclass(frozen=True)
class MergedLine:
    """What a line makes of its pitch: what it then says, whether something stays that changed here, what differs."""

    says: tuple[str, str, str]  # title, description, host
    kept: bool
    differing: tuple[Differing, ...]


def settle(line: PitchLine, here: Here, last: Last | None, takes: Takes) -> MergedLine:
    """Take over what changed in the file only; what changed here only stays, and so does what differs."""
    says, kept, differing = [], False, []
    for field in FIELDS:
        was, said = getattr(here, field), said_of(line, field)
        change = since(was, said, getattr(last, field) if last else None)
        if change is Since.BOTH:
            it = Differing(f"{here.id} {field} {digest(was)}", here.title, field, was, said or "")
            if not takes(it.key):
                differing.append(it)
            else:
                change = Since.IN_FILE
        kept = kept or change is Since.HERE
        says.append((said or "") if change is Since.IN_FILE else was)
    return MergedLine((says[0] or here.title, says[1], says[2]), kept, tuple(differing))


def said_of(line: PitchLine, field: str) -> str | None:
    """What a line says of it; None where its file has nothing of the kind."""
    text: str = getattr(line, field)
    return None if field in line.silent and not text else text


def remembered(line: PitchLine, last: Last | None) -> tuple[str, ...]:
    """What is kept of a line for the next time: (line, key, title, description, host), as ImportedPitch has them."""
    texts = []
    for field in FIELDS:
        said = said_of(line, field)
        texts.append(digest(said) if said is not None else getattr(last, field) if last else "")
    return digest(line.own_id), key_of(line.title), *texts


def pitches(tx: Transaction, event_id: int) -> list[Here]:
    """The pitches of an event, those that stand before those that are off: no rows of objects, there may be many."""
    off = or_(*(col(it).is_not(None) for it in (Pitch.hidden_at, Pitch.withdrawn_at, Pitch.merged_into)))
    query = select(Pitch.id, Pitch.title, Pitch.description, Pitch.host_name).add_columns(
        off, col(Pitch.repeat_of).is_not(None), col(Pitch.own_content)
    )
    found = []
    for *said, own in tx.execute(query.where(col(Pitch.event_id) == event_id).order_by(col(Pitch.id))):
        it = Here(*said)
        found.append(it._replace(title=own["title"], description=own["description"]) if own else it)
    return sorted(found, key=lambda it: it.off)


def lasts(tx: Transaction, event_id: int) -> list[Last]:
    """What files said last at an event."""
    columns = [getattr(ImportedPitch, name) for name in Last._fields]
    query = select(*columns).where(ImportedPitch.event_id == event_id).order_by(col(ImportedPitch.id))
    return [Last(*row) for row in tx.execute(query)]


def recognise(here: Iterable[Here], said: Iterable[Last], lines: list[PitchLine]) -> dict[str, Recognised]:
    """A line's id -> what it is about: by the file's own id, else by the title as it came last, else as it is here.

    Of several those of the same host are taken first, then each in its order.
    """
    return _Recognising(here, said, lines).found


class _Recognising:
    """Finds for each line what it is about, the surest first; nothing is two lines'."""

    def __init__(self, here: Iterable[Here], said: Iterable[Last], lines: list[PitchLine]):
        self.lines, self.found = lines, dict[str, Recognised]()
        self._here = {it.id: it for it in here}
        order = {pitch_id: place for place, pitch_id in enumerate(self._here)}
        said = sorted(said, key=lambda it: order.get(it.pitch_id or 0, len(order)))  # those that stand first
        self._said = {it.id: it for it in said}
        self._of_pitch = {it.pitch_id: it for it in said if it.pitch_id is not None}
        if self._said:
            self._by_id()
            self._by(lambda it: it.key, lambda line: key_of(line.title), self._said)
        titles = {it.id: clean.name_key(it.title) for it in self._here.values()}
        self._by(lambda it: titles[it.id], lambda line: clean.name_key(line.title), self._here)
        if self._said:
            self._by_text()
        self._by_our_id()

    def _take(self, line: PitchLine, here: Here | None, last: Last | None) -> None:
        self.found[line.id] = Recognised(here, last)
        if here:
            del self._here[here.id]
        if last:
            del self._said[last.id]

    def _left(self) -> Iterator[PitchLine]:
        return (line for line in self.lines if line.id not in self.found)

    def _take_last(self, line: PitchLine, last: Last) -> None:
        self._take(line, self._here.get(last.pitch_id or 0), last)

    def _by_id(self) -> None:
        """By the file's own ids, in lists that are the same as last time: each may count its lines from 1 up."""
        by_id = defaultdict[str, list[Last]](list)
        for it in self._said.values():
            by_id[it.line].append(it)
        said, now = Counter(it.key for it in self._said.values()), {key_of(line.title) for line in self.lines}
        known, agree = Counter[int](), Counter[int]()
        for line in self.lines:
            for last in by_id[digest(line.own_id)] if line.own_id else ():
                known[last.number] += 1
                agree[last.number] += self._agrees(line, last)
        for line in self.lines:
            options = by_id[digest(line.own_id)] if line.own_id else []
            options = sorted((it for it in options if it.id in self._said), key=lambda it: -self._agrees(line, it))
            for last in options[:1]:
                same = last.key == key_of(line.title)
                elsewhere = said[key_of(line.title)] or last.key in now  # lines that changed their ids
                sure = self._agrees(line, last) or SAME_LIST * agree[last.number] >= known[last.number]
                alone = len(self.lines) == known[last.number] == 1
                if same or (not elsewhere and (sure or alone)):
                    self._take_last(line, last)

    def _agrees(self, line: PitchLine, last: Last) -> bool:
        """Whether a line says something that it said last, or is called like its pitch."""
        if last.key == key_of(line.title):
            return True
        if any(said and digest(said) == was for said, was in self._texts(line, last)):
            return True
        here = self._here.get(last.pitch_id or 0)
        return here is not None and likeness.likeness(line.title, here.title) >= likeness.ALIKE

    def _texts(self, line: PitchLine, last: Last) -> tuple[tuple[str, str], tuple[str, str]]:
        return (line.description, last.description), (line.host, last.host)

    def _by(
        self, of_known: Callable[..., str], of_line: Callable[[PitchLine], str], among: Mapping[int, Here | Last]
    ) -> None:
        """By the same title; of several by the same host, else in their order."""
        free = defaultdict[str, list[Here | Last]](list)
        for it in among.values():
            free[of_known(it)].append(it)
        for by_host in (True, False):
            for line in list(self._left()) if free else ():
                titled = free.get(of_line(line), [])
                fits = [it for it in titled if not by_host or _same_host(it, line)]
                if not fits:
                    continue
                titled.remove(fits[0])
                if isinstance(fits[0], Last):
                    self._take_last(line, fits[0])
                else:
                    last = self._of_pitch.get(fits[0].id)
                    self._take(line, fits[0], last if last and last.id in self._said else None)

    def _by_text(self) -> None:
        """By description and host, where the title alone is new and nothing else is described so."""
        said, now = Counter[str](), Counter(line.description for line in self.lines)
        said.update(it.description for it in self._of_pitch.values())
        by_text = {it.description: it for it in self._said.values() if it.description and said[it.description] == 1}
        for line in list(self._left()):
            last = by_text.get(digest(line.description))
            if last and now[line.description] == 1 and last.host == digest(line.host) and last.id in self._said:
                self._take_last(line, last)

    def _by_our_id(self) -> None:
        """By the ids that our own exports have, where most lines of the file are pitches here by those."""
        here = {str(it.id): it for it in (*self._here.values(), *(it.here for it in self.found.values() if it.here))}
        known = [(line, here[line.own_id]) for line in self.lines if line.own_id in here]
        if 2 * len(known) <= len(self.lines) or not any(self._left()):
            return
        judged = known[:JUDGED]
        same = sum(
            clean.name_key(line.title) == clean.name_key(it.title)
            or likeness.likeness(line.title, it.title) >= likeness.ALIKE
            for line, it in judged
        )
        if 2 * same > len(judged):
            for line, it in known:
                if line.id not in self.found and it.id in self._here:
                    last = self._of_pitch.get(it.id)
                    self._take(line, it, last if last and last.id in self._said else None)


def _same_host(it: Here | Last, line: PitchLine) -> bool:
    if isinstance(it, Last):
        return it.host == digest(line.host)
    return clean.name_key(it.host) == clean.name_key(line.host)


def without_names(line: PitchLine) -> PitchLine:
    """The line as it is taken where nobody is asked for a name."""
    return replace(line, host="", silent=line.silent | {"host"})

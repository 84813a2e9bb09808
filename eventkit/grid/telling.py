"""What people are told of the published grid: the sentence of a cell, lines of what changed, the mark on a session."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventkit.event.notices import Was
from eventkit.grid.published import RECENT, Cell, CellState, News, Placed, PublishedGrid
from eventkit.grid.times import Times
from eventkit.storage.tables import NoticeKind, Slot
from eventkit.text import language, sentences
from eventkit.text.language import gettext as _
from eventkit.text.sentences import Words

ROOM_KINDS = frozenset({NoticeKind.ROOM_CLOSED, NoticeKind.ROOM_OPENED})
OF_EVENT = frozenset({NoticeKind.UNPUBLISHED, NoticeKind.DAY_CHANGED})  # and of no session, slot or room


@dataclass(frozen=True, kw_only=True)
class NewsLine:
    """One line of what changed: when, in which words, and whom it concerns by the sessions' and the rooms' ids."""

    at: datetime
    text: str
    revision: int
    pitches: frozenset[int]
    rooms: frozenset[int]
    over: bool  # what it tells of has passed
    by: int | None = None  # who did it, by their person's id


@dataclass(frozen=True)
class Told:
    """A cell as it is shown: the title of what is there, empty where nothing is, and the sentence that goes with it."""

    cell: Cell
    title: str
    said: str

    @property
    def slot(self) -> Slot:
        return self.cell.slot

    @property
    def ends_at(self) -> datetime:
        """When what is there is over."""
        return self.cell.ends_at

    @property
    def on(self) -> bool:
        """Whether it happens there as it says."""
        return self.cell.state in (CellState.ON, CellState.FIXED)


def told(cell: Cell, times: Times) -> Told:
    """The cell with what is said of it."""
    title = cell.placed.title if cell.placed else cell.item
    return Told(cell, title, of_cell(cell, times))


def of_cell(cell: Cell, times: Times) -> str:
    """The sentence of a cell; empty where a session is on, or a fixed item."""
    placed, gone = cell.placed, cell.gone
    place = _place(cell.to, times) if cell.to else ""
    into = placed.into.title if placed and placed.into else ""
    title = gone.title if gone else ""
    return sentences.of_state(
        cell.state, Words(title=title, into=into, place=place, room=cell.room.name, item=cell.slot.title)
    )


def of_placed(grid: PublishedGrid, placed: Placed, times: Times) -> str:
    """The sentence of a session; empty where it is on."""
    return of_cell(grid.cell(placed.slot, placed.room, placed.slot.starts_at), times)


def mark(grid: PublishedGrid, placed: Placed, times: Times) -> str:
    """`was 11:45, Library` beside a session that is not where or when it was; empty where it is, or is again."""
    told = [it for it in itertools.takewhile(lambda it: not _is_first(it, placed), grid.news) if _marks(it, placed)]
    while told:
        alike = [it for it in told if it.kind is told[0].kind]
        taken_back = alike[: _taken_back(alike, placed)]
        if not taken_back:
            return _mark(told[0], placed, times)
        told = [it for it in told if it not in taken_back]
    return ""


def _is_first(news: News, placed: Placed) -> bool:
    """Whether a session had no place before."""
    return news.kind is NoticeKind.PLACED and news.root == placed.pitch.id


def _marks(news: News, placed: Placed) -> bool:
    """Whether it changed where or when a session is, or what its room is called."""
    if news.kind is NoticeKind.MOVED:
        return news.root == placed.pitch.id and news.was is not None
    if news.kind is NoticeKind.SLOT_SHIFTED:
        return news.notice.slot_id == placed.slot.id and news.was is not None
    return news.kind is NoticeKind.ROOM_RENAMED and news.notice.room_id == placed.room.id


def _mark(news: News, placed: Placed, times: Times) -> str:
    if news.kind is NoticeKind.ROOM_RENAMED or not news.was:
        return sentences.was(news.notice.was_room)
    if news.kind is NoticeKind.MOVED:
        return sentences.was(_was(news.was, times, _longer(news, placed)))
    return sentences.was(times.clock(news.was.starts_at) if _shift(news) else times.span(news.was))


def _taken_back(alike: Sequence[News], placed: Placed | None) -> int:
    """How many news of one kind and subject, the newest ones first, took one another back: it is as before them."""
    as_it_is = _as_it_is(alike[0], placed)
    return max((number for number, it in enumerate(alike, 1) if as_it_is and _as_it_was(it) == as_it_is), default=0)


def _as_it_was(news: News) -> object:
    """What the subject of it was before, as _as_it_is() says what it is now."""
    was = news.was
    if news.kind is NoticeKind.MOVED and was:
        return was.slot_id, was.room_id, was.ends_at - was.starts_at
    if news.kind is NoticeKind.SLOT_SHIFTED and was:
        return was.starts_at, was.ends_at
    return news.notice.was_room if news.kind is NoticeKind.ROOM_RENAMED else news.notice.was_title


def _as_it_is(news: News, placed: Placed | None) -> object:
    if news.kind is NoticeKind.MOVED and placed:
        return placed.slot.id, placed.room.id, placed.ends_at - placed.starts_at
    if news.kind is NoticeKind.SLOT_SHIFTED and news.slot:
        return news.slot.starts_at, news.slot.ends_at
    if news.kind is NoticeKind.ROOM_RENAMED and news.room:
        return news.room.name
    return news.pitch.title if news.kind is NoticeKind.RETITLED and news.pitch else None


def _is_back(grid: PublishedGrid, news: News, placed: Placed | None) -> bool:
    """Whether what it tells of took an earlier change back, so that all is as it was."""
    kind = NoticeKind.TAKEN_OFF if news.kind is NoticeKind.PLACED else news.kind
    before = grid.news[grid.news.index(news) :]
    alike = [it for it in before if it.kind is kind and (it is news or _subject(it) == _subject(news))]
    return bool(alike) if kind is not news.kind else _taken_back(alike, placed) > 1


def again(grid: PublishedGrid, pitch_id: int, times: Times) -> str:
    """When and where a session is held that this one is the repeat of, or its repeat; empty where there is none."""
    other = grid.repeats.get(pitch_id)
    return _("Held twice. Also: %(place)s.", place=_place(other, times)) if other else ""


def lines(grid: PublishedGrid, times: Times, moment: datetime, span: timedelta = RECENT) -> list[NewsLine]:
    """What changed in the last hour (`span`) and is not over, newest first; each subject once, as it is now."""
    found: list[NewsLine] = []
    seen: set[object] = set()
    for revision, group in itertools.groupby(grid.news, key=lambda it: it.notice.revision):
        news = [it for it in group if moment - it.at < span and _subject(it) not in seen]
        seen |= {_subject(it) for it in news if it.kind is not NoticeKind.EDITED}
        found += [line for line in _of_revision(grid, news, times, moment, revision) if line.text and not line.over]
    return found


def _of_revision(
    grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime, revision: int
) -> Iterable[NewsLine]:
    """A shift of the whole day is one line, and so is a room closed for it; all else is a line each."""
    shifted = [it for it in news if it.kind is NoticeKind.SLOT_SHIFTED and it.slot and it.was]
    for by in dict.fromkeys(_shift(it) for it in shifted):  # what keeps its start and ends at another time is a line
        alike = [it for it in shifted if _shift(it) == by]
        if len(alike) > 1 and by:
            yield _shift_line(grid, alike, times, moment, revision)
            news = [it for it in news if it not in alike]
    for room_id, kind in dict.fromkeys((it.notice.room_id, it.kind) for it in news if it.kind in ROOM_KINDS):
        yield _room_line(grid, [it for it in news if (it.notice.room_id, it.kind) == (room_id, kind)], times, moment)
    for it in reversed(news):
        if it.kind not in ROOM_KINDS:
            yield _line(grid, it, times, moment)


def _line(grid: PublishedGrid, news: News, times: Times, moment: datetime) -> NewsLine:
    placed = grid.by_pitch.get(news.pitch.id) if news.pitch else None
    to = grid.by_pitch.get(news.root or 0)
    hidden = news.pitch is not None and news.pitch.hidden_at is not None
    names = Words(
        title=news.pitch.title if news.pitch and not hidden else "",
        into=to.pitch.title if to and news.pitch and to.pitch.id != news.pitch.id else "",
        place=_place(to, times, _longer(news, to)) if to else "",
        was=_was(news.was, times, _longer(news, to) or _only_ends_else(news)) if news.was else "",
        was_title=news.notice.was_title,
        room=news.room.name if news.room else "",
        was_room=news.notice.was_room,
        slot=times.when(news.slot) if news.slot else "",
        item=news.slot.title if news.slot else "",
        day=times.day(grid.slots[0].starts_at) if grid.slots else "",
        was_day=_day_before(news, times),
    )
    missing = hidden and news.kind is not NoticeKind.HIDDEN
    missing = missing or (not (news.pitch or news.slot or news.room) and news.kind not in OF_EVENT)
    ends = [place.ends_at for place in (placed, to) if place] + ([news.was.ends_at] if news.was else [])
    ends += [news.slot.ends_at] if news.slot else []
    return NewsLine(
        at=news.at,
        text="" if missing else sentences.of_notice(news.kind, names, again=_is_back(grid, news, to)),
        revision=news.notice.revision,
        pitches=_concerned(grid, news),
        rooms=_doors(grid, news, to),
        over=bool(ends) and max(ends) <= moment,
        by=news.notice.made_by,
    )


def _day_before(news: News, times: Times) -> str:
    """The event's day before it changed, which the notice keeps as a date."""
    if news.kind is not NoticeKind.DAY_CHANGED:
        return ""
    return times.day(datetime.combine(date.fromisoformat(news.notice.was_title), time(12), ZoneInfo(times.timezone)))


def _doors(grid: PublishedGrid, news: News, to: Placed | None) -> frozenset[int]:
    """The rooms at whose doors it is told: the old one and the new one; a slot's news at all of them."""
    of_slot = news.slot and not news.pitch and news.notice.room_id is None
    if of_slot or news.kind is NoticeKind.DAY_CHANGED:
        return frozenset(room.id for room in grid.rooms)
    return frozenset({it for it in (news.notice.room_id, to.room.id if to else None) if it})


def _shift_line(grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime, revision: int) -> NewsLine:
    first = min((it.was for it in news if it.was), key=lambda it: it.starts_at)
    minutes = round(_shift(news[0]).total_seconds() / 60)
    pitches = frozenset[int]().union(*(_concerned(grid, it) for it in news))
    over = all(it.slot is None or it.slot.ends_at <= moment for it in news)
    text = sentences.of_shift(times.start(first.starts_at), minutes)
    if all(_is_back(grid, it, None) for it in news):
        text = sentences.of_shift_back(times.start(min(it.slot.starts_at for it in news if it.slot)))
    rooms = frozenset(room.id for room in grid.rooms)
    return NewsLine(
        at=news[0].at, text=text, revision=revision, pitches=pitches, rooms=rooms, over=over, by=news[0].notice.made_by
    )


def _room_line(grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime) -> NewsLine:
    known = sorted((it.slot for it in news if it.slot), key=lambda slot: slot.starts_at)
    ahead = [slot for slot in known if slot.ends_at > moment]
    room = news[0].room
    names = Words(room=room.name if room else "", slot=language.listed([times.start(slot.starts_at) for slot in ahead]))
    text = sentences.of_notice(news[0].kind, names) if room and ahead else ""
    pitches = frozenset[int]().union(*(_concerned(grid, it) for it in news))
    rooms = frozenset({room.id} if room else ())
    return NewsLine(
        at=news[0].at,
        text=text,
        revision=news[0].notice.revision,
        pitches=pitches,
        rooms=rooms,
        over=not ahead,
        by=news[0].notice.made_by,
    )


def _concerned(grid: PublishedGrid, news: News) -> frozenset[int]:
    """The sessions, by their pitches' ids, whose people should hear of it."""
    if news.pitch:
        return frozenset({news.pitch.id, news.root or news.pitch.id})
    slot_id, room_id = news.notice.slot_id, news.notice.room_id
    if slot_id is None and room_id is None:
        return frozenset()
    there = (it for it in grid.sessions if slot_id in (None, it.slot.id) and room_id in (None, it.room.id))
    return frozenset(it.pitch.id for it in there)


def _subject(news: News) -> object:
    """What a notice is about, so that only the newest of each is told."""
    it = news.notice
    if news.pitch:
        return "pitch", news.pitch.id
    return it.slot_id, it.room_id, it.kind if it.slot_id is None and it.room_id is None else ""


def _shift(news: News) -> timedelta:
    return news.slot.starts_at - news.was.starts_at if news.slot and news.was else timedelta()


def _longer(news: News, to: Placed | None) -> bool:
    """Whether a session stays where it is and only takes more or fewer slots, so that its end must be told."""
    was = news.was
    return bool(news.kind is NoticeKind.MOVED and was and to and (was.slot_id, was.room_id) == (to.slot.id, to.room.id))


def _only_ends_else(news: News) -> bool:
    """Whether a slot keeps its start, as one under way does, so that both its times must be told."""
    return news.kind is NoticeKind.SLOT_SHIFTED and not _shift(news)


def _place(placed: Placed, times: Times, whole: bool = False) -> str:
    return f"{times.when(placed) if whole else times.start(placed.starts_at)}, {placed.room.name}"


def _was(was: Was, times: Times, whole: bool = False) -> str:
    when = times.when(was) if whole else times.start(was.starts_at)
    return f"{when}, {was.room}" if was.room else when

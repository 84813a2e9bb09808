"""What people are told of the published grid: the sentence of a cell, lines of what changed, the mark on a session."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
LONGEST = 1000  # letters of a title: more than any has
BRIEF = 30  # of a title in a sentence that has a few words of room, on walls and doors
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


def told(cell: Cell, times: Times, most: int = LONGEST) -> Told:
    """The cell with what is said of it; see of_cell()."""
    title = cell.placed.title if cell.placed else cell.item
    return Told(cell, title, of_cell(cell, times, most))


def of_cell(cell: Cell, times: Times, most: int = LONGEST) -> str:
    """The sentence of a cell, titles in at most so many letters; empty where a session is on, or a fixed item."""
    placed, gone = cell.placed, cell.gone
    place = _place(cell.to, times) if cell.to else ""
    into = placed.into.title if placed and placed.into else ""
    title = gone.title if gone else ""
    item = placed.item if placed else cell.item
    names = Words(title=title, into=into, place=place, room=cell.room.name, item=item, slot=_lost(placed, times))
    return sentences.of_state(cell.state, sentences.briefly(names, most))


def _lost(placed: Placed | None, times: Times) -> str:
    """When a session of several slots cannot be where it stands, where that is not for all of its time."""
    if placed is None or len(placed.lost) == len(placed.slots):
        return ""
    return language.listed(times.start(slot.starts_at) for slot in placed.lost)


def of_placed(grid: PublishedGrid, placed: Placed, times: Times) -> str:
    """The sentence of a session; empty where it is on."""
    return of_cell(grid.cell(placed.slot, placed.room, placed.slot.starts_at), times)


def mark(grid: PublishedGrid, placed: Placed, times: Times) -> str:
    """`was 11:45, Library` beside a session that is not where or when it was; empty where it is, or is again."""
    was, now = _before(grid, placed), _now(placed)
    if _as_told(was) == _as_told(now):
        return ""
    if not _stays(was, placed):
        return sentences.was(_was(was, times))
    when = times.clock(was.starts_at) if was.starts_at != now.starts_at else ""
    when = times.span(was) if not when and was.ends_at != now.ends_at else when
    return sentences.was(", ".join(filter(None, [when, was.room if was.room != now.room else ""])))


def _before(grid: PublishedGrid, placed: Placed) -> Was:
    """Where and when a session was before all that is still news, or where it came in: whatever came in between."""
    was, last = _now(placed), placed.slots[-1].id
    for news in grid.news:
        if news.kind is NoticeKind.PLACED and news.root == placed.pitch.id:
            break
        if news.kind is NoticeKind.MOVED and news.was and _is_of(grid, news, placed):
            was, last = news.was, (news.was.slot_id or 0) if placed.pitch.length == 1 else 0
        elif news.kind is NoticeKind.SLOT_SHIFTED and news.was:
            was = replace(was, starts_at=news.was.starts_at) if news.was.slot_id == was.slot_id else was
            was = replace(was, ends_at=news.was.ends_at) if news.was.slot_id == last else was
        elif news.kind is NoticeKind.ROOM_RENAMED and news.notice.room_id == was.room_id:
            was = replace(was, room=news.notice.was_room)
    return was


def _now(placed: Placed) -> Was:
    return Was(placed.slot.id, placed.room.id, placed.starts_at, placed.ends_at, placed.room.name)


def _as_told(was: Was) -> object:
    """What people read of a place: when, and at which door."""
    return was.starts_at, was.ends_at, was.room


def _stays(was: Was, placed: Placed) -> bool:
    """Whether a session is in the same cell still, be it at another time, for longer, or in a room renamed."""
    return (was.slot_id, was.room_id) == (placed.slot.id, placed.room.id)


def _is_of(grid: PublishedGrid, news: News, placed: Placed) -> bool:
    """Whether news of a pitch are of this session: of its own pitch, or of a part in whose place it stands."""
    if news.pitch is None or news.root != placed.pitch.id:
        return False
    return news.pitch.id == placed.pitch.id or news.pitch.id not in grid.by_pitch


def _is_back(grid: PublishedGrid, news: News, placed: Placed | None) -> bool:
    """Whether what it tells of took an earlier change back, so that all is as it was."""
    first = grid.first(news)
    if news.kind is NoticeKind.MOVED and placed:
        return _as_told(_before(grid, placed)) == _as_told(_now(placed))
    if news.kind is NoticeKind.SLOT_SHIFTED and news.slot and first.was:
        return (first.was.starts_at, first.was.ends_at) == (news.slot.starts_at, news.slot.ends_at)
    if news.kind is NoticeKind.ROOM_RENAMED and news.room:
        return first.notice.was_room == news.room.name
    if news.kind is NoticeKind.RETITLED and news.pitch:
        return first.notice.was_title == news.pitch.title
    off = (it for it in grid.news[grid.news.index(news) :] if it.kind is NoticeKind.TAKEN_OFF)
    return news.kind is NoticeKind.PLACED and any(it.subject == news.subject for it in off)


def again(grid: PublishedGrid, pitch_id: int, times: Times) -> str:
    """When and where a session is held that this one is the repeat of, or its repeat; empty where there is none."""
    other = grid.repeats.get(pitch_id)
    return _("Held twice. Also: %(place)s.", place=_place(other, times)) if other else ""


def lines(
    grid: PublishedGrid, times: Times, moment: datetime, span: timedelta = RECENT, most: int = LONGEST
) -> list[NewsLine]:
    """What changed in the last hour (`span`) and is not over, newest first; each subject once, as it is now.

    Titles are told in at most so many letters.
    """
    found: list[NewsLine] = []
    seen: set[object] = set()
    for _revision, group in itertools.groupby(grid.news, key=lambda it: it.notice.revision):
        news = [it for it in group if moment - it.at < span and it.subject not in seen]
        seen |= {it.subject for it in news if it.kind is not NoticeKind.EDITED}
        found += [line for line in _of_revision(grid, news, times, moment, most) if line.text and not line.over]
    return found


def _of_revision(
    grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime, most: int
) -> Iterable[NewsLine]:
    """A shift of the whole day is one line, and so is a room closed for it; all else is a line each."""
    for run in _shifted_alike(grid, news):
        yield _shift_line(grid, run, times, moment)
        news = [it for it in news if it not in run]
    of_rooms = [(it, (it.notice.room_id, it.kind, _item(grid, it))) for it in news if it.kind in ROOM_KINDS]
    for alike in dict.fromkeys(key for _it, key in of_rooms):
        yield _room_line(grid, [it for it, key in of_rooms if key == alike], times, moment)
    for it in reversed(news):
        if it.kind not in ROOM_KINDS:
            yield _line(grid, it, times, moment, most)


def _shifted_alike(grid: PublishedGrid, news: Sequence[News]) -> list[list[News]]:
    """News of two slots and more, one after the other, that are earlier or later by as much than at first."""
    of_slot = {it.slot.id: it for it in news if it.kind is NoticeKind.SLOT_SHIFTED and it.slot and it.was}
    runs: list[list[News]] = [[]]
    for slot in grid.slots:
        it = of_slot.get(slot.id)
        if it and not _shift(grid, it) and not _is_back(grid, it, None):  # what only ends at another time is a line
            it = None
        if runs[-1] and (it is None or _shift(grid, it) != _shift(grid, runs[-1][-1])):
            runs.append([])
        if it:
            runs[-1].append(it)
    return [run for run in runs if len(run) > 1]


def _line(grid: PublishedGrid, news: News, times: Times, moment: datetime, most: int) -> NewsLine:
    placed = grid.by_pitch.get(news.pitch.id) if news.pitch else None
    to = grid.by_pitch.get(news.root or 0)
    hidden = news.pitch is not None and news.pitch.hidden_at is not None
    back, first = _is_back(grid, news, to), grid.first(news)
    told, was = news if back else first, _was_told(grid, news, to)
    whole = was is not None and _only_ends_else(was, news, to)
    names = Words(
        title=news.pitch.title if news.pitch and not hidden else "",
        into=to.pitch.title if to and news.pitch and to.pitch.id != news.pitch.id else "",
        place=_place(to, times, whole) if to else "",
        was=_was(was, times, whole) if was else "",
        was_title=told.notice.was_title,
        room=news.room.name if news.room else "",
        was_room=told.notice.was_room,
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
        text=""
        if missing
        else sentences.of_notice(news.kind, sentences.briefly(names, most), again=_is_back(grid, news, to)),
        revision=news.notice.revision,
        pitches=_concerned(grid, news),
        rooms=_doors(grid, news, to, was),
        over=bool(ends) and max(ends) <= moment,
        by=news.notice.made_by,
    )


def _day_before(news: News, times: Times) -> str:
    """The event's day before it changed, which the notice keeps as a date."""
    if news.kind is not NoticeKind.DAY_CHANGED:
        return ""
    return times.day(datetime.combine(date.fromisoformat(news.notice.was_title), time(12), ZoneInfo(times.timezone)))


def _doors(grid: PublishedGrid, news: News, to: Placed | None, was: Was | None) -> frozenset[int]:
    """The rooms at whose doors it is told: all in which it was, and the new one; a slot's news at all of them."""
    of_slot = news.slot and not news.pitch and news.notice.room_id is None
    if of_slot or news.kind is NoticeKind.DAY_CHANGED:
        return frozenset(room.id for room in grid.rooms)
    there = news.notice.room_id, was.room_id if was else None, to.room.id if to else None
    return frozenset({it for it in there if it})


def _was_told(grid: PublishedGrid, news: News, to: Placed | None) -> Was | None:
    """Where, or when, what it tells of was: a session before all its moves, a slot before all its shifts."""
    if _is_back(grid, news, to):
        return news.was
    if news.kind is NoticeKind.MOVED and to and _is_of(grid, news, to):
        return _before(grid, to)
    return grid.first(news).was if news.kind is NoticeKind.SLOT_SHIFTED else news.was


def _only_ends_else(was: Was, news: News, to: Placed | None) -> bool:
    """Whether a session or a slot keeps its start and place and takes another time, so that its end must be told."""
    if news.kind is NoticeKind.MOVED:
        return to is not None and _stays(was, to)
    return news.kind is NoticeKind.SLOT_SHIFTED and news.slot is not None and was.starts_at == news.slot.starts_at


def _shift_line(grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime) -> NewsLine:
    """Slots that are earlier or later alike: from one on, or, where others follow that are not, between two times."""
    slots = [it.slot for it in news if it.slot]
    was = [it.was for it in (grid.first(one) for one in news) if it.was]
    until = "" if slots[-1].id == grid.slots[-1].id else times.clock(was[-1].ends_at)
    minutes = round(_shift(grid, news[0]).total_seconds() / 60)
    return NewsLine(
        at=news[0].at,
        text=sentences.of_shift(times.start(was[0].starts_at), minutes, until),
        revision=news[0].notice.revision,
        pitches=frozenset[int]().union(*(_concerned(grid, it) for it in news)),
        rooms=frozenset(room.id for room in grid.rooms),
        over=all(slot.ends_at <= moment for slot in slots),
        by=news[0].notice.made_by,
    )


def _room_line(grid: PublishedGrid, news: Sequence[News], times: Times, moment: datetime) -> NewsLine:
    known = sorted((it.slot for it in news if it.slot), key=lambda slot: slot.starts_at)
    ahead = [slot for slot in known if slot.ends_at > moment]
    room = news[0].room
    clocks = language.listed([times.start(slot.starts_at) for slot in ahead])
    names = Words(room=room.name if room else "", slot=clocks, item=_item(grid, news[0]))
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


def _item(grid: PublishedGrid, news: News) -> str:
    """The fixed item for which a room is closed in a slot, where it is."""
    at = news.notice.slot_id or 0, news.notice.room_id or 0
    return grid.items.get(at, "") if news.kind is NoticeKind.ROOM_CLOSED else ""


def _concerned(grid: PublishedGrid, news: News) -> frozenset[int]:
    """The sessions, by their pitches' ids, whose people should hear of it."""
    if news.pitch:
        return frozenset({news.pitch.id, news.root or news.pitch.id})
    slot_id, room_id = news.notice.slot_id, news.notice.room_id
    if slot_id is None and room_id is None:
        return frozenset()
    there = (it for it in grid.sessions if room_id in (None, it.room.id))
    return frozenset(it.pitch.id for it in there if slot_id in (None, *(slot.id for slot in it.slots)))


def _shift(grid: PublishedGrid, news: News) -> timedelta:
    """By how much a slot is later than before all that is news."""
    first = grid.first(news).was
    return news.slot.starts_at - first.starts_at if news.slot and first else timedelta()


def _place(placed: Placed, times: Times, whole: bool = False) -> str:
    return f"{times.when(placed) if whole else times.start(placed.starts_at)}, {placed.room.name}"


def _was(was: Was, times: Times, whole: bool = False) -> str:
    when = times.when(was) if whole else times.start(was.starts_at)
    return f"{when}, {was.room}" if was.room else when

"""Rooms and slots as people type them; what is half understood is asked about, never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from eventkit.errors import Invalid
from eventkit.event import days, days_as_typed
from eventkit.event.days import Which
from eventkit.text import lengths
from eventkit.text.language import gettext as _

MOST_ROOMS, MOST_SLOTS = 100, 200
NIGHT, EVENING, NOON, DAY = 7 * 60, 17 * 60, 12 * 60, 24 * 60  # minutes since midnight
LATE = 20 * 60  # what ends later is an evening that may go on past midnight
MORNING, PAUSE = days.MORNING.hour * 60, int(days.PAUSE.total_seconds()) // 60
LONGEST = 6 * 60  # minutes of what ends in the afternoon by our guess: 12:30-1:30
LATEST = date(2199, 12, 31)  # stands for the first day of lines that name no day

_CAPACITY = r"(?P<capacity>[0-9]{1,3}(?:[,.'’\u00a0\u202f][0-9]{3})+|[0-9]{1,5})(?![0-9]|[,.'’][0-9])"
_UNIT = r"(?:\s*(?:seats?|people|persons?|places|chairs|pax|ppl)\b)?"
_ROOM = re.compile(rf"{_CAPACITY}{_UNIT}(?:[\s,]+(?P<features>.*))?", re.IGNORECASE)
_TIME = (
    r"(?P<{0}hour>[0-9]{{1,2}})(?:[:.h](?P<{0}minute>[0-9]{{2}}))?(?P<{0}h>\s?h(?![a-z]))?"
    r"(?:\s*(?P<{0}half>[ap]\.?m\b\.?))?"
)
_SPAN = re.compile(
    r"(?:(?P<which>first|second|1st|2nd)\s+)?"
    + _TIME.format("s")
    + r"(?:\s*uhr)?\s*(?:[-–—−]|to|until|bis)\s*"
    + _TIME.format("e")
    + r"(?P<rest>(?![0-9]|[:.h][0-9]).*)",
    re.IGNORECASE,
)
_BEFORE_TITLE = re.compile(r"(?:[\s,:;|–—-]|(?:uhr|hrs?|h|o[’']clock)\b)*", re.IGNORECASE)
_NO_TITLE = re.compile(r"[ap]\.?m\b|.*[0-9][:.h][0-9]{2}\s*(?:[-–—−]|to\b)", re.IGNORECASE)


@dataclass(frozen=True)
class RoomLine:
    """A room as typed: `Main hall, 120, step-free projector`."""

    name: str
    capacity: int
    features: tuple[str, ...]
    directions: str = ""  # where it is

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, str(self.capacity), " ".join(self.features)]))


@dataclass(frozen=True)
class SlotLine:
    """A slot as typed: `10:00-10:45`, or with a title a fixed item.

    `day` counts from the event's first, by the date on which it starts: what ends before it starts ends a day later.
    """

    starts: time
    ends: time
    title: str
    day: int = 0
    which: Which = ""  # of two times that clocks put back show alike

    @property
    def minutes(self) -> tuple[int, int]:
        """When it starts and ends, in minutes since the first day's midnight, by the clocks."""
        first, last = (self.day * DAY + it.hour * 60 + it.minute for it in (self.starts, self.ends))
        back = self.which and self.starts < days.EVENING  # the clocks go back meanwhile
        return first, last if last > first or back else last + DAY

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M} {self.title}".rstrip()


def parse_rooms(text: str) -> list[RoomLine]:
    """Rooms from lines such as `Main hall, 120, step-free projector`. Raises Invalid, naming the line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = [_room(number, line) for number, line in lines]
    if not found:
        raise Invalid(rooms=_("Name at least one room, one a line: Main hall, 120"))
    if len(found) > MOST_ROOMS:
        raise Invalid(
            rooms=_(
                "That is %(found)s rooms. Up to %(most_rooms)s can be used.", found=len(found), most_rooms=MOST_ROOMS
            )
        )
    seen: set[str] = set()
    for (number, __), room in zip(lines, found, strict=True):
        if room.name.casefold() in seen:
            raise Invalid(
                rooms=_(
                    "Line %(number)s: there are two rooms called %(name)s. Give each a name of its own.",
                    number=number,
                    name=room.name,
                )
            )
        seen.add(room.name.casefold())
    return found


def _room(number: int, line: str) -> RoomLine:
    name, __, rest = line.partition(",")
    name = name.strip()
    if not name or len(name) > lengths.ROOM_NAME:
        raise Invalid(
            rooms=_(
                "Line %(number)s: give the room a name of up to %(room_name)s letters.",
                number=number,
                room_name=lengths.ROOM_NAME,
            )
        )
    match = _ROOM.fullmatch(rest.strip(", \t"))
    capacity = re.sub(r"[^0-9]", "", match["capacity"]) if match else ""
    if match is None or len(capacity) > 5:
        raise Invalid(
            rooms=_(
                "Line %(number)s: say how many people fit into %(name)s, like this: %(name)s, 40",
                number=number,
                name=name,
            )
        )
    try:
        room = room_line(name, int(capacity), match["features"] or "")
    except Invalid as refusal:
        raise Invalid(rooms=_("Line %(number)s: %(refusal)s", number=number, refusal=refusal)) from refusal
    if numbers := [tag for tag in room.features if not _says_something(tag)]:
        raise Invalid(
            rooms=_(
                "Line %(number)s: we read %(capacity)s as the seats, and do not understand %(numbers)s. "
                "Write the seats as one number, like this: %(name)s, 1200",
                number=number,
                capacity=capacity,
                numbers=numbers[0],
                name=name,
            )
        )
    return room


def room_line(name: str, capacity: int, features: str) -> RoomLine:
    """A room whose features are typed in one line, told apart by spaces or commas. Raises Invalid."""
    tags = tuple(dict.fromkeys(tag.lower() for tag in re.split(r"[,\s]+", features) if tag))
    if len(tags) > lengths.FEATURES or any(len(tag) > lengths.FEATURE for tag in tags):
        raise Invalid(
            _(
                "Up to %(features)s features of up to %(feature)s letters each can be kept for %(name)s.",
                features=lengths.FEATURES,
                feature=lengths.FEATURE,
                name=name,
            )
        )
    return RoomLine(name, capacity, tags)


def parse_slots(text: str, first: date | None = None) -> list[SlotLine]:
    """Slots from lines such as `10:00-10:45`, `10am-10:45am` or `12:30-13:30 Lunch`, day by day.

    A line that names a day (`Saturday 28 June`) stands above that day's slots; `first` is the event's. `1:30-2:15`
    after a line that ends later is in the afternoon, after an evening past midnight; where it could be meant otherwise,
    it is asked. Raises Invalid, naming the line.
    """
    found: list[tuple[int, SlotLine]] = []
    day, headed, before = 0, 0, None
    for number, typed in enumerate(text.splitlines(), 1):
        line = typed.strip()
        named = _day(number, line, first, day if found or headed else None) if line else None
        if named is not None:
            _refuse_empty(headed, before)
            day, headed, before = named, number, None
        elif line:
            slot = _slot(number, line, before, day)
            found.append((number, slot))
            before = slot.minutes[1] - day * DAY
    _refuse_empty(headed, before)
    if not any(not slot.title for __, slot in found):
        raise Invalid(slots=_("Give at least one slot for sessions, one a line: 10:00-10:45"))
    if len(found) > MOST_SLOTS:
        raise Invalid(
            slots=_(
                "That is %(found)s slots. Up to %(most_slots)s can be used.", found=len(found), most_slots=MOST_SLOTS
            )
        )
    found.sort(key=lambda item: item[1].minutes)
    for (__, slot), (number, after) in pairwise(found):
        if after.minutes[0] < slot.minutes[1] and not (after.which or slot.which):
            raise Invalid(
                slots=_(
                    "Line %(number)s: %(starts)s is before the slot before it ends, %(ends)s.",
                    number=number,
                    starts=after.starts.strftime("%H:%M"),
                    ends=slot.ends.strftime("%H:%M"),
                )
            )
    return [slot for __, slot in found]


def _day(number: int, line: str, first: date | None, before: int | None) -> int | None:
    """The day that a line names, counted from the first; None where it names none. Raises Invalid."""
    if _SPAN.fullmatch(line) and any(mark in line for mark in ":h"):
        return None
    begins = first or LATEST
    try:
        found = days_as_typed.read(line, begins, None if before is None else begins + timedelta(days=before))
    except (OverflowError, ValueError):
        raise Invalid(slots=_("Line %(number)s: That day is too far away. Choose another.", number=number)) from None
    except Invalid as refusal:
        raise Invalid(slots=_("Line %(number)s: %(refusal)s", number=number, refusal=refusal)) from refusal
    return None if found is None else (found - begins).days


def _refuse_empty(headed: int, before: int | None) -> None:
    if headed and before is None:
        raise Invalid(
            slots=_(
                "Line %(number)s: give this day a slot below its line, like 10:00-10:45, or remove the line.",
                number=headed,
            )
        )


@dataclass(frozen=True)
class _Clock:
    """A time as typed, in minutes since midnight; am or pm, a leading zero or an hour from 12 on make it sure."""

    minutes: int
    half: str  # a, p or empty
    sure: bool

    @property
    def later(self) -> int:
        """The same twelve hours later, where it may be meant so."""
        return self.minutes + NOON if not self.sure and self.minutes < NOON else self.minutes


def _clock(match: re.Match[str], which: str) -> _Clock | None:
    typed, half = match[which + "hour"], (match[which + "half"] or "").lower()[:1]
    hour, minute = int(typed), int(match[which + "minute"] or 0)
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _Clock(hour * 60 + minute, half, bool(half) or typed.startswith("0") or hour >= 12)


def _slot(number: int, line: str, before: int | None, day: int) -> SlotLine:
    match = _SPAN.fullmatch(line)
    starts, ends = (_clock(match, "s"), _clock(match, "e")) if match else (None, None)
    marks = any(match[name] for name in ("sminute", "eminute", "shalf", "ehalf", "sh", "eh")) if match else False
    if match is None or starts is None or ends is None or not marks:
        raise Invalid(
            slots=_(
                "Line %(number)s: %(line)s is neither a slot nor a day. Write 10:00-10:45, 12:30-13:30 Lunch, or above "
                "the slots of another day a line like Saturday 28 June.",
                number=number,
                line=repr(line[:40]),
            )
        )
    which = (match["which"] or "").lower().replace("1st", "first").replace("2nd", "second")
    night = which and not _past_midnight(starts.minutes, before)  # of a day that begins while the clocks go back
    first, last = _in_the_day(number, starts, ends, None if night else before)
    if last <= first and not which:
        raise Invalid(
            slots=_(
                "Line %(number)s: the slot ends at %(last)s, before it starts at %(first)s.",
                number=number,
                last=_shown(last),
                first=_shown(first),
            )
        )
    rest = match["rest"]
    title = rest[_BEFORE_TITLE.match(rest).end() :].strip()  # type: ignore[union-attr]  # it takes nothing, too
    if len(title) > lengths.SLOT_TITLE:
        raise Invalid(
            slots=_(
                "Line %(number)s: keep the title to %(slot_title)s letters.",
                number=number,
                slot_title=lengths.SLOT_TITLE,
            )
        )
    if title and (title[0] == rest[0] or _NO_TITLE.match(title) or not _says_something(title)):
        raise Invalid(
            slots=_(
                "Line %(number)s: we read %(span)s, and do not understand %(title)s. "
                "Write one slot a line, and a title in words: 12:30-13:30 Lunch",
                number=number,
                span=f"{_shown(first)}-{_shown(last)}",
                title=repr(title[:40]),
            )
        )
    begins, over = (time(*divmod(it % DAY, 60)) for it in (first, last))
    return SlotLine(begins, over, title, day + first // DAY, which)  # type: ignore[arg-type]  # by the pattern


def _in_the_day(number: int, starts: _Clock, ends: _Clock, end: int | None) -> tuple[int, int]:
    """When it starts and ends, in minutes since midnight; `end` is when the line above ends.

    Raises Invalid where night and day are not told apart.
    """
    first, last = starts.minutes, ends.minutes
    if starts.half != "p" and _past_midnight(first, end):
        first = first % DAY + DAY
        return first, last % DAY + DAY if last % DAY + DAY > first or last >= NOON else last % DAY + 2 * DAY
    if ends.half == "a" and last < first + NOON and not starts.sure and starts.later >= EVENING and last <= MORNING:
        return starts.later, last + DAY
    if last <= first and first >= EVENING and last <= MORNING:
        return first, last + DAY
    if ends.half and not starts.sure:
        first = starts.later if starts.later < last else first
    elif last <= first and ends.later - first <= LONGEST:
        last = ends.later
    if starts.half or ends.half or last <= first:
        return first, last
    back = end is not None and first < end  # the line above ends later than this one starts
    later = first + NOON, last + NOON if last < NOON else last
    doubtful = first < NIGHT and (back or (not starts.sure and (end is None or end >= NIGHT or end > first)))
    if not starts.sure and first < NIGHT and back and end is not None and later[0] >= end and later[1] > later[0]:
        return later
    evening = back and end is not None and end >= EVENING and not starts.sure and later[0] >= end
    if (doubtful or evening) and later[1] < DAY:
        half = _("afternoon") if later[0] < EVENING else _("evening")
        raise Invalid(
            slots=_(
                "Line %(number)s: is that in the %(half)s? Then write %(later_first)s-%(later_last)s. "
                "If it is not, put it before what is later, as %(first)s-%(last)s.",
                number=number,
                half=half,
                later_first=_shown(later[0]),
                later_last=_shown(later[1]),
                first=_shown(first),
                last=_shown(last),
            )
        )
    return first, last


def _past_midnight(first: int, end: int | None) -> bool:
    """Whether what starts then goes on with an evening; `24:00` always does."""
    return first >= DAY or (end is not None and end >= LATE and first < MORNING and first + DAY - end < PAUSE)


def _shown(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes % DAY, 60))


def _says_something(text: str) -> bool:
    """Whether there is a letter or a symbol in it, not only digits and punctuation."""
    return any(unicodedata.category(character)[0] in "LS" for character in text)

"""What phones are told of a grid by notification: what changed for their owner, what starts soon, what is announced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from eventkit.event.subscribing import Due
from eventkit.grid import my_day, published
from eventkit.grid.my_day import Choices, PersonalDay, Wanted
from eventkit.grid.times import Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Announcement, Event, Person, PushSubscription
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import ngettext
from eventkit.web_push import Target

FRESH = timedelta(minutes=15)  # after which news is not sent any more: no worker ran meanwhile
LINES = 3  # of news in one notification
LONGEST = 400  # letters of a notification


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One notification for one browser: a title, a few lines, and for how many seconds it is worth hearing."""

    subscription_id: int
    target: Target
    language: str
    title: str
    body: str
    about: str  # a later one about the same takes its place
    seconds: int


def whom(tx: Transaction, event_id: int) -> list[int]:
    """The ids of the people at an event who asked for notifications."""
    query = select(PushSubscription.person_id).join(Person, col(Person.id) == PushSubscription.person_id)
    return list(
        tx.scalars(query.where(Person.event_id == event_id).distinct().order_by(col(PushSubscription.person_id)))
    )


def messages(tx: Transaction, due: Due, people: Sequence[int], moment: datetime) -> list[Notification]:
    """What is to be told these people, each in the language of the phone that asked."""
    event = tx.get(Event, due.event_id)
    if event is None or (grid := published.read(tx, event, moment)) is None:
        return []
    new = select(Announcement).where(Announcement.event_id == event.id, col(Announcement.id) > due.announcement_id)
    announced = tx.scalars(new.where(Announcement.until > moment, col(Announcement.ended_at).is_(None))).all()
    rows = tx.scalars(select(PushSubscription).where(col(PushSubscription.person_id).in_(people))).all()
    found: list[Notification] = []
    for row in rows:
        with language.speaking(row.language):
            times = Times(event.timezone, grid.days)
            day = my_day.day(tx, event.id, Choices(row.person_id), grid, times, moment)
            told = [
                *_news(day, due, row.person_id, moment),
                *_starts(day, due, times, moment),
                *((event.name, it.text, "announced", FRESH) for it in announced if _hears(day, it)),
            ]
        target = Target(row.endpoint, row.p256dh, row.auth)
        found += [
            Notification(
                subscription_id=row.id,
                target=target,
                language=row.language,
                title=title,
                body=_cut(body),
                about=about,
                seconds=round(span.total_seconds()),
            )
            for title, body, about, span in told
        ]
    return found


def _hears(day: PersonalDay, row: Announcement) -> bool:
    return day.concerned(row.room_id, row.slot_id)


def _news(day: PersonalDay, due: Due, person_id: int, moment: datetime) -> Iterator[tuple[str, str, str, timedelta]]:
    """What changed of what somebody hosts, chose or goes to, in one; what they did themselves they know."""
    new = [it for it in day.changed if it.revision > due.revision and it.by != person_id and moment - it.at < FRESH]
    lines = [it.text for it in new[:LINES]]
    if more := len(new) - len(lines):
        lines.append(ngettext("And %(num)s more change.", "And %(num)s more changes.", more))
    if lines:
        yield _("Changed for you"), "\n".join(lines), "changed", FRESH


def _starts(day: PersonalDay, due: Due, times: Times, moment: datetime) -> Iterator[tuple[str, str, str, timedelta]]:
    """What starts within minutes, the strongest choice first."""
    for stretch in day.stretches:
        if not due.starts_after < stretch.slot.starts_at <= due.starts_until:
            continue
        own = [it for it in stretch.choices if not stretch.goes_on(it) and it.placed and it.placed.standing]
        if own:
            title = _("Starts at %(time)s", time=times.clock(stretch.slot.starts_at))
            yield title, "\n".join(map(_place, own[:LINES])), "starts", stretch.slot.starts_at - moment


def _place(choice: Wanted) -> str:
    assert choice.placed is not None
    return f"{choice.placed.title or _('A session')}: {choice.placed.room.name}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

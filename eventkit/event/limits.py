"""How much one phone may do: sizes and rates, by its token and never by its address, since a venue has one address."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from eventkit.errors import TooMany
from eventkit.storage.tables import Event
from eventkit.text.language import gettext as _
from eventkit.text.language import marked


@dataclass(frozen=True)
class Limit:
    """`most` of something: in `seconds` where given, else altogether. `Event.limits[name]` overrides `most`."""

    name: str
    most: int
    sentence: str
    seconds: float = 0.0


PITCHES = Limit(
    "pitches",
    20,
    marked(
        "You have pitched %(most)s times, which is as often as one person can here. "
        "Edit one of yours, or ask the organiser."
    ),
)
ALL_PITCHES = Limit(
    "all_pitches",
    1000,
    marked("This event has %(most)s pitches and takes no more. Ask the organiser to raise the limit."),
)
VOTES = Limit("votes", 120, marked("That is more than %(most)s votes in a minute. Wait a few seconds, then go on."), 60)
CHANGES = Limit(  # of every kind but votes: what one phone can keep the writer busy with
    "changes",
    120,
    marked("That is more than %(most)s changes in a minute. Wait a few seconds, then send it again."),
    60,
)
NOTES = Limit(
    "notes", 30, marked("That is more than %(most)s notes in a minute. Wait a few seconds, then send it again."), 60
)
PICTURES = Limit(
    "pictures",
    30,
    marked("That is more than %(most)s pictures in an hour. Choose the best, or wait a while."),
    3600,
)
SESSION_PICTURES = Limit(
    "session_pictures",
    40,
    marked("These notes have %(most)s pictures, and take no more. Ask the organiser to raise the limit."),
)
EVENT_PICTURES = Limit(
    "event_pictures",
    400,
    marked("This event has %(most)s pictures, and takes no more. Ask the organiser to raise the limit."),
)
REPORTS = Limit(
    "reports",
    10,
    marked("That is more than %(most)s reports in an hour. Tell an organiser, or wait a while."),
    3600,
)
CODES = Limit(
    "codes", 10, marked("That is more than %(most)s tries in a minute. Look at the code again and wait a minute."), 60
)
WRONG_CODES = Limit(
    "wrong_codes",
    200,
    marked("Too many wrong codes were tried at this event. Wait a few minutes, or ask the organiser."),
    3600,
)
OWN_WRONG_CODES = Limit(
    "own_wrong_codes",
    20,
    marked("That is more than %(most)s wrong codes in an hour. Ask the organiser to help you."),
    3600,
)
STARTS = Limit(
    "starts", 10, marked("That is more than %(most)s events started in an hour. Wait a while, then go on."), 3600
)
ALL_STARTS = Limit(
    "all_starts", 100, marked("Too many events were started in the last hour. Wait a few minutes."), 3600
)
BUILDS = Limit(
    "builds",
    40,
    marked("That is more than %(most)s builds in an hour. Look at those there are, or wait a few minutes."),
    3600,
)
KNOWN = {
    limit.name: limit
    for limit in (
        *(PITCHES, ALL_PITCHES, VOTES, CHANGES, NOTES, PICTURES, REPORTS),
        *(SESSION_PICTURES, EVENT_PICTURES, CODES, OWN_WRONG_CODES, WRONG_CODES, BUILDS),
    )
}
TOLD_AGAIN = 1.0  # seconds for which a refusal stands unasked; a limit that organisers raise counts after that
ANEW = "anew"  # in Event.limits: how often the organiser began to count anew


def counted_as(event: Event, *key: Hashable) -> tuple[Hashable, ...]:
    """The key of a rate at this event: another one each time that the organiser begins to count anew."""
    return event.id, event.limits.get(ANEW, 0), *key


def count_anew(event: Event) -> None:
    """Forget what was spent of the rates of codes at this event, in every process."""
    event.limits = {**event.limits, ANEW: event.limits.get(ANEW, 0) + 1}


def most(limit: Limit, raised: dict[str, int]) -> int:
    """The limit in force, where `raised` is `Event.limits`."""
    return raised.get(limit.name, limit.most)


def refuse_above(limit: Limit, event: Event, count: int) -> None:
    """Raise TooMany where `count` things exist already and the event's limit allows no other."""
    if count >= most(limit, event.limits):
        refuse(limit, event)


def refuse(limit: Limit, event: Event) -> NoReturn:
    """Raise TooMany with what the limit is at this event."""
    raise TooMany(_(limit.sentence, most=most(limit, event.limits)))


@dataclass
class Rates:
    """The rates of one process, kept in memory: what a restart forgets here, nobody misses.

    Each key has one number, the moment at which its allowance is whole again (the generic cell rate algorithm): a
    burst up to the limit passes at once, after that one each `seconds / most`. Several processes each allow the rate.
    """

    clock: Callable[[], float] = time.monotonic
    _whole_at: dict[Hashable, float] = field(default_factory=dict)
    _refused: dict[Hashable, tuple[float, float, str]] = field(default_factory=dict)  # until when; allowed at; why
    _largest: int = 50_000  # keys at which those that are idle are forgotten

    def __post_init__(self) -> None:
        self._fewest = self._largest

    def spend(self, limit: Limit, key: Hashable, raised: dict[str, int] | None = None) -> None:
        """Count one. Raises TooMany, uncounted, where that is too much."""
        allowed = most(limit, raised or {})
        now = self.clock()
        whole_at = self._next(limit, key, allowed, now)
        if len(self._whole_at) >= self._largest:
            self._forget_idle(now)
        self._whole_at[limit.name, key] = whole_at

    def check(self, limit: Limit, key: Hashable, raised: dict[str, int] | None = None) -> None:
        """Raise TooMany where spend() would, counting nothing."""
        self._next(limit, key, most(limit, raised or {}), self.clock())

    @contextmanager
    def refusing_again(self, key: Hashable) -> Iterator[None]:
        """Do what a rate may refuse. Whom one told to wait is told again at once for a second, and nothing is done.

        A flood of refused posts would keep the one writer from everybody's votes: each asks the database who sends it.
        """
        now = self.clock()
        until, allowed_at, why = self._refused.get(key, (now, now, ""))
        if now < until:
            raise TooMany(why, allowed_at - now)
        try:
            yield
        except TooMany as refusal:
            if refusal.seconds is not None:
                if len(self._refused) >= self._fewest:
                    self._refused.clear()
                now = self.clock()
                allowed_at = now + refusal.seconds
                self._refused[key] = min(allowed_at, now + TOLD_AGAIN), allowed_at, str(refusal)
            raise

    def _next(self, limit: Limit, key: Hashable, allowed: int, now: float) -> float:
        whole_at = max(self._whole_at.get((limit.name, key), now), now) + limit.seconds / max(allowed, 1)
        if allowed < 1 or (early := whole_at - now - limit.seconds * (1 + 1e-9)) > 0:
            raise TooMany(_(limit.sentence, most=allowed), None if allowed < 1 else early)
        return whole_at

    def _forget_idle(self, now: float) -> None:
        """Keep the busy ones, and look again only when there are twice as many: each new key costs the same share."""
        self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
        self._largest = max(self._fewest, 2 * len(self._whole_at))

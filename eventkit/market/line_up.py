"""The line-up: hosts pitch on stage one after another, by one order and one clock that every screen follows.

Nobody is heard twice and nobody is passed over: a pitch waits until it was heard or withdrawn, whatever is done to
others. The host of a pitch that was merged into another is heard with that one, or alone where that was heard before;
where whoever is up becomes part of another, both are up.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.errors import Forbidden, Invalid, Stale
from eventkit.event.roles import Facilitator, Viewer
from eventkit.market import hosting, merging, on_offer, pitches
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Host, Pitch, Stage, Turn
from eventkit.text import language
from eventkit.text.language import gettext as _

SECONDS = 30  # of one turn, unless a facilitator says otherwise
LONGER = 15  # seconds that a turn is made longer by
SHORTEST, LONGEST = 10, 600  # seconds that a turn may have


@dataclass(frozen=True)
class Speaker:
    """A pitch in the line-up, and whether its host said that they are there."""

    id: int
    title: str
    host_name: str
    ready: bool = False


@dataclass(frozen=True, kw_only=True)
class LineUp:
    """The line-up at a moment: who is up, the clock, who comes, who was heard (the last one first)."""

    version: int
    speaker: Speaker | None
    seconds: int
    left: float
    runs_until: datetime | None
    coming: list[Speaker]
    heard: list[Speaker]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.coming) + len(self.heard) + (self.speaker is not None)


def read(tx: Transaction, event: Event) -> LineUp:
    """The line-up as it is now."""
    stage = tx.get(Stage, event.id) or _new(event)
    turns = _turns(tx, event.id)
    standing, heard = _in_order(tx, event.id, turns)
    speaker = _up(tx, stage, standing)
    moment = now()
    left = stage.left if stage.runs_until is None else max(0.0, (stage.runs_until - moment).total_seconds())
    return LineUp(
        version=stage.version,
        speaker=speaker,
        seconds=stage.seconds,
        left=left if speaker else 0.0,
        runs_until=stage.runs_until if speaker else None,
        coming=[one for one in standing if one is not speaker],
        heard=heard,
    )


@dataclass(frozen=True)
class HostsTurn:
    """What a host's own phone says of a turn: of which pitch, how many come before it (None: up now), and if ready."""

    pitch_id: int
    before: int | None
    ready: bool


def turns(tx: Transaction, event: Event, viewer: Viewer) -> dict[int, HostsTurn] | None:
    """The turns of what the viewer hosts, by pitch, for a part by what it is part of; of several the first.

    Nothing of what was heard; None before the line-up has begun.
    """
    stage = tx.get(Stage, event.id)
    if stage is None or not stage.version:
        return None
    mine = hosting.hosted_alone(tx, event.id, viewer.person_id)
    if not mine:
        return {}
    line = read(tx, event)
    places = {one.id: HostsTurn(one.id, place, one.ready) for place, one in enumerate(line.coming)}
    if line.speaker:
        places = {line.speaker.id: HostsTurn(line.speaker.id, None, line.speaker.ready), **places}
    found: dict[int, HostsTurn] = {}
    for pitch_id, turn in places.items():
        for own, root in mine.items():
            if pitch_id in (own, root):
                found.setdefault(root, turn)
    return found


def go_on(tx: Transaction, by: Facilitator, version: int) -> None:
    """Whoever is up was heard; the next one comes up and the clock starts. Raises Stale."""
    stage, line = _act(tx, by, version)
    if line.speaker:
        _hear(tx, by.event.id, line.speaker.id)
    _come_up(stage, line.coming[0].id if line.coming else None)


def later(tx: Transaction, by: Facilitator, version: int) -> None:
    """Whoever is up is not here: they come at the end, and the next one comes up. Raises Stale."""
    stage, line = _act(tx, by, version)
    if line.speaker:
        _arrange(tx, by.event.id, [*(one.id for one in line.coming), line.speaker.id])
    _come_up(stage, line.coming[0].id if line.coming else None)


def call(tx: Transaction, by: Facilitator, version: int, pitch_id: int) -> None:
    """This one comes up now, also once more; whoever is up comes next. Raises Stale, Invalid."""
    stage, line = _act(tx, by, version)
    if pitch_id not in {one.id for one in (*line.coming, *line.heard)}:
        raise Invalid(_("This pitch is not in the line-up any more. Choose another one."))
    _turn(tx, by.event.id, pitch_id).heard_at = None
    waiting = [one.id for one in (line.speaker, *line.coming) if one and one.id != pitch_id]
    _arrange(tx, by.event.id, waiting)
    _come_up(stage, pitch_id)


def go_back(tx: Transaction, by: Facilitator, version: int) -> None:
    """The one heard last comes up once more; whoever is up comes next. Raises Stale, Invalid."""
    with_heard = read(tx, by.event).heard
    if not with_heard:
        raise Invalid(_("Nobody has been heard yet, so there is nobody to go back to."))
    call(tx, by, version, with_heard[0].id)


def put(tx: Transaction, by: Facilitator, version: int, pitch_id: int, place: int) -> None:
    """Let this one wait at a place among those who come, 0 for the next. Raises Stale, Invalid."""
    __, line = _act(tx, by, version)
    waiting = [one.id for one in line.coming if one.id != pitch_id]
    if len(waiting) == len(line.coming):
        raise Invalid(_("This pitch does not wait in the line-up any more."))
    waiting.insert(max(0, place), pitch_id)
    _arrange(tx, by.event.id, waiting)


def put_by_number(tx: Transaction, by: Facilitator, version: int, number: int, place: int) -> None:
    """Let who waits at this number wait at another place, both counted from 1. Raises Stale, Invalid."""
    coming = read(tx, by.event).coming
    if not 1 <= number <= len(coming):
        raise Invalid(
            _("%(number)s is no number in this list. Choose one from 1 to %(last)s.", number=number, last=len(coming))
        )
    put(tx, by, version, coming[number - 1].id, place - 1)


def pause(tx: Transaction, by: Facilitator, version: int) -> None:
    """Stop the clock. Raises Stale."""
    stage, line = _act(tx, by, version)
    stage.left, stage.runs_until = line.left, None


def resume(tx: Transaction, by: Facilitator, version: int) -> None:
    """Let the clock run on. Raises Stale."""
    stage, line = _act(tx, by, version)
    if line.speaker and stage.runs_until is None:
        stage.runs_until = now() + timedelta(seconds=stage.left)


def give_time(tx: Transaction, by: Facilitator, version: int, seconds: int = LONGER) -> None:
    """Give whoever is up more time. Raises Stale."""
    stage, line = _act(tx, by, version)
    left = min(float(LONGEST), line.left + seconds)
    stage.left = left
    if stage.runs_until is not None:
        stage.runs_until = now() + timedelta(seconds=left)


def set_seconds(tx: Transaction, by: Facilitator, version: int, seconds: int) -> None:
    """How long each turn is from the next one on. Raises Stale, Invalid."""
    if not SHORTEST <= seconds <= LONGEST:
        raise Invalid(
            _("A turn can have from %(shortest)s to %(longest)s seconds.", shortest=SHORTEST, longest=LONGEST)
        )
    stage, __ = _act(tx, by, version)
    stage.seconds = seconds


def say_ready(tx: Transaction, event: Event, viewer: Viewer, pitch_id: int, ready: bool) -> None:
    """A host, or a facilitator for them, says that they are there, or not; of a part with all that it is part of.

    Raises NotFound, Forbidden.
    """
    pitch = pitches.get(tx, event.id, pitch_id)
    if not viewer.facilitator and not hosting.hosts_some(tx, pitch.id, viewer):
        raise Forbidden(_("Only a host can say that they are ready to pitch this."))
    _turn(tx, event.id, _waits_as(tx, pitch)).ready = ready
    change_log.record(tx, event.id, ChangeKind.LINE_UP)


def _act(tx: Transaction, by: Facilitator, version: int) -> tuple[Stage, LineUp]:
    """The stage, to be changed by whoever saw its newest version, and the line-up. Raises Stale."""
    stage = tx.get(Stage, by.event.id)
    if stage is None:
        tx.add(stage := _new(by.event))
    if stage.version != version:
        raise Stale(_("Somebody else went on in the meantime. Here is the line-up as it is now."))
    line = read(tx, by.event)
    stage.version += 1
    change_log.record(tx, by.event.id, ChangeKind.LINE_UP)
    return stage, line


def _up(tx: Transaction, stage: Stage, standing: list[Speaker]) -> Speaker | None:
    """Who is up: the pitch that was called, or what that is part of by now."""
    called = tx.get(Pitch, stage.pitch_id) if stage.pitch_id else None
    return next((one for one in standing if called and one.id == _waits_as(tx, called)), None)


def _waits_as(tx: Transaction, pitch: Pitch) -> int:
    """The pitch as which a pitch is heard: what it is part of, but itself where that was heard before."""
    turn = tx.get(Turn, pitch.merged_into) if pitch.merged_into else None
    return pitch.id if pitch.merged_into is None or (turn and turn.heard_at) else pitch.merged_into


def _new(event: Event) -> Stage:
    return Stage(event_id=event.id, version=0, seconds=SECONDS, left=0.0)


def _come_up(stage: Stage, pitch_id: int | None) -> None:
    stage.pitch_id, stage.left = pitch_id, float(stage.seconds)
    stage.runs_until = now() + timedelta(seconds=stage.seconds) if pitch_id else None


def _hear(tx: Transaction, event_id: int, pitch_id: int) -> None:
    """Note that a pitch was heard, and with it all that was merged into it."""
    parts = tx.scalars(select(Pitch.id).where(Pitch.event_id == event_id, Pitch.merged_into == pitch_id))
    for heard in (pitch_id, *parts):
        _turn(tx, event_id, heard).heard_at = now()


def _arrange(tx: Transaction, event_id: int, pitch_ids: list[int]) -> None:
    for position, pitch_id in enumerate(pitch_ids):
        _turn(tx, event_id, pitch_id).position = position


def _turn(tx: Transaction, event_id: int, pitch_id: int) -> Turn:
    turn = tx.get(Turn, pitch_id)
    if turn is None:
        tx.add(turn := Turn(pitch_id=pitch_id, event_id=event_id))
    return turn


def _turns(tx: Transaction, event_id: int) -> dict[int, Turn]:
    return {turn.pitch_id: turn for turn in tx.scalars(select(Turn).where(Turn.event_id == event_id))}


def _in_order(tx: Transaction, event_id: int, turns: dict[int, Turn]) -> tuple[list[Speaker], list[Speaker]]:
    """Who waits or is up, in order, and who was heard, the last one first.

    Those that were put somewhere come first. Of the others, everybody's first pitch comes before anybody's second.
    """
    query = select(Pitch).where(Pitch.event_id == event_id, *on_offer.offered(), col(Pitch.repeat_of).is_(None))
    rows = list(tx.scalars(query.order_by(col(Pitch.id))))
    on_phones = select(Host.pitch_id, Host.person_id).join(Pitch, col(Pitch.id) == Host.pitch_id)
    phones = dict(tx.execute(on_phones.where(Pitch.event_id == event_id)).all())
    made: Counter[str | int] = Counter()
    waiting, heard = [], []
    for row in rows:
        turn = turns.get(row.id)
        speaker = Speaker(row.id, row.title, language.listed(merging.hosts(row)), bool(turn and turn.ready))
        host = row.host_name.casefold() or phones.get(row.id, -row.id)  # typed for somebody: nobody knows whose else
        made[host] += 1
        if turn and turn.heard_at:
            if row.merged_into is None:
                heard.append((turn.heard_at, speaker))
        elif row.merged_into is None or _was_heard(turns, row.merged_into):
            placed = (0, turn.position) if turn and turn.position is not None else (1, made[host])
            waiting.append(((*placed, row.id), speaker))
    return [it for __, it in sorted(waiting, key=lambda it: it[0])], [
        it for __, it in sorted(heard, key=lambda it: it[0])[::-1]
    ]


def _was_heard(turns: dict[int, Turn], pitch_id: int) -> bool:
    return pitch_id in turns and turns[pitch_id].heard_at is not None

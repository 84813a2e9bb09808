"""What would help a grid most, in plain words: changes of rooms and pins that a study tried, and what each would do."""

from collections import Counter
from collections.abc import Iterable

from eventkit.building.studies import KeptSuggestion
from eventkit.draft.costs import FEWER_AWAY, FEWER_KEPT, FEWER_OUT, MORE_AWAY, MORE_KEPT, MORE_OUT, counted
from eventkit.draft.warnings import Names
from eventkit.grid import versions
from eventkit.text.language import gettext as _

MOST = 4  # changes told
MOST_ALIKE = 2  # of one kind: a fifth room helps a little at any time of day


def sentences(found: Iterable[KeptSuggestion], names: Names) -> list[str]:
    """The changes that would help most, best first.

    What is gone by now (a room, a slot, a pitch) is left out, and what helps nobody who could be counted.
    """
    told: list[str] = []
    kinds: Counter[str] = Counter()
    for change in found:
        sentence = _sentence(change, names)
        if sentence and kinds[change.kind] < MOST_ALIKE and len(told) < MOST:
            kinds[change.kind] += 1
            told.append(sentence)
    return told


def _sentence(change: KeptSuggestion, names: Names) -> str:
    pitch = names.pitches.get(int(change.session))
    what, effect = pitch and _what(change, names, versions.quoted(pitch)), _effect(change)
    if not pitch or not what or not effect:
        return ""
    if change.kind == "lift-pin":
        return _("%(change)s: %(effect)s.", change=what, effect=effect)
    title = versions.quoted(pitch)
    return _("%(change)s: %(effect)s. %(title)s could go there.", change=what, effect=effect, title=title)


def _what(change: KeptSuggestion, names: Names, quoted: str) -> str:
    """The change itself; empty where its room or slot is gone."""
    slot = names.slots.get(int(change.slot or 0))
    room = names.rooms.get(int(change.room or 0))
    at = names.times.start(slot.starts_at) if slot else ""
    if change.kind == "new-room" and slot:
        return _("One more room at %(time)s", time=at)
    if change.kind == "open-room" and slot and room:
        return _("Opening %(room)s at %(time)s", room=room.name, time=at)
    if change.kind == "feature" and room:
        detail = change.detail or ""
        return _("%(feature)s in %(room)s", feature=f"{detail[:1].upper()}{detail[1:]}", room=room.name)
    return _("Unpinning %(title)s", title=quoted) if change.kind == "lift-pin" else ""


def _effect(change: KeptSuggestion) -> str:
    """What it does, the best first: `23 more wishes kept, 3 fewer left out`; empty for next to nothing."""
    kept, out, away = change.kept, change.left_out, round(change.turned_away)
    good = [
        counted(max(kept, 0), MORE_KEPT, FEWER_KEPT),
        counted(min(out, 0), MORE_OUT, FEWER_OUT),
        counted(min(away, 0), MORE_AWAY, FEWER_AWAY),
    ]
    told = ", ".join([words for words in good if words][:2])
    lost = counted(min(kept, 0), MORE_KEPT, FEWER_KEPT)
    return _("%(effect)s, but %(reason)s", effect=told, reason=lost) if told and lost else told

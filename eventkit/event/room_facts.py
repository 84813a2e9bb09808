"""Room facts: what people need to know of a room before they go there, out of all that it has; features in words."""

from collections.abc import Iterable

from eventkit.storage.tables import Room
from eventkit.text.language import gettext as _
from eventkit.text.language import listed, marked

FACTS = {
    "step-free": marked("step-free"),
    "hearing-loop": marked("hearing loop"),
    "quiet": marked("quiet room"),
    "quiet-room": marked("quiet room"),
}
FEATURES = {
    **FACTS,
    "projector": marked("projector"),
    "screen": marked("screen"),
    "whiteboard": marked("whiteboard"),
    "microphone": marked("microphone"),
}


def facts(room: Room) -> list[str]:
    """The facts of a room in words, each once: that one gets in without steps, a hearing loop, that it is quiet."""
    return list(dict.fromkeys(_(word) for name, word in FACTS.items() if name in room.features))


def feature(name: str) -> str:
    """What a room has, in the reader's language where it is one of FEATURES; else as its organiser wrote it."""
    return _(FEATURES[name]) if name in FEATURES else name


def features(names: Iterable[str]) -> str:
    """The same of several, as in a sentence."""
    return listed(map(feature, names))

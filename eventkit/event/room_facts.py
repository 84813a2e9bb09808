"""Room facts: what people need to know of a room before they go there, out of all that it has."""

from eventkit.storage.tables import Room
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

KNOWN = {
    "step-free": marked("step-free"),
    "hearing-loop": marked("hearing loop"),
    "quiet": marked("quiet room"),
    "quiet-room": marked("quiet room"),
}


def facts(room: Room) -> list[str]:
    """The facts of a room in words, each once: that one gets in without steps, a hearing loop, that it is quiet."""
    return list(dict.fromkeys(_(word) for name, word in KNOWN.items() if name in room.features))

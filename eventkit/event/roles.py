"""What somebody may do at an event: a viewer, and the authority of its facilitators and of its organiser as types.

A verb that is the organiser's or the facilitators' takes `Organiser` or `Facilitator` in the place of the event, so it
cannot be called by whoever has not become one: from a viewer by organiser() and facilitator(), which refuse others, or
by at_the_machine(), for commands on the server, whose owner holds the database anyway.
"""

from dataclasses import InitVar, dataclass

from eventkit.errors import Forbidden
from eventkit.storage.tables import Event
from eventkit.text.language import gettext as _

_GRANTED = object()  # known in this module only: nobody else makes an authority


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a phone's token, its person once there is one, and what its links allow."""

    token: str
    person_id: int | None = None
    name: str = ""
    organiser: bool = False
    facilitator: bool = False  # true for organisers too
    stopped: bool = False  # can only read; never one who helps here


@dataclass(frozen=True)
class Facilitator:
    """The right to help with anybody's pitch at one event, and the person who has it, where that is known."""

    event: Event
    person_id: int | None
    granted: InitVar[object]

    def __post_init__(self, granted: object) -> None:
        if granted is not _GRANTED:
            raise TypeError("An authority comes from roles.organiser(), facilitator() or at_the_machine() only.")


class Organiser(Facilitator):
    """The right to change all that is the organiser's at one event: venue, grid, builds, links, limits."""


def organiser(event: Event, viewer: Viewer) -> Organiser:
    """The authority of an organiser's device over the event that it was let into. Raises Forbidden."""
    if not viewer.organiser:
        raise Forbidden(_("Only the organiser can do this. Open the organiser’s link on this device first."))
    return Organiser(event, viewer.person_id, _GRANTED)


def facilitator(event: Event, viewer: Viewer) -> Facilitator:
    """The authority of an organiser's or facilitator's device. Raises Forbidden."""
    if not viewer.facilitator:
        raise Forbidden(_("Only organisers and facilitators can do this. Ask one of them for their link."))
    return (Organiser if viewer.organiser else Facilitator)(event, viewer.person_id, _GRANTED)


def at_the_machine(event: Event) -> Organiser:
    """The authority of whoever holds the machine: commands, the rehearsal, imports; never a request."""
    return Organiser(event, None, _GRANTED)

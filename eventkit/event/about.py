"""What organisers say of an event (who to ask, conduct, photographs, access, a quiet room, wifi), and its licence."""

from dataclasses import dataclass, fields

from sqlmodel import or_, select
from sqlmodel.sql.expression import SelectOfScalar

from eventkit.event import editions
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import About, ChangeKind
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

LICENCE = "CC BY 4.0"  # of all that people write
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One short text for each matter, as organisers typed it; empty where they said nothing."""

    ask: str = ""
    conduct: str = ""
    conduct_contact: str = ""
    photographs: str = ""
    access: str = ""
    quiet_room: str = ""
    wifi: str = ""

    @property
    def lasting(self) -> "Facts":
        """What outlives the day and names nobody: all that goes into books and files. No contact, no wifi."""
        return Facts(conduct=self.conduct, photographs=self.photographs, access=self.access, quiet_room=self.quiet_room)


@dataclass(frozen=True)
class Matter:
    """A matter that the page tells of: its field, its heading, and what holds where organisers said nothing."""

    key: str
    heading: str
    usual: str = ""


MATTERS = (
    Matter("ask", marked("Who to ask"), marked("Ask any of the organisers, whatever it is.")),
    Matter(
        "conduct",
        marked("How we treat each other"),
        marked(
            "Everybody is welcome. Be kind, listen, and let others speak. Nobody is insulted, pestered or touched "
            "against their will, here or on these pages; whoever does that may be asked to leave."
        ),
    ),
    Matter(
        "conduct_contact",
        marked("If somebody does not treat you well"),
        marked("Tell any of the organisers. You need not be sure, and it need not have been you."),
    ),
    Matter(
        "photographs",
        marked("Photographs"),
        marked("Ask before you take a picture of people, and before you publish one. A no needs no reason."),
    ),
    Matter(
        "access",
        marked("Access"),
        marked("Which rooms are step-free or have a hearing loop stands on the grid. Tell an organiser what you need."),
    ),
    Matter("quiet_room", marked("Quiet room")),
    Matter("wifi", marked("Wifi")),
)


def read(tx: Transaction, event_id: int) -> Facts:
    """What the organisers have said."""
    row = tx.get(About, event_id)
    return Facts(**{it.name: getattr(row, it.name) for it in fields(Facts)}) if row else Facts()


def edition(facts: Facts) -> str:
    """A fingerprint of what is said now."""
    return editions.edition(vars(facts))


def change(tx: Transaction, by: Organiser, facts: Facts, seen: str = "") -> None:
    """Put this in place of what is said. Raises Stale where that is not what they had `seen`."""
    tx.refresh(by.event, with_for_update=True)
    editions.refuse_changed(seen, vars(read(tx, by.event.id)), vars(facts))
    store(tx, by.event.id, facts)
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def store(tx: Transaction, event_id: int, facts: Facts) -> None:
    """Keep it as it is."""
    row = tx.get(About, event_id) or About(event_id=event_id)
    for it in fields(Facts):
        setattr(row, it.name, getattr(facts, it.name))
    tx.add(row)


def forget_contacts(tx: Transaction, event_id: int) -> None:
    """Delete who to ask and the word of the wifi; what names nobody stays."""
    facts = read(tx, event_id)
    if facts != facts.lasting:
        store(tx, event_id, facts.lasting)


def with_contacts(event_id: int) -> SelectOfScalar[int]:
    """The query that finds the event where it says whom to ask, or a word for the wifi."""
    said = or_(About.ask != "", About.conduct_contact != "", About.wifi != "")
    return select(About.event_id).where(About.event_id == event_id, said)


def stays(facts: Facts) -> list[tuple[str, str]]:
    """Headings and texts of what organisers wrote themselves that outlives the day, for the book."""
    return [(_(it.heading), text) for it in MATTERS if (text := getattr(facts.lasting, it.key))]

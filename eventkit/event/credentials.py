"""Codes and keys that are derived instead of stored: a second phone's, a pitch's for its host, a calendar's.

Each is an HMAC of the server's secret key over the row it belongs to, the event's salt and a generation. So pages can
show it again and again, the database holds none, a greater generation ends one, and a new salt ends all of an event.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from eventkit.errors import NotFound
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Person, Pitch
from eventkit.text import codes
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

WALL_WORD = 300  # seconds that the wall shows one word
UNKNOWN_PHONE = marked(
    "No phone shows this code. Look at it again: a code works once, then your phone shows a new one."
)
UNKNOWN_PITCH = marked("No pitch has this code. Look at it again, or ask whoever gave it to you for a new one.")


@dataclass(frozen=True)
class Credentials:
    """What makes and recognises the codes of one server."""

    secret_key: str = field(repr=False)

    def phone_code(self, event: Event, person: Person) -> str:
        """The code that joins a second phone of this person."""
        return self._code("phone", event, person.id, person.phone_code_generation)

    def claim_code(self, event: Event, pitch: Pitch) -> str:
        """The code that attaches this pitch to its host's phone."""
        return self._code("claim", event, pitch.id, pitch.claim_code_generation)

    def calendar_key(self, event: Event, person: Person) -> str:
        """The key in the address of this person's calendar feed: their number and 128 bits."""
        digest = self._digest("calendar", event, person.id, person.calendar_key_generation)
        return f"{person.id}-{urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"

    def showing_key(self, event: Event, person: Person, ends_at: datetime) -> str:
        """The secret by which a friend sees this person's choices until then: 144 bits."""
        digest = self._digest("showing", event, person.id, int(ends_at.timestamp()))
        return urlsafe_b64encode(digest[:18]).decode()

    def wall_word(self, event: Event, moment: float, ago: int = 0) -> str:
        """The word that the wall shows at a moment, in seconds since 1970, or showed so many words ago."""
        return codes.spelt(self._digest("wall", event, event.id, int(moment // WALL_WORD) - ago), syllables=3)

    def is_wall_word(self, event: Event, moment: float, typed: str) -> bool:
        """Whether the wall shows this word, or showed it just before: somebody may have begun to type."""
        code = codes.tidy(typed).encode()
        return any(secrets.compare_digest(self.wall_word(event, moment, ago).encode(), code) for ago in (0, 1))

    def person_by_phone_code(self, tx: Transaction, event: Event, typed: str) -> Person:
        """The person whose phone shows this code. Raises NotFound."""
        rows = tx.execute(select(Person.id, Person.phone_code_generation).where(Person.event_id == event.id))
        number = self._shown("phone", event, typed, ((row[0], row[1]) for row in rows))
        if number is None:
            raise NotFound(_(UNKNOWN_PHONE))
        return tx.scalars(select(Person).where(Person.id == number)).one()

    def pitch_by_claim_code(self, tx: Transaction, event: Event, typed: str) -> Pitch:
        """The pitch that has this code; one that is hidden has none meanwhile. Raises NotFound."""
        shown = Pitch.event_id == event.id, col(Pitch.hidden_at).is_(None)
        rows = tx.execute(select(Pitch.id, Pitch.claim_code_generation).where(*shown))
        number = self._shown("claim", event, typed, ((row[0], row[1]) for row in rows))
        if number is None:
            raise NotFound(_(UNKNOWN_PITCH))
        return tx.scalars(select(Pitch).where(Pitch.id == number)).one()

    def person_by_calendar_key(self, tx: Transaction, event: Event, key: str) -> Person | None:
        """The person whose calendar feed has this key."""
        number = key.partition("-")[0]
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            return None
        person = tx.scalar(select(Person).where(Person.id == int(number), Person.event_id == event.id))
        right = person is not None and secrets.compare_digest(self.calendar_key(event, person), key)
        return person if right else None

    def _shown(self, kind: str, event: Event, typed: str, rows: Iterable[tuple[int, int]]) -> int | None:
        """The row with this code. Two with the same one by chance count as none: guessing whose is worse."""
        code = codes.tidy(typed).encode()
        found = [
            number
            for number, generation in rows
            if secrets.compare_digest(self._code(kind, event, number, generation).encode(), code)
        ]
        return found[0] if len(found) == 1 else None

    def _code(self, kind: str, event: Event, number: int, generation: int) -> str:
        return codes.spelt(self._digest(kind, event, number, generation), syllables=4, digits=2)

    def _digest(self, kind: str, event: Event, number: int, generation: int) -> bytes:
        content = f"{kind}:{event.codes_salt}:{event.id}:{number}:{generation}"
        return hmac.digest(self.secret_key.encode(), content.encode(), "sha256")

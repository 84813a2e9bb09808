"""What the domain may answer instead of a result; the web turns each into a page, in one place."""

from eventkit.text.language import gettext as _


class NotFound(Exception):
    """There is no such thing here, or not for this person: the two are not told apart."""


class Forbidden(Exception):
    """The person may not do this. The message says who may."""


class Stopped(Forbidden):
    """An organiser stopped the person's phone: it can only read."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "An organiser stopped this phone: it can read everything here, and nothing that it sends is kept. "
                "Talk to them if you think that is a mistake."
            )
        )


class NotJoined(Forbidden):
    """The phone has no cookie of this event, or a forged one."""


class Closed(Exception):
    """The phase for this is closed, or the time is past. The message says what is open instead."""


class Invalid(Exception):
    """What was sent cannot be used. `fields` maps a form field to what is wrong and what would do."""

    def __init__(self, message: str = "", **fields: str):
        super().__init__(message or " ".join(fields.values()))
        self.fields = fields


class Unsure(Invalid):
    """This takes away what people see. The message says what; done when sent again, `sure` of that many sessions."""

    def __init__(self, message: str, sessions: int):
        super().__init__(message)
        self.sessions = sessions


class Stale(Exception):
    """What this person wants to change was changed since they looked. The message says what changed."""


class ArrivedLate(Exception):
    """This came late: what the same phone did after it has arrived before it, and stands."""

    def __init__(self) -> None:
        super().__init__(_("This arrived late. What you did after it, on this phone, stands."))


class AlreadyKept(Exception):
    """Something else was kept from the same form before. `ref` is the id of that."""

    def __init__(self, ref: int):
        super().__init__(
            _(
                "What you sent first from here was kept already. This is different, and was not kept. "
                "Change what was kept, or send this once more to have both."
            )
        )
        self.ref = ref


class TooMany(Exception):
    """A limit is reached. The message says which, and who can raise it.

    `seconds`: how long to wait until the same is allowed again; None where waiting does not help.
    """

    def __init__(self, message: str, seconds: float | None = None):
        super().__init__(message)
        self.seconds = seconds


class Busy(Exception):
    """Others are served first, and the line is full. The message says of what; `seconds` when to come again."""

    def __init__(self, message: str, seconds: float):
        super().__init__(message)
        self.seconds = seconds


LATER = 60.0  # seconds after which a work that took too long may be asked for again


class TooLong(Busy):
    """A work took so long that it was ended; at once again it would again."""

    def __init__(self) -> None:
        super().__init__(_("This takes longer to write than this server has time for. Try again in a minute."), LATER)

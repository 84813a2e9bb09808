"""The addresses that leave the site: in exports, calendars and what commands print. Pages' own come from url_for()."""


def event(base_url: str, code: str) -> str:
    """Where an event is joined."""
    return f"{base_url}/e/{code}"


def console(base_url: str, code: str, secret: str) -> str:
    """The organiser's link."""
    return f"{event(base_url, code)}/organise?key={secret}"


def pitch(base_url: str, code: str, pitch_id: int) -> str:
    """A pitch's page."""
    return f"{event(base_url, code)}/pitches/{pitch_id}"


def claim(base_url: str, code: str, claim_code: str = "") -> str:
    """Where the code of a pitch makes its host, filled in."""
    return f"{event(base_url, code)}/claim{f'?pitch={claim_code}' if claim_code else ''}"


def actions(base_url: str, code: str) -> str:
    """The page of all actions; with .atom and .json their feeds."""
    return f"{event(base_url, code)}/actions"


def grid(base_url: str, code: str) -> str:
    """The published grid."""
    return f"{event(base_url, code)}/grid"


def embedded(base_url: str, code: str) -> str:
    """The published grid for a frame of another site's page."""
    return f"{event(base_url, code)}/embed"


def schedule(base_url: str, code: str) -> str:
    """The schedule as XML for other programs."""
    return f"{event(base_url, code)}/schedule.xml"


def book(base_url: str, code: str) -> str:
    """Where the published book is."""
    return f"{base_url}/book/{code}/"


def door(base_url: str, code: str, room_id: int) -> str:
    """The page of a room's door."""
    return f"{event(base_url, code)}/doors/{room_id}"


def feed(base_url: str, code: str, key: str) -> str:
    """A person's own calendar."""
    return f"{event(base_url, code)}/me.ics?key={key}"

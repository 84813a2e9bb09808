"""A simulated crowd: phones without JavaScript that do what people do, through the real addresses."""

import http.client
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from eventkit.errors import Invalid
from eventkit.rehearsal import wishes
from eventkit.rehearsal.camp import PITCHES, RehearsalPitch
from eventkit.text.language import gettext as _
from eventkit.text.language import numeral

T = TypeVar("T")

AT_ONCE = 24  # phones that do something at the same moment
PATIENCE = 15.0  # seconds that a phone waits for an answer
TRIES = 5  # as often a phone sends the same thing when told to come back shortly
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


@dataclass
class Log:
    """What the crowd did: answers by status, and how long each took, in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The time in milliseconds within which this share of the answers came."""
        ordered = sorted(self.seconds) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Phone:
    """One phone: its connection, its cookies."""

    def __init__(self, url: str, log: Log):
        self._parts = urlsplit(url)
        self._log = log
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._send("GET", path, None)

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form, again where the answer is to come back shortly."""
        body = urlencode(fields, doseq=True)
        for attempt in range(TRIES):
            answer = self._send("POST", path, body)
            if answer.status not in (429, 503):
                break
            time.sleep(0.2 * 2**attempt)
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        began = time.monotonic()
        try:
            response, text = self._exchange(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()  # the server may have hung up an idle connection: once more on a new one
            response, text = self._exchange(method, path, body, headers)
        self._log.seconds.append(time.monotonic() - began)
        self._log.statuses[response.status] += 1
        for line in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, response.headers.get("Location", ""), text)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self._parts.netloc, timeout=PATIENCE)
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response, response.read().decode(errors="replace")

    @property
    def _origin(self) -> str:
        return f"{self._parts.scheme}://{self._parts.netloc}"


@dataclass(frozen=True)
class Outcome:
    """What a rehearsal left behind."""

    code: str
    organise: str  # the organiser's link; empty where the event was there before
    pitches: int
    votes: int


def checked_url(url: str, anywhere: bool) -> str:
    """The server's address. Raises Invalid for one that is none, or that is not this machine unless told."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(_("--url: ‘%(url)s’ is not an address. Write it like http://127.0.0.1:8000.", url=url))
    if parts.hostname not in LOOPBACK and not anywhere:
        raise Invalid(
            _("--url: %(host)s is not this machine. Add --anywhere if its owner agrees.", host=parts.hostname)
        )
    return f"{parts.scheme}://{parts.netloc}"


def rehearse(url: str, people: int, sessions: int, code: str, say: Callable[[str], None], seed: int = 1) -> Outcome:
    """Start an event (or take the one with this code), fill it with people, pitches and votes, and say so."""
    log = Log()
    organise = ""
    if not code:
        code, organise = _start(Phone(url, log), sessions)
        say(_("Started an event: %(address)s", address=f"{url}/e/{code}"))
    phones = [Phone(url, log) for _number in range(people)]
    joined = _each(lambda phone: phone.get(f"/e/{code}").status == 200, phones)
    say(_("People who joined: %(joined)s of %(people)s.", joined=numeral(sum(joined)), people=numeral(people)))
    offered = list(_offered(sessions))
    pairs = [(phones[place % people], pitch) for place, pitch in enumerate(offered)]
    ids = _each(lambda pair: _pitch(pair[0], code, pair[1]), pairs)
    pitched = sum(1 for it in ids if it)
    say(_("Sessions pitched: %(pitched)s of %(sessions)s.", pitched=numeral(pitched), sessions=numeral(sessions)))
    orders = [(phone, random.Random(seed * 100_003 + place)) for place, phone in enumerate(phones)]  # noqa: S311
    votes = sum(_each(lambda order: _vote(order[0], code, wishes(order[1], offered), ids), orders))
    say(_("Votes cast: %(votes)s.", votes=numeral(votes)))
    for phone in phones:
        phone.close()
    _say_log(log, say)
    return Outcome(code, organise, pitched, votes)


def _start(phone: Phone, sessions: int) -> tuple[str, str]:
    """Make an event with cells for most of the sessions; returns its code and the organiser's link."""
    rooms = "\n".join(f"Room {number}, {60 - number % 4 * 10}" for number in range(1, max(2, -(-sessions // 6)) + 1))
    slots = "\n".join(f"{hour}:00-{hour}:45" for hour in range(10, 16))
    answer = phone.post(
        "/start", name="A rehearsal", date=time.strftime("%Y-%m-%d"), timezone="Europe/London", rooms=rooms, slots=slots
    )
    code = re.search(r"/e/([a-z0-9]+)/organise", answer.location)
    if answer.status != 303 or code is None:
        raise Invalid(_("The event could not be started: the server answered %(status)s.", status=answer.status))
    link = re.search(r"https?://[^\s\"'<>]+/organise\?key=[\w-]+", phone.get(answer.location).text)
    return code[1], link[0] if link else ""


def _offered(sessions: int) -> Iterable[RehearsalPitch]:
    """As many pitches as are asked for; from the second round on they say so."""
    for place in range(sessions):
        turn, which = divmod(place, len(PITCHES))
        it = PITCHES[which]
        yield RehearsalPitch(
            title=f"{it.title} ({turn + 1})" if turn else it.title,
            host=it.host,
            topic=it.topic,
            text=it.text,
            leans=it.leans,
        )


def _pitch(phone: Phone, code: str, it: RehearsalPitch) -> int:
    """The number of the new pitch, 0 where it was refused."""
    answer = phone.post(
        f"/e/{code}/pitches",
        title=it.title,
        description=it.text,
        host_name=it.host,
        topic=it.topic,
        nonce=secrets.token_urlsafe(12),
    )
    number = re.search(r"#pitch-(\d+)$", answer.location)
    return int(number[1]) if answer.status == 303 and number else 0


def _vote(phone: Phone, code: str, wanted: list[int], ids: list[int]) -> int:
    """Cast one person's votes; returns how many were taken."""
    kept = 0
    for interest, number in zip(wanted, ids, strict=True):
        if interest and number:
            kept += phone.post(f"/e/{code}/pitches/{number}/vote", interest=str(interest)).status == 303
    return kept


def _each(do: Callable[[T], int], all_of: Sequence[T]) -> list[int]:
    """Do it for each, a bounded number at once, in order of the answers' owners."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, all_of))


def _say_log(log: Log, say: Callable[[str], None]) -> None:
    statuses = ", ".join(f"{numeral(number)} × {status}" for status, number in sorted(log.statuses.items()))
    say(_("Requests: %(requests)s (%(statuses)s).", requests=numeral(len(log.seconds)), statuses=statuses))
    times = {"half": numeral(round(log.quantile(0.5))), "most": numeral(round(log.quantile(0.99)))}
    say(_("Half were answered within %(half)s ms, 99 of 100 within %(most)s ms.", **times))

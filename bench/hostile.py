"""Ordinary votes while a stranger repeats what is costly: each vote's wait beside its baseline in the same run.

`python -m bench.hostile [sqlite|postgres] [seconds [words of attacks]]` prints a table and ends with status 1 where a
p99 is above the limit and above the baseline, which is measured before and after.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench.load import Figures, load, table
from bench.site import Site, site
from bench.votes import ballots
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.market import notes, pitches
from eventkit.market.notes import Entry
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, NoteKind

SECONDS = 6.0  # of each attack
VOTES = 40.0  # a second, of people
PEOPLE = 64  # connections: with fewer, votes would wait for each other and not for the server
ATTACKERS = 4  # connections, each sending again as soon as it was answered
MOST = 250.0  # milliseconds that a vote may take
LONG_NOTES = 58  # in the word export that was measured at a minute once
BRACKETS = "[" * 10_000


@dataclass(frozen=True)
class Attack:
    """What a stranger sends again and again."""

    name: str
    requests: Callable[[Site], list[bytes]]


def main() -> int:
    """Measure every attack; the exit status."""
    kind, *given = sys.argv[1:] if sys.argv[1:2] in (["sqlite"], ["postgres"]) else ["sqlite", *sys.argv[1:]]
    seconds = float(given[0]) if given else SECONDS
    attacks = [it for it in ATTACKS if not given[1:] or any(word in it.name for word in given[1:])]
    with site(kind) as measured:
        measured.database.write(lambda tx: _prepare(tx, measured))
        tokens = [people.new_token() for _ in range(200)]
        measured.database.write(lambda tx: [people.ensure(tx, measured.event_id, token) for token in tokens])
        votes = ballots(measured, tokens)
        load(measured.port, votes, PEOPLE, 1, VOTES)
        rows = [("nobody attacks", _p99(before := _vote(measured, votes, seconds)), str(before))]
        for attack in attacks:
            waited, attacked = _under(measured, attack, votes, seconds)
            rows.append((attack.name, _p99(waited), f"{waited} | attack {attacked.rate:,.0f}/s {attacked.statuses}"))
        rows.append(("nobody attacks, again", _p99(after := _vote(measured, votes, seconds)), str(after)))
    table([(name, f"p99 {p99:6.1f} ms   {said}") for name, p99, said in rows])
    base = max(_p99(before), _p99(after))
    above = [name for name, p99, _ in rows[1:-1] if p99 > max(MOST, base)]
    print(f"above {MOST:.0f} ms: {', '.join(above) or 'none'}; votes without an attack: p99 {base:.1f} ms")
    return 1 if above else 0


def _vote(measured: Site, votes: list[bytes], seconds: float) -> Figures:
    return load(measured.port, votes, PEOPLE, seconds, VOTES)


def _under(measured: Site, attack: Attack, votes: list[bytes], seconds: float) -> tuple[Figures, Figures]:
    """Votes and the attack at once, each from a process of its own."""
    with ThreadPoolExecutor(2) as both:
        attacked = both.submit(load, measured.port, attack.requests(measured), ATTACKERS, seconds + 1)
        waited = both.submit(_vote, measured, votes, seconds)
        return waited.result(), attacked.result()


def _p99(figures: Figures) -> float:
    return figures.percentile(0.99)


def _prepare(tx: Transaction, measured: Site) -> None:
    """What costs when it is read: a description of brackets, notes of brackets, long notes."""
    event = tx.get_one(Event, measured.event_id)
    event.limits = {**event.limits, "notes": 100_000}
    author = people.ensure(tx, event.id, people.new_token())
    pitches.add_for_another(tx, at_the_machine(event), author, pitches.Content(title="Brackets", description=BRACKETS))
    for _ in range(20):
        notes.add(tx, event.id, measured.pitch_ids[0], author, Entry(kind=NoteKind.NOTE, text=BRACKETS))
    for number in range(LONG_NOTES):
        said = ("A *long* note with **words** and `code`, and a [link](https://example.org). " * 130)[:10_000]
        notes.add(
            tx,
            event.id,
            measured.pitch_ids[number % len(measured.pitch_ids)],
            author,
            Entry(kind=NoteKind.NOTE, text=said),
        )


def _gets(*paths: str) -> Callable[[Site], list[bytes]]:
    return lambda it: [it.get(f"/e/{it.code}{path.format(pitch=it.pitch_ids[0])}", it.cookie()) for path in paths]


def _posts(path: str, fields: dict[str, str], cookies: int = 50) -> Callable[[Site], list[bytes]]:
    """A post by so many phones in turn."""

    def requests(it: Site) -> list[bytes]:
        return [it.post(f"/e/{it.code}{path}", urlencode(fields), it.cookie()) for _ in range(cookies)]

    return requests


def _builds(it: Site) -> list[bytes]:
    with it.database.reading() as tx:
        digest = tx.get_one(Event, it.event_id).organiser_hash
    return [it.post(f"/e/{it.code}/builds", "seconds=20", it.cookie(key_digest=digest))]


def _starts(it: Site) -> list[bytes]:
    day = {"name": "A camp", "date": "2026-06-26", "timezone": "Europe/London", "rooms": "Hall, 20"}
    return [it.post("/start", urlencode({**day, "slots": "10:00-10:45"}), "") for _ in range(2)]


MARKS = "a" + "\N{COMBINING ACUTE ACCENT}" * 40_000  # what fits into the largest post
ATTACKS = (
    Attack("combining marks in a pitch", _posts("/pitches", {"title": MARKS, "nonce": "n"})),
    Attack("combining marks in a note", _posts("/pitches/1/notes", {"kind": "note", "text": MARKS})),
    Attack("search where brackets are", _gets(f"?q={quote('[' * 90)}", "?q=brackets")),
    Attack("notes of brackets", _gets("/pitches/{pitch}/notes", "/pitches/{pitch}")),
    Attack("word exports of long notes", _gets("/book.docx")),
    Attack("all books in turn", _gets("/book.docx", "/book.epub", "/book.zip", "/book.html", "/book.md")),
    Attack("calendar of a room that is none", _gets("/schedule.ics?room=nonsense", "/schedule.ics?room=999999999")),
    Attack("builds", _builds),
    Attack("wrong claim codes", _posts("/claim", {"code": "bado-bado-11"})),
    Attack("wrong codes of phones", _posts("/phone", {"code": "bado-bado-bado-bado-11"})),
    Attack("events started", _starts),
    Attack("reports", _posts("/pitches/1/report", {"text": "Spam"})),
)


if __name__ == "__main__":
    sys.exit(main())

"""What a worker tells phones by notification: takes what is due at an event, and hands it to the sender bit by bit."""

import json
import time
from collections import deque
from functools import partial

from eventkit.clock import now
from eventkit.config import Config
from eventkit.event import subscribing
from eventkit.event.subscribing import Due
from eventkit.grid import notifying
from eventkit.grid.notifying import Notification
from eventkit.processes.push_sender import Parcel, Sender
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from eventkit.web_push import Signer

PERIOD = 2.0  # seconds between two looks
AT_ONCE = 20  # people whose day is looked at in one round, so that no build waits


class Pushing:
    """One look every PERIOD. Only the worker's own thread calls it."""

    def __init__(self, database: Database, config: Config):
        self._database = database
        self._sender = Sender(Signer(config.secret_key, config.public_url), config.push_services)
        self._due = 0.0
        self._to_tell: deque[tuple[Due, list[int]]] = deque()

    def round(self) -> None:
        """Tell the next few people of what is due; when all were told, see whether anything is."""
        if self._to_tell:
            self._tell(*self._to_tell.popleft())
        elif time.monotonic() >= self._due:
            self._due = time.monotonic() + PERIOD
            self._look()

    def settle(self) -> None:
        """Do all that is due now, and wait until it was sent."""
        self._look()
        while self._to_tell:
            self._tell(*self._to_tell.popleft())
        self._sender.settle()
        self._forget_gone()

    def close(self) -> None:
        """Send no more."""
        self._sender.close()

    def _look(self) -> None:
        self._forget_gone()
        moment = now()
        with self._database.reading() as tx:
            events = subscribing.waiting(tx, moment)
        for event_id in events:
            due = self._database.write(partial(subscribing.claim, event_id=event_id, moment=moment))
            if due is None:
                continue
            with self._database.reading() as tx:
                people = notifying.whom(tx, event_id)
            self._to_tell.extend((due, people[at : at + AT_ONCE]) for at in range(0, len(people), AT_ONCE))

    def _tell(self, due: Due, people: list[int]) -> None:
        with self._database.reading() as tx:
            event = tx.get(Event, due.event_id)
            if event is None:
                return
            page = f"/e/{event.code}/me"
            told = notifying.messages(tx, due, people, now())
        for it in told:
            self._sender.put(Parcel(it.subscription_id, it.target, _message(it, page), it.seconds))

    def _forget_gone(self) -> None:
        if gone := self._sender.gone():
            self._database.write(lambda tx: subscribing.forget(tx, gone))


def _message(told: Notification, page: str) -> bytes:
    """What the service worker reads."""
    content = {
        "title": told.title,
        "body": told.body,
        "lang": told.language,
        "tag": f"{page}#{told.about}",
        "page": page,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

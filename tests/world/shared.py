"""What applications and databases of tests share: each test has its own, but what is the same each time is made once.

Compiling all addresses took longer than all else that makes an application, and compiling statements longer than
running them on an almost empty database.
"""

from typing import Any

from flask import Flask
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, RuleFactory

from eventkit.storage import db


class KnownAddresses(Map):
    """A map of addresses for all applications: a rule that it knows is not compiled again."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[str, str, frozenset[str]]] = set()

    def add(self, rulefactory: RuleFactory) -> None:
        for rule in rulefactory.get_rules(self):
            key = rule.rule, rule.endpoint, frozenset(rule.methods or ())
            if key not in self._known:
                super().add(rule)
                self._known.add(key)


class KnownStatements:
    """Makes engines that share their statements' SQL with all others of the same kind of database."""

    def __init__(self) -> None:
        self._statements: LRUCache[Any, Any] = LRUCache(5000)
        self._dialects: dict[str, Dialect] = {}  # those that have met a server: statements are kept by their dialect

    def engine(self, url: str, **options: Any) -> Engine:
        """As SQLAlchemy's create_engine()."""
        engine = create_engine(url, **options)
        engine.update_execution_options(compiled_cache=self._statements)
        kind = engine.dialect.name
        if kind in self._dialects:
            engine.dialect = self._dialects[kind]
        else:
            event.listen(engine, "engine_connect", self._keep)
        return engine

    def _keep(self, connection: Connection) -> None:
        self._dialects.setdefault(connection.dialect.name, connection.dialect)


def share() -> None:
    """Let all applications and databases that this process makes from now on share what they can."""
    addresses, statements = KnownAddresses(), KnownStatements()
    Flask.url_map_class = staticmethod(lambda **_: addresses)  # type: ignore[assignment]
    db.create_engine = statements.engine  # type: ignore[attr-defined, assignment]

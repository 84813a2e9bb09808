"""Names where they are not looked for: in problems and answers of builds."""

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, cast
from sqlmodel import col, select

from eventkit.building.problems import NAMED, host_known_by_name
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, StoredIncumbent

NOBODY = f"{NAMED}-"  # a host whose name was erased
_ANY = re.compile(rf'"{NAMED}(?:[^"\\]|\\.)*"')


def forget_names(tx: Transaction, event_id: int, names: Iterable[str] | None = None) -> None:
    """Take hosts' typed names out of the event's builds: these, or (None) all of them.

    A host who has no phone is known to the solver by name: see building/problems.py.
    """
    patterns = (
        [f'"{NAMED}'] if names is None else [json.dumps(host_known_by_name(name)) for name in names if name.strip()]
    )
    for pattern in patterns:
        wanted = _ANY if names is None else re.compile(re.escape(pattern))
        problems = select(Build).where(Build.event_id == event_id, _says(Build.problem, pattern))
        for build in tx.scalars(problems).all():
            build.problem = _without(build.problem, wanted)
        answers = (
            select(StoredIncumbent)
            .join(Build, col(Build.id) == StoredIncumbent.build_id)
            .where(Build.event_id == event_id)
        )
        for incumbent in tx.scalars(answers.where(_says(StoredIncumbent.answer, pattern))).all():
            incumbent.answer = _without(incumbent.answer, wanted)
    tx.flush()


def _says(column: Any, text: str) -> Any:
    return cast(column, String).contains(text, autoescape=True)


def _without(content: dict[str, Any], wanted: re.Pattern[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(wanted.sub(json.dumps(NOBODY), json.dumps(content)))
    return found

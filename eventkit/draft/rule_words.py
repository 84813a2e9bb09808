"""Words for the hard rules, one row a rule: what a grid's warnings and the costs of moves say of it."""

from dataclasses import dataclass

from eventkit.text.language import marked
from solver import RuleKind


@dataclass(frozen=True, kw_only=True)
class RuleWords:
    """What is said of a rule; empty where nothing is. A warning may name a `room`, its `needs`, the `other` session."""

    warning: str = ""  # a sentence about a session that stands against the rule
    cost: str = ""  # a few words about a move that would break it; may name a `need`


WORDS = {
    RuleKind.CLOSED: RuleWords(warning=marked("%(room)s is closed then."), cost=marked("the room is closed then")),
    RuleKind.NEEDS: RuleWords(
        warning=marked("It needs %(needs)s, which %(room)s lacks."), cost=marked("no %(need)s there")
    ),
    RuleKind.TAKEN: RuleWords(
        warning=marked("%(other)s is in %(room)s at the same time."), cost=marked("another session is there")
    ),
    RuleKind.HOST_ABSENT: RuleWords(
        warning=marked("Its host is not there then."), cost=marked("its host is not there then")
    ),
    RuleKind.HOST_TWICE: RuleWords(
        warning=marked("Its host holds %(other)s at the same time."), cost=marked("its host is busy then")
    ),
    RuleKind.LENGTH: RuleWords(
        warning=marked("It takes more slots than come after one another here."),
        cost=marked("too few slots come one after the other"),
    ),
    RuleKind.AFTER: RuleWords(
        warning=marked("It starts before %(other)s is over."), cost=marked("another session must be over before it")
    ),
    RuleKind.FROZEN: RuleWords(cost=marked("the slot has begun")),  # where it stands now, it stands
    RuleKind.SLOTS: RuleWords(cost=marked("it cannot be then")),
    RuleKind.PIN: RuleWords(),  # who moves it by hand pins it to where it goes
}
"""In the order in which they are told."""

"""A phone's own copy of its ballot, in a signed cookie: my day shows it when the ballots are sealed.

With it the phone keeps which pitches it was shown, and up to which it was counted as having seen them: so late pitches
can be corrected (docs/late-pitches.md) though nothing in the database says when anybody voted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import current_app, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from eventkit.grid.my_day import Choices
from eventkit.market import ballots, casting
from eventkit.text import language
from eventkit.web.base.cookies import COOKIE_LIFE, cookie_name, set_cookie
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, sent

COOKIE = "twofeet-ballot"
MOST = 300  # choices that a cookie has room for; the strongest stay


@dataclass(frozen=True)
class OwnBallot:
    """What a phone keeps. `counted`, `shown`: see casting.Cast. `choices`: pitch id to interest 1 or 2."""

    counted: int = 0
    shown: int = casting.NEWEST
    choices: Mapping[int, int] = field(default_factory=dict)
    declined: frozenset[int] = frozenset()  # looked at, and not for them: kept here only
    proven: bool = False  # it gave the wall's word

    def cast(self, code: str, who: tuple[str, tuple[str, ...]], pitch_id: int, interest: int) -> casting.Cast:
        """A vote of this phone, whose token and digests are `who`, for Database.write_together()."""
        token, keys = who
        return casting.Cast(
            code=code,
            token=token,
            pitch_id=pitch_id,
            interest=interest,
            rates=services().rates,
            language=language.current(),
            counted=self.counted,
            shown=self.shown,
            proven=self.proven,
            keys=keys,
            sent=sent(),
        )

    def after(self, pitch_id: int, interest: int) -> "OwnBallot":
        """The same once a vote was taken."""
        others = {it: value for it, value in self.choices.items() if it != pitch_id}
        seen = pitch_id if self.shown == casting.NEWEST else max(self.shown, pitch_id)
        chosen = {**others, pitch_id: interest} if interest else others
        declined = self.declined - {pitch_id} if interest else self.declined | {pitch_id}
        return replace(self, counted=max(self.counted, seen), choices=chosen, declined=declined)


def of(visit: Visit, newest: int = 0) -> dict[int, int]:
    """The viewer's ballot, pitch id to interest; the phone's copy is brought up to date.

    `newest` is the id of the newest pitch of a page that shows all.
    """
    kept = read(visit.event.code)
    if visit.event.sealed_at is not None:
        return ballots.united(visit.tx, visit.event.id, kept.choices)
    found = ballots.own(visit.tx, visit.event.id, visit.viewer.person_id)
    shown = max(newest, 0 if kept.shown == casting.NEWEST else kept.shown) or kept.shown
    now = replace(kept, shown=shown, choices=found)
    if now != kept:
        keep(visit.event.code, now)
    return found


def marked(visit: Visit, newest: int = 0) -> dict[int, int]:
    """The same with 0 for what they said on this phone is not for them; what is missing is not looked at."""
    found = of(visit, newest)
    return dict.fromkeys(read(visit.event.code).declined, 0) | found


def choices(visit: Visit) -> Choices:
    """Whose day the viewer's is; the phone's copy is brought up to date for when the ballots are sealed."""
    of(visit)
    return Choices(visit.viewer.person_id, read(visit.event.code).choices if visit.event.sealed_at else None)


def read(code: str) -> OwnBallot:
    """What this phone kept; nothing where it kept nothing, or somebody wrote it anew."""
    try:
        content: Any = _serializer(code).loads(request.cookies.get(cookie_name(COOKIE), ""))
        choices = {int(it): value for value in (1, 2) for it in content["v"][value - 1]}
        declined = frozenset(int(it) for it in content.get("n", ()))
        return OwnBallot(int(content["c"]), int(content["s"]), choices, declined, bool(content.get("p")))
    except (BadData, KeyError, IndexError, TypeError, ValueError):
        return OwnBallot()


def keep(code: str, kept: OwnBallot) -> None:
    """Let the phone keep this."""
    strongest = sorted(kept.choices.items(), key=lambda it: (-it[1], it[0]))[:MOST]
    chosen = [[it for it, value in strongest if value == wanted] for wanted in (1, 2)]
    content: dict[str, Any] = {"c": kept.counted, "s": kept.shown, "v": chosen, "p": int(kept.proven)}
    if kept.declined:
        content["n"] = sorted(kept.declined, reverse=True)[: MOST - len(strongest)]
    value = _serializer(code).dumps(content)
    set_cookie(COOKIE, value, url_for("marketplace.show", code=code), life=COOKIE_LIFE)


def lose(code: str) -> None:
    """Take the copy off the phone."""
    set_cookie(COOKIE, "", url_for("marketplace.show", code=code), life=0)


def _serializer(code: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"ballot:{code}")

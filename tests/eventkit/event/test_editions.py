"""Editions: the same for the same, and refused only what is neither seen nor wanted."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from eventkit.errors import Stale
from eventkit.event.editions import edition, refuse_changed


def test_edition_is_the_same_for_the_same_in_any_order_zone_or_kind_of_list() -> None:
    moment = datetime(2026, 6, 26, 10, tzinfo=UTC)
    one = edition({"at": moment, "rooms": {3, 12}, "has": ("a", "b")})
    other = edition({"has": ["a", "b"], "rooms": {12, 3}, "at": moment.astimezone(timezone(timedelta(hours=2)))})
    assert one == other and len(one) == 12
    assert one != edition({"at": moment, "rooms": {3}, "has": ("a", "b")})
    assert edition({"has": ["a b"]}) != edition({"has": ["a", "b"]})


def test_only_what_is_neither_seen_nor_wanted_is_refused() -> None:
    was, now, wanted = {"name": "Attic"}, {"name": "Loft"}, {"name": "Cellar"}
    refuse_changed("", now, wanted)  # nothing is said of what was seen
    refuse_changed(edition(now), now, wanted)
    refuse_changed(edition(was), now, now)
    with pytest.raises(Stale, match="Another organiser"):
        refuse_changed(edition(was), now, wanted)
    with pytest.raises(Stale, match="Somebody"):
        refuse_changed(edition(was), now, wanted, "Somebody was here.")

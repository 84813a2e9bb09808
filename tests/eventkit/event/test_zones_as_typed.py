"""Time zones as typed: found by name, city and country, or asked about; and nothing ends in an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.event import zones_as_typed


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Wales", "Europe/London"),
        ("Österreich", "Europe/Vienna"),
        ("Viena", "Europe/Vienna"),
        ("Royaume-Uni", "Europe/London"),
        ("India", "Asia/Kolkata"),
        ("Deutschland", "Europe/Berlin"),
        ("London", "Europe/London"),
        ("london", "Europe/London"),
        ("Europe/london ", "Europe/London"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_time_zone_is_found_by_its_city(typed: str, zone: str) -> None:
    assert zones_as_typed.parse_timezone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("USA", "America/Chicago, America/Denver, America/Los_Angeles or America/New_York"),
        ("Londn", "Europe/London"),
        ("Louisville", "America/Kentucky/Louisville or America/Louisville"),
    ],
)
def test_time_zone_that_could_be_several_is_asked_about(typed: str, offered: str) -> None:
    with pytest.raises(Invalid, match=f"Which time zone is that. Write {offered}."):
        zones_as_typed.parse_timezone(typed)


@pytest.mark.parametrize("text", ["", "Atlantis", "localtime", "Factory"])
def test_time_zone_that_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="This is not a time zone we know"):
        zones_as_typed.parse_timezone(text)


@given(st.text(max_size=30) | st.sampled_from(zones_as_typed.zones()))
def test_whatever_is_typed_as_a_zone_is_one_or_a_sentence(typed: str) -> None:
    try:
        zone = zones_as_typed.parse_timezone(typed)
    except Invalid as refused:
        assert refused.fields["timezone"]
        return
    assert zones_as_typed.parse_timezone(zone) == zone

"""Two people change one setting: the second who saves is told what the first changed, and chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from eventkit.clock import now
from eventkit.event import announcements
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.phone import Page, Phone
from tests.world.published import a_published_day
from tests.world.visitors import Phones, organiser

pytestmark = pytest.mark.on_both  # two write at once, which each kind takes in its own way


@dataclass(frozen=True)
class Setting:
    """A form: its page, where it posts to, and what the first and the second write in place of what is there."""

    page: str
    action: str
    first: Mapping[str, Any]
    second: Mapping[str, Any]
    told: str  # what the second reads of the first
    who: str = "Another organiser changed this"


SETTINGS = [
    Setting(
        "",
        "/settings",
        {"name": "Camp of Ada", "date": "{day}", "timezone": "Europe/Paris", "code": "{code}"},
        {"name": "Camp of Bob", "date": "{day}", "timezone": "Europe/London", "code": "{code}"},
        "Camp of Ada",
    ),
    Setting(
        "",
        "/languages",
        {"language": "en", "languages": ["cy", "en"]},
        {"language": "en", "languages": ["en", "de"]},
        "Cymraeg",
    ),
    Setting("", "/word", {"word": "swordfish"}, {"word": "marmalade"}, "swordfish"),
    Setting(
        "",
        "/limits",
        {"pitches": 4, "all_pitches": 400, "votes": 40, "notes": 44},
        {"pitches": 5, "all_pitches": 500, "votes": 50, "notes": 55},
        "44",
    ),
    Setting("", "/wall", {"shows": "now"}, {"shows": "turns"}, "Now and next"),
    Setting("/rooms", "/rooms/{room}", {"name": "Loft", "capacity": 7}, {"name": "Attic", "capacity": 9}, "Loft, 7"),
    Setting("/rooms", "/rooms/{room}/closed", {"slot": ["{slot}"]}, {"slot": ["{later}"]}, "10:00"),
    Setting(
        "/rooms",
        "/slots/{slot}",
        {"starts": "10:00", "ends": "10:40"},
        {"starts": "10:05", "ends": "10:35"},
        "10:00–10:40",
    ),
    Setting(
        "/trouble",
        "/announcements/{row}",
        {"text": "Soup", "until": "{until}"},
        {"text": "Cake", "until": "{until}"},
        "Soup",
    ),
    Setting("/privacy", "/privacy", {"erase_on": "{week}"}, {"erase_on": "{fortnight}"}, "{week}"),
    Setting("/privacy", "/privacy/archive", {"archive_on": "{soon}"}, {"archive_on": "{later_on}"}, "{soon}"),
    Setting(
        "../reflections",
        "/question",
        {"question": "Who was missing?"},
        {"question": "What was odd?"},
        "Who was missing?",
    ),
    Setting(
        "/rooms",
        "/slots/{slot}/items",
        {"title": "Keynote", "room": ["{room}"]},
        {"title": "Panel", "room": ["{room}"]},
        "Main hall: Keynote",
    ),
    Setting(
        "../pitches/{pitch}",
        "../pitches/{pitch}/hours",
        {"from": "10:30", "until": ""},
        {"from": "", "until": "13:00"},
        "10:30–…",
        "Somebody changed this pitch",
    ),
    Setting(
        "../pitches/{pitch}",
        "../pitches/{pitch}/series",
        {"before": "{other}"},
        {"before": "{third}"},
        "Pitch 2",
        "Somebody changed this pitch",
    ),
    Setting("../results", "/results", {"thanks": "Thank Ada."}, {"thanks": "Thank Bob."}, "Thank Ada."),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda it: it.action.replace("{", "").replace("}", ""))
def test_second_of_two_reads_what_the_first_changed_and_chooses(
    database: Database, phone: Phones, setting: Setting
) -> None:
    day = a_published_day(database)
    ada, bob = organiser(phone, day.event), organiser(phone, day.event)
    until = now() + timedelta(hours=2)

    def announce(tx: Any) -> int:
        by = at_the_machine(tx.get_one(Event, day.event.id))
        return announcements.announce(tx, by, AnnouncementContent("Tea", until)).id

    facts = {
        "row": database.write(announce),
        "code": day.event.code,
        "day": day.event.day,
        "week": day.event.day + timedelta(days=7),
        "fortnight": day.event.day + timedelta(days=14),
        "soon": max(day.event.day, now().date()) + timedelta(days=7),
        "later_on": max(day.event.day, now().date()) + timedelta(days=14),
        "room": day.rooms[0].id,
        "slot": day.slots[0].id,
        "later": day.slots[-1].id,
        "pitch": day.pitches[0].id,
        "other": day.pitches[1].id,
        "third": day.pitches[2].id,
        "until": f"{until.astimezone(day.slots[0].starts_at.tzinfo):%H:%M}",
    }
    home = f"{day.address}/organise"
    page, address = (
        (f"{day.address}{it[2:]}" if it.startswith("..") else f"{home}{it}").format(**facts)
        for it in (setting.page, setting.action)
    )
    first, second = (
        {name: _filled(it, facts) for name, it in typed.items()} for typed in (setting.first, setting.second)
    )
    seen, sure = _seen(bob, page, address), {"sure": "9"}  # of sessions that people see there
    assert ada.submit(address, {**first, "seen": seen, **sure}).status_code in (200, 303)
    late = bob.submit(address, {**second, "seen": seen, **sure})
    assert late.status_code == 409
    told = Page(late.text)
    assert setting.who in told.one("main").text and "It now says:" in told.one("main").text
    assert setting.told.format(**facts) in told.all("div", data_again="")[0].text
    for name, typed in second.items():
        assert _stands(told, address, name) == typed, name
    newer = _edition(told, address)
    assert newer != seen
    assert bob.submit(address, {**second, "seen": newer, **sure}).status_code in (200, 303)
    assert ada.submit(address, {**second, "seen": seen, **sure}).status_code in (200, 303)  # the same is no conflict


def _filled(typed: Any, facts: Mapping[str, Any]) -> Any:
    return [it.format(**facts) for it in typed] if isinstance(typed, list) else str(typed).format(**facts)


def _seen(device: Phone, page: str, address: str) -> str:
    return _edition(device.page(page), address)


def _edition(page: Page, address: str) -> str:
    return str(_stands(page, address, "seen"))


def _controls(page: Page, address: str, name: str) -> list[Any]:
    """The controls of the form that posts to an address; of several with this field the last, for something new."""
    forms = page.all("form", action=address)
    named = [it for it in page.elements if it.attributes.get("name") == name]
    form = [it for it in forms if any(it in control.parents for control in named)][-1:]
    return [it for it in page.elements if it.tag in ("input", "textarea", "option") and form and form[0] in it.parents]


def _stands(page: Page, address: str, name: str) -> Any:
    """What stands in a field of the form: of one that may be given several times, each that is chosen."""
    found = []
    for it in _controls(page, address, name):
        select = next((parent.attributes.get("name") for parent in it.parents if parent.tag == "select"), None)
        if it.tag == "option" and select == name and "selected" in it.attributes:
            return it.attributes["value"]
        if it.attributes.get("name") == name and it.attributes.get("type") == "checkbox":
            found += [it.attributes["value"]] if "checked" in it.attributes else []
        elif it.attributes.get("name") == name:
            return it.text if it.tag == "textarea" else it.attributes["value"]
    return found

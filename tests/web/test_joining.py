"""Two phones make two pitches one: asked on one, answered on the other, told to who voted."""

from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import an_event, close
from tests.world.phone import Phone
from tests.world.visitors import Phones, joined, organiser


def host_of(phone: Phones, event: Event, **fields: str) -> tuple[Phone, str]:
    """A phone that has pitched, and its pitch's address."""
    visitor = joined(phone, event)
    made = visitor.submit(f"/e/{event.code}/pitches", {"description": "All of them", **fields})
    return visitor, f"/e/{event.code}/pitches/{made.headers['Location'].rsplit('-', 1)[1]}"


def test_two_hosts_make_their_pitches_one(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    ada, bins = host_of(phone, event, title="Sensors in bins", host_name="Ada")
    ben, waste = host_of(phone, event, title="Bins: can sensors help?", host_name="Ben", description="His")
    voter = joined(phone, event)
    part = waste.rsplit("/", 1)[1]
    voter.post(f"{waste}/vote", interest="2")
    assert "Bins: can sensors help?" in ada.get(f"/e/{event.code}/joinings").text
    before = ada.get(f"{bins}/join?part={part}").text
    assert "Hosts: Ada and Ben." in before and "It is called “Sensors in bins”" in before
    assert ada.post(f"{bins}/merge", part=part, keep="mine").status_code == 303
    assert "waits for your answer" in ben.get(f"/e/{event.code}").text
    ids = [it.attributes.get("id", "") for it in ben.page(f"/e/{event.code}/joinings").all("div")]
    (question,) = [it.removeprefix("joining-") for it in ids if it.startswith("joining-")]
    assert ada.post(f"/e/{event.code}/joinings/{question}", answer="yes").status_code == 403
    assert ben.post(f"/e/{event.code}/joinings/{question}", answer="maybe").status_code == 422
    assert ben.post(f"/e/{event.code}/joinings/{question}", answer="yes").headers["Location"].endswith(bins)
    assert "are one session now" in voter.get(f"/e/{event.code}").text
    assert "Together with: Bins: can sensors help?" in voter.get(bins).text
    assert ben.post(f"{waste}/unmerge").status_code == 303
    assert "are two sessions again" in voter.get(f"/e/{event.code}").text
    close(database, event, voting=True)
    assert "1 person wants this, 1 as a must" in voter.get(waste).text


def test_who_makes_two_one_from_the_list_reads_there_that_they_are(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    numbers = [
        host_of(phone, event, title=title)[1].rsplit("/", 1)[1]
        for title in ("Sensors in bins", "Bins: can sensors help?")
    ]
    boss, one = organiser(phone, event), "“%s” is one session now"
    assert one % "Sensors in bins" not in boss.get(f"/e/{event.code}/joinings?made={numbers[0]}").text
    sent = boss.post(f"/e/{event.code}/pitches/{numbers[1]}/merge", part=numbers[0], keep="other", back="list")
    assert one % "Sensors in bins" in boss.get(sent.headers["Location"]).text

"""My day and its calendar feed."""

from icalendar import Calendar

from eventkit.building import problems
from eventkit.clock import now
from eventkit.grid import my_day, published, versions
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch
from solver.model.score import choose
from tests.world.builders import CREDENTIALS, a_person, an_event, close
from tests.world.days import host, votes
from tests.world.phone import Page, Phone
from tests.world.published import Day, a_published_day, publish
from tests.world.visitors import Phones


def somebody(phone: Phones, day: Day, database: Database) -> tuple[Phone, Person]:
    """A phone that has joined and has done something, and its person."""
    visitor = phone()
    visitor.get(day.address)
    visitor.post(f"{day.address}/name", name="Sam")
    with database.reading() as tx:
        return visitor, tx.query(Person).filter_by(event_id=day.event.id, name="Sam").one()


def sessions(page: Page) -> list[str]:
    """What is said of each session, but for what its room has."""
    return [element.text.replace(" step-free", "") for element in page.all("div", class_="session")]


def test_my_day_of_somebody_who_chose_nothing_teaches(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    page = phone().page(f"{day.address}/me")
    assert page.by_id("mine").text == (
        "You have not chosen anything yet. Read the pitches and mark what you want to attend. "
        "Your day is put together here from that. Look back: what do you take along?"
    )
    assert page.all("details") == []
    close(database, day.event, voting=True)
    assert phone().page(f"{day.address}/me").by_id("mine").text == (
        "You have not chosen anything yet. Voting is closed, but every session is open to you. See what is on "
        "Look back: what do you take along?"
    )


def test_my_day_before_publishing_lists_choices(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    day = Day(event, "", [], [], [])
    visitor, person = somebody(phone, day, database)
    from tests.world.days import some_pitches

    first, second = some_pitches(database, event, 2)
    votes(database, person, [(first, 1), (second, 2)])
    page = visitor.page(f"{day.address}/me")
    assert sessions(page) == ["Pitch 2 Must go", "Pitch 1 Interested"]
    assert page.one("p", class_="notice").text == (
        "The grid is not published yet. These are your choices; their times and rooms appear here by themselves."
    )


def test_my_day_shows_choices_by_slot_the_strongest_first(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    visitor, person = somebody(phone, day, database)
    first, second, _, fourth, fifth = day.pitches
    votes(database, person, [(first, 1), (second, 2), (fourth, 1), (fifth, 1)])
    page = visitor.page(f"{day.address}/me")
    assert sessions(page) == ["Pitch 2 Must go", "Pitch 1 Interested", "Pitch 4 Interested", "Pitch 5 Interested"]
    assert [element.text for element in page.all("p", class_="cell-room")] == ["Library", "Main hall", "Main hall"]
    assert page.one("p", class_="warning").text == ("These are on at once. The first is your stronger choice: Pitch 2.")
    assert page.all("h2")[0].text == "Not on the grid"


def test_my_day_says_how_many_wishes_it_keeps(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, pitches=6)
    visitor, person = somebody(phone, day, database)
    told = []
    for pitches in ([0], [3], [1, 2], [4, 5]):
        votes(database, person, [(day.pitches[n], 1) for n in pitches])
        told.append(visitor.page(f"{day.address}/me").all("p", class_="lead")[1].text)
    assert told == [
        "You get your one wish.",
        "You get all your 2 wishes.",
        "You get 2 of your 4 wishes: 2 are on at the same time as another.",
        "You get 2 of your 6 wishes: 2 are on at the same time as another, 2 are not on the grid.",
    ]


def test_my_day_counts_no_wish_for_what_was_withdrawn(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    visitor, person = somebody(phone, day, database)
    votes(database, person, [(day.pitches[0], 1), (day.pitches[3], 1), (day.pitches[4], 1)])
    database.write(lambda tx: setattr(tx.get_one(Pitch, day.pitches[3].id), "withdrawn_at", now()))
    told = visitor.page(f"{day.address}/me").all("p", class_="lead")[1].text
    assert told == "You get 1 of your 2 wishes: 1 is not on the grid."


def test_my_day_keeps_as_many_wishes_as_the_solver_says(database: Database) -> None:
    day = a_published_day(database, placed=7, pitches=9)
    people = [a_person(database, day.event) for _ in range(6)]
    for number, person in enumerate(people):
        votes(database, person, [(pitch, 1 + (number + n) % 2) for n, pitch in enumerate(day.pitches[: number * 2])])
        host(database, person, day.pitches[number + 3])
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        rows = versions.draft(tx, event)
        problem = problems.problem(tx, event, rows)
        stands = {placement.session: (placement.slot,) for placement in problem.previous}
        grid = published.read(tx, event)
        for person in people:
            own = my_day.day(tx, event.id, my_day.Choices(person.id), grid, Times(event.timezone), now())
            assert (own.kept, own.wishes) == (
                len(choose(problem, str(person.id), stands)),
                len(problem.wishes[str(person.id)]),
            )


def test_my_day_says_plainly_what_a_host_misses(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=3)
    visitor, person = somebody(phone, day, database)
    host(database, person, day.pitches[2])
    votes(database, person, [(day.pitches[0], 2)])
    page = visitor.page(f"{day.address}/me")
    assert sessions(page) == ["Pitch 3 You host this", "Pitch 1 Must go"]
    assert page.one("p", class_="warning").text == "You host one of these, so you miss the others."


def test_my_day_with_equal_choices_says_that_they_are_at_once(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=3)
    visitor, person = somebody(phone, day, database)
    votes(database, person, [(pitch, 1) for pitch in day.pitches[:3]])
    assert visitor.page(f"{day.address}/me").one("p", class_="warning").text == (
        "3 sessions that you want equally are on at once. You can change rooms half way."
    )


def test_my_day_follows_a_merged_pitch_and_marks_a_withdrawn_one(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    visitor, person = somebody(phone, day, database)
    first, second, third = day.pitches[:3]
    votes(database, person, [(second, 1), (third, 2)])

    def change(tx: Transaction) -> None:
        tx.get_one(Pitch, third.id).merged_into = first.id
        tx.get_one(Pitch, second.id).withdrawn_at = now()

    database.write(change)
    assert sessions(visitor.page(f"{day.address}/me")) == [
        "Pitch 1 Must go",
        "Pitch 2 Interested Withdrawn: this session does not happen.",
    ]


def feed(database: Database, phone: Phones, day: Day, person: Person) -> Calendar:
    response = phone().get(f"{day.address}/me.ics?key={CREDENTIALS.calendar_key(day.event, person)}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "Set-Cookie" not in response.headers
    return Calendar.from_ical(response.data)


def test_feed_has_what_was_chosen_and_follows_a_move(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    person = a_person(database, day.event)
    votes(database, person, [(day.pitches[0], 2), (day.pitches[1], 1)])
    before = feed(database, phone, day, person).walk("VEVENT")
    assert [(str(it["SUMMARY"]), str(it["STATUS"])) for it in before] == [
        ("Pitch 1", "CONFIRMED"),
        ("Pitch 2", "TENTATIVE"),
    ]
    publish(database, day, {day.pitches[0].id: day.cells[4]})
    after, gone = feed(database, phone, day, person).walk("VEVENT")
    assert (gone["UID"], str(gone["STATUS"])) == (before[1]["UID"], "CANCELLED")
    assert after["UID"] == before[0]["UID"]
    assert (before[0]["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert (str(after["LOCATION"]), after.decoded("DTSTART").isoformat()) == ("Library", "2026-06-26T10:00:00+00:00")


def test_feed_with_a_wrong_key_is_not_here(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    other, _ = an_event(database)
    key = CREDENTIALS.calendar_key(day.event, a_person(database, day.event))
    for address in (f"{day.address}/me.ics", f"/e/{other.code}/me.ics?key={key}"):
        assert phone().get(address).status_code == 404
    for wrong in ("x", "%00", f"{key[:-1]}%ff"):
        assert phone().get(f"{day.address}/me.ics?key={wrong}").status_code == 404


def test_my_day_offers_the_feed_once_there_is_a_key(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor, person = somebody(phone, day, database)
    field = visitor.page(f"{day.address}/me").by_id("feed")
    key = CREDENTIALS.calendar_key(day.event, person)
    assert field.attributes["value"] == f"http://localhost{day.address}/me.ics?key={key}"


def test_one_session_is_a_calendar_file_and_one_without_a_place_is_none(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = phone()
    page = visitor.page(f"{day.address}/pitches/{day.pitches[0].id}")
    address = next(it.attributes["href"] for it in page.all("a") if it.text == "Put it into my calendar")
    answer = visitor.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (entry,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert entry["SUMMARY"] == day.pitches[0].title
    assert visitor.get(f"{day.address}/pitches/{day.pitches[4].id}/session.ics").status_code == 404

"""Bad wifi in a real browser: whatever is written is kept on the phone, shown as what it is, and arrives once."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Route, expect
from sqlmodel import select

from eventkit.event import people
from eventkit.storage.tables import Note, NoteKind
from eventkit.web.base.cookies import COOKIE
from tests.world.builders import close
from tests.world.proxy import bare_proxy
from tests.world.serving import wait_until
from tests.world.visitors import signed_cookie
from tests.world.wifi import Place, posts, until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

SIGN_IN = "The wifi wants you to sign in. Open its page, then come back."
WAITING = "Waiting for the network"


def lost_on_the_way_back(route: Route) -> None:
    """The server hears it, the phone never hears of it."""
    with suppress(Error):  # the page may go away meanwhile
        route.fetch()
        route.abort()


def the_first(times: int, answer: Callable[[Route], None], method: str = "POST") -> Callable[[Route], None]:
    """The same for the first few posts, or requests of another method, only."""
    seen: list[Route] = []

    def handle(route: Route) -> None:
        seen.append(route)
        answer(route) if len(seen) <= times else route.fallback()

    return lambda route: handle(route) if route.request.method == method else route.fallback()


def test_vote_that_a_short_drop_took_is_sent_again(place: Place) -> None:
    page = place.open()
    page.route("**/*", the_first(2, lambda route: route.abort()))
    place.button(page, 0, "Must go").click()
    expect(place.button(page, 0, "Must go")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})
    expect(page.locator(".state")).to_have_count(0)


def test_vote_that_the_network_held_back_does_not_undo_the_next(place: Place) -> None:
    page = place.open()
    held: list[tuple[str, str]] = []

    def hold(route: Route) -> None:
        held.append((route.request.url, route.request.post_data or ""))
        route.abort()

    page.route("**/*", the_first(1, hold))
    place.button(page, 0, "Must go").click()
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})
    place.button(page, 0, "Not for me").click()
    until(page, lambda: place.votes() == {})
    expect(page.locator(".state")).to_have_count(0)
    ((address, late),) = held
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": address.partition("/e/")[0]}
    assert page.request.post(address, data=late, headers=form).ok
    assert place.votes() == {}
    page.reload()
    expect(place.button(page, 0, "Not for me")).to_have_attribute("aria-pressed", "true")


SLOW_STORE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const asked = {};
  setTimeout(() => {
    const opening = open.apply(this, given);
    for (const kind of ["onupgradeneeded", "onerror", "onsuccess"]) opening[kind] = (event) => asked[kind]?.(event);
    Object.defineProperty(asked, "result", { get: () => opening.result });
  }, 1500);
  return asked;
};
"""


def test_page_that_goes_at_once_takes_no_vote_along(place: Place) -> None:
    page = place.open()
    page.add_init_script(SLOW_STORE)
    page.reload()
    place.button(page, 0, "Must go").click()
    page.reload()
    expect(place.button(page, 0, "Must go")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})


def test_page_that_was_made_before_a_vote_shows_it(place: Place) -> None:
    page = place.open()
    votes: list[Route] = []
    pages: list[Route] = []
    page.route("**/*", posts(votes.append))
    page.route(f"**/e/{place.event.code}", the_first(1, pages.append, "GET"))
    place.button(page, 0, "Must go").click()
    until(page, lambda: len(votes) == 1)
    page.evaluate("setTimeout(() => location.reload())")
    wait_until(lambda: bool(page.context.cookies()) and len(pages) == 1)
    before = pages[0].fetch()
    votes[0].continue_()
    wait_until(lambda: bool(page.context.cookies()) and place.votes() == {place.pitches[0].id: 2})
    page.context.cookies()
    with page.expect_event("domcontentloaded"):  # till then the page of before shows the vote
        pages[0].fulfill(response=before)
    expect(place.button(page, 0, "Must go")).to_have_attribute("aria-pressed", "true")


def test_votes_survive_that_one_goes_to_another_page(place: Place) -> None:
    page = place.open()
    page.route("**/*", posts(lambda route: route.abort()))
    for number in range(4):
        place.button(page, number, "Interested").click()
    expect(page.locator(".vote .state", has_text=WAITING)).to_have_count(4)
    page.goto(f"/e/{place.event.code}/grid")
    page.goto(f"/e/{place.event.code}")
    for number in range(4):
        expect(place.button(page, number, "Interested")).to_have_attribute("aria-pressed", "true")
    page.unroute_all()
    until(page, lambda: sorted(place.votes().values()) == [1, 1, 1, 1])
    expect(page.locator(".state")).to_have_count(0)


def test_what_waits_outlives_its_tab(place: Place) -> None:
    page = place.open(place.session())
    place.phone.route("**/*", posts(lambda route: route.abort()))
    page.get_by_label("Text").fill("Ask the county")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".waiting")).to_contain_text("Ask the county")
    expect(page.locator(".waiting .state")).to_have_text(WAITING)
    page.close()
    place.phone.unroute_all()
    grid = place.open("/grid")
    until(grid, lambda: place.notes() == ["Ask the county"])


@pytest.mark.parametrize("times", [1, 3])
def test_pitch_whose_answer_is_lost_is_there_once(place: Place, times: int) -> None:
    page = place.open()
    page.route("**/*", the_first(times, lost_on_the_way_back))
    page.get_by_label("Title").fill("Knitting")
    page.get_by_role("button", name="Pitch it").click()
    expect(page.locator("#own-pitches .note.mine")).to_contain_text("Knitting", timeout=20_000)  # after all its tries
    expect(page.get_by_label("Title")).to_have_value("")
    assert place.titles() == ["Knitting"]
    page.reload()
    expect(page.locator("#alert")).to_be_empty()


FRESH = {
    "note": ("/pitches/{pitch}", "Text", "Add", "#entries li"),
    "pitch": ("", "Title", "Pitch it", "#own-pitches .note.mine"),
    "pitch for somebody else": ("/pitches", "Title", "Pitch it", "#unclaimed tbody tr"),
}


@pytest.mark.parametrize(("path", "field", "button", "there"), FRESH.values(), ids=FRESH)
def test_what_stands_on_the_page_waits_no_more_whether_its_answer_came_or_not(
    app: Flask, place: Place, path: str, field: str, button: str, there: str
) -> None:
    key = signed_cookie(app, place.event, people.new_token(), place.event.organiser_hash)
    place.phone.add_cookies([{"name": COOKIE, "value": key, "url": f"{place.address}/e/{place.event.code}"}])
    page = place.open(path.format(pitch=place.pitches[0].id))
    page.route("**/*", posts(lost_on_the_way_back))
    for number, words in enumerate(("Knitting", "Weaving"), 1):
        page.get_by_label(field, exact=True).fill(words)
        page.get_by_role("button", name=button, exact=True).click()
        if not path:  # one's own pitches are no live list
            until(page, lambda number=number: len(place.titles()) == number)
            page.reload()
        expect(page.locator(there)).to_have_count(number)
        expect(page.locator(".waiting")).to_have_count(0)
        expect(page.get_by_label(field, exact=True)).to_have_value("")
    assert place.notes() + place.titles() == ["Knitting", "Weaving"]
    page.unroute_all()


CUT = """
const through = window.fetch;
window.fetch = (address, given) =>
  given?.method === "POST" && localStorage.cut ? Promise.reject(new TypeError("cut")) : through(address, given);
"""  # a route would keep the browser from using its cache


def test_a_page_from_the_cache_does_not_write_over_what_waits(place: Place) -> None:
    place.phone.add_init_script(CUT)
    page = place.open()
    page.evaluate("localStorage.cut = 1")
    for words in ("Knitting", "Weaving"):
        page.reload()  # the server has nothing new: it is the browser's own copy, with the form of before
        page.get_by_label("Title").fill(words)
        page.get_by_role("button", name="Pitch it").click()
        expect(page.locator(".waiting")).to_contain_text(words)
    beside = place.open()
    beside.get_by_label("Title").fill("Spinning")
    beside.get_by_role("button", name="Pitch it").click()
    expect(page.locator(".waiting li")).to_have_count(3)
    page.evaluate("delete localStorage.cut")
    until(page, lambda: place.titles() == ["Knitting", "Weaving", "Spinning"])


def test_a_change_that_waits_is_shown_where_one_goes_to_it_and_the_contrary_never(place: Place) -> None:
    page = place.open(place.session())
    page.get_by_label("Text").fill("Ask the county")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Edit").click()
    page.route("**/*", posts(lambda route: route.abort()))
    page.get_by_label("Text").fill("Ask the city")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("form .state")).to_have_text(WAITING)
    page.goto(f"/e/{place.event.code}{place.session()}")
    expect(page.locator("#entries .state")).to_have_text(WAITING)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Text")).to_have_value("Ask the city")
    page.unroute_all()
    until(page, lambda: place.notes() == ["Ask the city"])
    page.goto(f"/e/{place.event.code}{place.session()}")
    page.route("**/*", posts(lost_on_the_way_back))
    page.get_by_role("button", name="Strike out").click()
    page.reload()
    expect(page.get_by_role("button", name="Put back")).to_be_visible()
    expect(page.locator("#entries .state")).to_have_count(0)
    page.unroute_all()


def test_one_goes_on_writing_while_something_waits(place: Place) -> None:
    page = place.open(place.session())
    page.route("**/*", posts(lambda route: route.abort()))
    for words in ("First", "Second", "Third"):
        page.get_by_label("Text").fill(words)
        page.get_by_role("button", name="Add").click()
        expect(page.locator(".waiting li").last).to_contain_text(words)
        expect(page.get_by_role("radio", name="Note")).to_be_checked()  # as on a form that nobody has used
    page.get_by_label("Text").fill("Half a thought")
    page.unroute_all()
    until(page, lambda: place.notes() == ["First", "Second", "Third"])
    expect(page.locator("#entries li")).to_have_count(3)
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.get_by_label("Text")).to_have_value("Half a thought")


def test_what_waits_can_be_changed_and_a_changed_retry_is_told_so(place: Place) -> None:
    page = place.open(place.session())
    unseen = "**/pitches/*/notes"  # nor does the list show it
    page.route(unseen, lambda it: lost_on_the_way_back(it) if it.request.method == "POST" else it.abort())
    page.get_by_label("Text").fill("Ask the county")
    page.get_by_role("button", name="Add").click()
    page.locator(".waiting").get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Text")).to_have_value("Ask the county")
    page.unroute_all()
    page.get_by_label("Text").fill("Ask the county and the city")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#note-form .error-summary")).to_contain_text("kept already")
    expect(page.get_by_label("Text")).to_have_value("Ask the county and the city")
    assert place.notes() == ["Ask the county"]
    page.get_by_role("button", name="Add").click()
    until(page, lambda: place.notes() == ["Ask the county", "Ask the county and the city"])


def test_the_last_of_three_quick_taps_counts(place: Place) -> None:
    page = place.open()
    held: list[Route] = []
    page.route("**/*", the_first(1, held.append))
    for word in ("Interested", "Must go", "Interested"):
        place.button(page, 0, word).click()
    until(page, lambda: len(held) == 1)
    place.button(page, 0, "Must go").click()
    held[0].continue_()
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})
    expect(page.locator(".state")).to_have_count(0)
    expect(place.button(page, 0, "Must go")).to_have_attribute("aria-pressed", "true")


PORTALS: dict[str, Callable[[Route], None]] = {
    "200": lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to our wifi</h1>"),
    "302 here": lambda route: route.fulfill(status=302, headers={"Location": "/sign-in"}),
    "302 elsewhere": lambda route: route.fulfill(status=302, headers={"Location": "http://wifi.example/sign-in"}),
    "511": lambda route: route.fulfill(status=511, content_type="text/html", body="Sign in"),
}


@pytest.mark.parametrize("portal", PORTALS.values(), ids=PORTALS)
def test_portal_is_named_and_takes_nothing_for_itself(place: Place, portal: Callable[[Route], None]) -> None:
    page = place.open()
    page.route("**/e/**", portal)
    place.button(page, 0, "Must go").click()
    expect(page.locator("#offline")).to_contain_text(SIGN_IN)
    expect(page.locator("#offline").get_by_role("link", name="Open its page")).to_have_attribute("href", "/")
    expect(page.locator(".vote .state")).to_have_text("Waiting: the wifi wants you to sign in")
    assert place.votes() == {}
    page.unroute_all()
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})
    expect(page.locator("#offline")).to_have_text("You are back online.")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_answer_of_a_proxy_drops_no_vote(place: Place, status: int) -> None:
    page = place.open()
    page.route("**/*", the_first(2, lambda route: route.fulfill(status=status, body="Bad gateway")))
    place.button(page, 0, "Must go").click()
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})


def test_half_an_answer_is_none(place: Place) -> None:
    with bare_proxy(int(place.address.rpartition(":")[2]), halved=2) as port:
        page = place.phone.new_page()
        page.goto(f"http://127.0.0.1:{port}/e/{place.event.code}{place.session()}")
        page.get_by_label("Text").fill("Said once")
        lost: list[str] = []
        page.on("requestfailed", lambda it: lost.append(it.method))
        page.get_by_role("button", name="Add").click()
        until(page, lambda: place.notes() == ["Said once"] and lost.count("POST") > 0)
        expect(page.locator("#entries li")).to_have_count(1)
        expect(page.locator(".waiting")).to_have_count(0)
    assert place.notes() == ["Said once"]


def test_nobody_is_called_offline_who_is_not(place: Place) -> None:
    """A stream that something swallows is no offline; a cut is told, and its end too as soon as there is one."""
    page = place.phone.new_page()
    page.route("**/stream?view=*", lambda it: it.fallback() if "poll=1" in it.request.url else it.abort())
    with page.expect_response(lambda it: "poll=1" in it.url):
        page.goto(f"/e/{place.event.code}")
    expect(page.locator("#offline")).to_be_hidden()
    place.phone.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("You are offline.")
    with page.expect_response(lambda it: "poll=1" in it.url):  # asked at once, and not when a timer is up
        place.phone.set_offline(False)
    expect(page.locator("#offline")).to_have_text("You are back online.")


def test_draft_comes_back_whole_also_when_another_entry_is_edited(place: Place) -> None:
    page = place.open(place.session())
    page.get_by_label("Text").fill("Mine")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#entries")).to_contain_text("Mine")
    form = page.locator("#note-form")
    form.get_by_label("Action").check()
    form.get_by_label("Text").fill("Write it up")
    form.get_by_label("Who does it").fill("Priya")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Text").fill("Mine, and yours")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#entries")).to_contain_text("Mine, and yours")
    expect(page.locator("#alert")).to_have_text("What you had typed here is back. It was not sent yet.")
    expect(form.get_by_label("Action")).to_be_checked()
    expect(form.get_by_label("Text")).to_have_value("Write it up")
    expect(form.get_by_label("Who does it")).to_have_value("Priya")
    form.get_by_role("button", name="Add").click()
    expect(page.locator("#entries li")).to_have_count(2)
    with place.database.reading() as tx:
        note = tx.scalars(select(Note).where(Note.text == "Write it up")).one()
    assert (note.kind, note.owner) == (NoteKind.ACTION, "Priya")


def test_too_long_a_text_is_said_before_it_is_sent_and_not_cut(place: Place) -> None:
    page = place.open(place.session())
    page.get_by_label("Text").fill("a" * 12_000)
    told = page.locator("#note-form .length")
    expect(told).to_have_text("12,000 letters, and 10,000 can be kept. Shorten it by 2,000.")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_label("Text")).to_have_value("a" * 12_000)
    assert place.notes() == []
    page.get_by_label("Text").fill("a" * 10_000)
    expect(told).to_have_text("10,000 of 10,000 letters")
    page.get_by_role("button", name="Add").click()
    until(page, lambda: [len(text) for text in place.notes()] == [10_000])


def test_two_tabs_agree(place: Place) -> None:
    one, other = place.open(), place.open()
    place.phone.route("**/*", posts(lambda route: route.abort()))
    place.button(one, 0, "Must go").click()
    expect(place.button(other, 0, "Must go")).to_have_attribute("aria-pressed", "true")
    expect(other.locator(".vote .state")).to_have_text(WAITING)
    place.button(other, 0, "Interested").click()
    expect(place.button(one, 0, "Interested")).to_have_attribute("aria-pressed", "true")
    place.phone.unroute_all()
    until(one, lambda: place.votes() == {place.pitches[0].id: 1})
    for page in (one, other):
        expect(page.locator(".state")).to_have_count(0)


def test_refusal_says_why_and_brings_back_what_was_typed(place: Place) -> None:
    page = place.open(place.session())
    page.get_by_label("Link", exact=True).first.check()
    page.get_by_label("Text").fill("The slides")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#note-form .error-summary")).to_contain_text("The link is empty.")
    expect(page.get_by_label("Text")).to_have_value("The slides")
    market = place.open()
    close(place.database, place.event, voting=True)
    place.button(market, 1, "Must go").click()
    expect(market.locator("#alert")).to_contain_text("Voting is closed")
    expect(place.button(market, 1, "Must go")).to_have_attribute("aria-pressed", "false")


def test_who_changes_what_another_changed_sees_both_and_chooses(place: Place) -> None:
    page = place.open(place.session())
    page.get_by_label("Text").fill("First")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Text").fill("Third")
    place.database.write(lambda tx: setattr(tx.scalars(select(Note)).one(), "text", "Second"))
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".error-summary")).to_contain_text("Somebody changed this entry while you were typing.")
    expect(page.locator("blockquote")).to_have_text("Second")
    expect(page.get_by_label("Text")).to_have_value("Third")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#entries")).to_contain_text("Third")
    assert place.notes() == ["Third"]


def test_without_a_store_it_works_with_what_there_is(place: Place) -> None:
    page = place.phone.new_page()
    page.add_init_script(
        "for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('refused') } })"
    )
    page.goto(f"/e/{place.event.code}")
    page.route("**/*", the_first(3, lambda route: route.abort()))
    place.button(page, 0, "Must go").click()
    expect(page.locator(".vote .state")).to_have_text(f"{WAITING}. Keep this page open")
    until(page, lambda: place.votes() == {place.pitches[0].id: 2})


def test_box_loses_no_letter_while_it_saves_and_fills_beside_the_other(
    app: Flask, place: Place, chromium: Browser
) -> None:
    beside = chromium.new_context(base_url=place.address)
    for phone in (place.phone, beside):
        key = signed_cookie(app, place.event, people.new_token(), place.event.organiser_hash)
        phone.add_cookies([{"name": COOKIE, "value": key, "url": f"{place.address}/e/{place.event.code}"}])
    page, other = place.open("/pitches"), beside.new_page()
    other.goto(f"/e/{place.event.code}/pitches")
    held: list[Route] = []
    page.route("**/*", posts(held.append))
    page.get_by_label("Title").fill("Bins")
    page.get_by_label("Who hosts it?").fill("Sam Lee")
    page.keyboard.press("Enter")
    page.keyboard.type("Lids")
    until(page, lambda: len(held) == 1)
    held[0].continue_()
    expect(page.locator("#made")).to_contain_text("“Bins” is on the wall now.")
    page.keyboard.type(" of bins")
    expect(page.get_by_label("Title")).to_have_value("Lids of bins")
    page.get_by_label("Who hosts it?").fill("sam lee")
    page.keyboard.press("Enter")
    page.keyboard.type("Trees")
    until(page, lambda: len(held) == 2)
    held[1].continue_()
    expect(page.locator(".waiting")).to_contain_text("sam lee is a name that is here already.")
    expect(page.locator("#namesakes")).to_have_text("")  # that is about another pitch by now
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title")).to_have_value("Lids of bins")
    page.get_by_label("Yes, who hosts “Bins”").check()
    page.get_by_role("button", name="Pitch it").click()
    until(page, lambda: len(held) == 3)
    held[2].continue_()
    until(page, lambda: len(held) == 4)
    held[3].continue_()
    until(page, lambda: place.titles() == ["Bins", "Trees", "Lids of bins"])
    expect(other.locator("#unclaimed tbody tr")).to_have_count(3)
    beside.close()

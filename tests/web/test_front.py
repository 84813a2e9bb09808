"""The front door."""

from collections.abc import Callable

from tests.phone import Page, Phone


def test_join_with_unknown_code_keeps_it_and_says_what_to_do(phone: Callable[[], Phone]) -> None:
    response = phone().get("/join?code=nonsense")
    assert response.status_code == 404
    page = Page(response.text)
    assert page.by_id("code").attributes["value"] == "nonsense"
    assert page.one("p", class_="error").text == (
        "There is no event with this code. Check it against the poster or the screen."
    )

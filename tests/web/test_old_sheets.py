"""The sheet for browsers without layers: what it looks like is what the sheet with layers looks like."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from eventkit.storage.db import Database
from eventkit.web.base.old_sheets import flat
from tests.world import sheet
from tests.world.browser import served
from tests.world.published import a_published_day, at_this_hour

SHEET = sheet.served()
LOOK = """() => [...document.querySelectorAll("body, body *")].filter(it => it.checkVisibility()).map(it => {
  const style = getComputedStyle(it), box = it.getBoundingClientRect();
  const names = ["color", "backgroundColor", "fontSize", "fontWeight", "display", "paddingLeft", "borderTopWidth"];
  return [it.tagName + "." + it.className, ...[box.x, box.y, box.width, box.height].map(Math.round),
    ...names.map(name => style[name])].join(" ");
})"""


def test_flat_sheet_weighs_by_selectors_what_layers_weigh() -> None:
    sheet = """/* a remark */ @layer low, high;
@layer low { #a .b, :is(td, th):not(.c, .d)::before { color: red; margin-block: 1px calc(2px + 3px) } }
@layer high { @media print { p { inset-inline-start: 0; inline-size: 1em; margin-block: auto !important } } }"""
    two = r":not(#\#):not(#\#)"
    assert flat(sheet).splitlines() == [
        "#a .b{color: red; margin-top: 1px; margin-bottom: calc(2px + 3px)}",
        "td:not(.c):not(.d)::before{color: red; margin-top: 1px; margin-bottom: calc(2px + 3px)}",
        "th:not(.c):not(.d)::before{color: red; margin-top: 1px; margin-bottom: calc(2px + 3px)}",
        "@media print{",
        f"p{two}{{left: 0; width: 1em; margin-top: auto !important; margin-bottom: auto !important}}",
        "}",
    ]


def test_flat_sheet_asks_for_nothing_that_old_browsers_lack() -> None:
    text = flat(SHEET)
    for word in ("@layer", ":is(", "dvh", "inline-size", "padding-block"):
        assert word not in text
    assert text.count("{") == text.count("}")


@pytest.mark.browser
@pytest.mark.only_on("sqlite")
def test_flat_sheet_looks_as_the_sheet_with_layers_does(app: Flask, database: Database, chromium: Browser) -> None:
    day = a_published_day(database, placed=6, pitches=6)
    at_this_hour(database, day, 0)
    plain = flat(SHEET)

    def old(route: Route) -> None:
        route.fulfill(body=plain.replace('url("vendor', 'url("/static/vendor'), content_type="text/css")

    def look(page: Page, path: str) -> list[str]:
        page.goto(f"{day.address}{path}", wait_until="load")
        page.evaluate("document.fonts.ready")
        found: list[str] = page.evaluate(LOOK)
        return found

    with served(app) as address:
        size = {"width": 1280, "height": 720}
        common = {"base_url": address, "viewport": size, "service_workers": "block", "java_script_enabled": True}
        with chromium.new_context(**common) as now, chromium.new_context(**common) as then:  # type: ignore[arg-type]
            then.route("**/app.css?*", old)
            pages = now.new_page(), then.new_page()
            for path in ("/wall", "/wall?show=now", f"/doors/{day.rooms[0].id}", "/grid"):
                looks = [look(page, path) for page in pages]
                assert [it for it in zip(*looks, strict=True) if it[0] != it[1]] == [], path

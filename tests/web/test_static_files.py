"""Static files: each at one address, kept in memory once, whatever strangers ask for."""

from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from eventkit.web.base.static_files import StaticFiles


@Request.application
def elsewhere(_request: Request) -> Response:
    return Response("not a static file", 404)


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "icons").mkdir()
    (tmp_path / "app.css").write_text("body { margin: 0 }")
    (tmp_path / ".hidden").write_text("x")
    return StaticFiles(elsewhere, tmp_path, {"X-Content-Type-Options": "nosniff"})


def test_file_is_served_with_the_security_headers(files: StaticFiles) -> None:
    response = Client(files).get("/static/app.css")
    assert (response.status_code, response.text) == (200, "body { margin: 0 }")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["./app.css", "icons/../app.css", ".//app.css", "../secret", ".hidden", "icons", "no"])
def test_file_has_one_address_only(files: StaticFiles, name: str) -> None:
    assert files.file(name) is None


def test_file_that_changed_is_read_again(files: StaticFiles, tmp_path: Path) -> None:
    before = files.fingerprint("app.css")
    (tmp_path / "app.css").write_text("body { margin: 1rem }")
    assert files.fingerprint("app.css") != before
    assert Client(files).get("/static/app.css").text == "body { margin: 1rem }"


def test_font_is_kept_for_ever_as_the_sheet_that_takes_it_in_is(files: StaticFiles, tmp_path: Path) -> None:
    (tmp_path / "icons" / "letters.woff2").write_bytes(b"letters")
    (tmp_path / "app.css").write_text('@font-face { src: url("icons/letters.woff2") format("woff2") }')
    sheet = Client(files).get("/static/app.css").text
    address = sheet.split('"')[1]
    assert address == f"icons/letters.woff2?v={files.fingerprint('icons/letters.woff2')}"
    font = Client(files).get(f"/static/{address}")
    assert (font.data, font.headers["Cache-Control"]) == (b"letters", "public, max-age=31536000, immutable")

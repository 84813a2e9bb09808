"""Static files: each at one address, kept in memory once, whatever strangers ask for."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from eventkit.web.base.static_files import StaticFiles
from tests.world.places import ROOT


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


def test_script_is_served_with_what_it_imports_in_front_of_it(files: StaticFiles, tmp_path: Path) -> None:
    """Each module once, after those it needs, in one file whose fingerprint changes with any of them."""
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n')
    (tmp_path / "b.js").write_text('// A remark.\nimport { c } from "./c.js";\nexport const b = (it) => it + c;\n')
    (tmp_path / "c.js").write_text("/** What c is. */\nexport const c = 1;\n")
    before = files.fingerprint("a.js")
    assert Client(files).get("/static/a.js").text == "const c = 1;\nconst b = (it) => it + c;\nb(c);\n"
    (tmp_path / "c.js").write_text("export const c = 10;\n")
    assert files.fingerprint("a.js") != before
    assert "const c = 10;" in Client(files).get("/static/a.js").text


def test_sheet_is_served_with_what_it_imports_and_without_remarks(files: StaticFiles, tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text(
        '/* What\n   it is. */\n\n@layer a;\n\n@import "./part.css";\n\nb { margin: 0 }\n'
    )
    (tmp_path / "part.css").write_text("/* A part. */\n\n@layer a {\n  /* one */\n  i { margin: 0 }\n}\n")
    before = files.fingerprint("app.css")
    served = "@layer a;\n\n@layer a {\n  i { margin: 0 }\n}\n\nb { margin: 0 }\n"
    assert Client(files).get("/static/app.css").text == served
    (tmp_path / "part.css").write_text("i { margin: 1rem }\n")
    assert files.fingerprint("app.css") != before


def test_no_two_modules_of_one_script_name_the_same(app: Flask) -> None:
    """What the modules of a script name at the top lies side by side once they are packed."""
    files: StaticFiles = app.extensions["static"]
    for entry in sorted((ROOT / "static" / "js").glob("*.js")):
        found = files.file(f"js/{entry.name}")
        assert found is not None
        script = found.bodies[""].decode()
        names = Counter(re.findall(r"^(?:const|let|class|(?:async )?function) (\w+)", script, re.MULTILINE))
        names.update(
            name
            for names in re.findall(r"^const [{\[](.+?)[}\]] =", script, re.MULTILINE)
            for name in re.findall(r"\w+", names)
        )
        assert [name for name, times in names.items() if times > 1] == [], entry.name
        assert not re.search(r"^(import|export)\b", script, re.MULTILINE), entry.name


def test_imports_rename_nothing() -> None:
    for module in (ROOT / "static" / "js").glob("*.js"):
        assert not re.search(r"^import .*\bas\b", module.read_text(), re.MULTILINE), module.name

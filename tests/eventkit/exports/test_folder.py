"""The book as a folder: every link in it leads to a file of it, its checksums hold, and it is the ZIP's content."""

import hashlib
import io
import zipfile
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from eventkit.event.about import LICENCE_URL
from eventkit.exports import folder, formats
from eventkit.storage.db import Database
from tests.world.phone import Page
from tests.world.published import Day, a_published_day


@pytest.fixture
def files(database: Database) -> dict[str, bytes]:
    day: Day = a_published_day(database)
    with database.reading() as tx:
        return formats.published_folder(tx, day.event.id, "https://camp.example")


def test_folder_has_all_formats_and_a_file_a_session(files: dict[str, bytes]) -> None:
    assert set(formats.FORMATS) - set(files) == set()
    assert [name for name in files if name.startswith("sessions/")] == [
        f"sessions/{n:03}-pitch-{n}.md" for n in range(1, 5)
    ]


def test_links_of_the_page_and_of_the_index_lead_to_files_of_the_folder(files: dict[str, bytes]) -> None:
    page = Page(files[folder.INDEX].decode())
    targets = [it.attributes["href"] for it in page.all("a") if not it.attributes["href"].startswith("#")]
    near = {unquote(target) for target in targets if not urlsplit(target).scheme}
    assert near <= files.keys() and {"book.docx", "schedule.ics", folder.LICENCE_FILE, folder.SUMS} <= near
    assert len(near) == len([target for target in targets if not urlsplit(target).scheme])  # each once
    ids = {it.attributes.get("id") for it in page.elements}
    assert {it.attributes["href"][1:] for it in page.all("a") if it.attributes["href"].startswith("#")} <= ids
    for name in files:
        assert not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
        if name.endswith(".md") and "/" in name:
            assert f"({name})" in files["README.md"].decode()


def test_checksums_and_zip_are_of_the_files(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["book.zip"])) as archive:
        unpacked = {name: archive.read(name) for name in archive.namelist()}
    assert unpacked == {name: content for name, content in files.items() if name != "book.zip"}
    lines = [line.split("  ") for line in files[folder.SUMS].decode().splitlines()]
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(content).hexdigest() for name, content in unpacked.items() if name != folder.SUMS
    }
    assert LICENCE_URL in files[folder.LICENCE_FILE].decode()

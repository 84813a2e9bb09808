"""The package as it is installed elsewhere: everything is in it, and it serves from an empty folder."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.places import ROOT
from tests.world.serving import Process, RetryingPhone, free_port

OURS = ("eventkit", "solver", "templates", "static", "pyproject.toml", "setup.py", "README.md", "LICENCE")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this code, built in a copy of it so that nothing is left behind here."""
    copy, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in OURS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    pip = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(made), str(copy)]
    subprocess.run(pip, check=True)
    return next(made.glob("twofeet-*.whl"))


def files(folder: Path, *but: str) -> set[str]:
    """The files of a folder of this project, as paths within it."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not {"__pycache__", *but} & set(path.parts)}


def test_wheel_has_all_that_is_served_and_no_tests(wheel: Path) -> None:
    within = set(zipfile.ZipFile(wheel).namelist())
    code = {f"{name}/{file}" for name in ("eventkit", "solver") for file in files(ROOT / name)}
    served = {f"eventkit/{name}/{file}" for name in ("templates", "static") for file in files(ROOT / name)}
    hidden = {f"eventkit/static/{file}" for file in files(ROOT / "static") if file.rpartition("/")[2].startswith(".")}
    hidden |= {"eventkit/locales/messages.pot"}  # for translators
    assert {file for file in within if ".dist-info/" not in file} == (code | served) - hidden
    assert {"eventkit/static/vendor/htmx.min.js", "eventkit/static/vendor/atkinson.woff2"} <= within
    assert {"eventkit/py.typed", "solver/py.typed"} <= within


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Iterator[Process]:
    """`twofeet run` of the wheel, in an environment that sees this one's libraries, from an empty folder."""
    environment, folder = tmp_path / "environment", tmp_path / "folder"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "seen.pth").write_text(sysconfig.get_path("purelib"))
    install = ["--python", str(environment / "bin" / "python"), "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([*PIP, *install], check=True)
    folder.mkdir()
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOST": "127.0.0.1", "PORT": str(free_port())}
    process = Process([str(environment / "bin" / "twofeet"), "run"], settings, folder=folder).start()
    yield process
    process.end()


def test_wheel_serves_from_an_empty_folder_and_keeps_its_data_there(installed: Process) -> None:
    phone = RetryingPhone(int(installed.surroundings["PORT"]))
    assert phone.get("/healthz").status == 200
    page = phone.get("/")
    sheet = re.search(r'href="(/static/app\.css[^"]*)"', page.text)
    assert page.status == 200 and sheet is not None
    assert phone.get(sheet[1]).status == 200
    assert phone.get("/static/vendor/htmx.min.js").status == 200
    assert (installed.folder / "var" / "twofeet.db").is_file()

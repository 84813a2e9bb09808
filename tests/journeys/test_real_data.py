"""A real data set runs the day: imported, built by the worker, adopted, published, exported.

The votes of 448 people on 174 statements about Canadian electoral reform (openData of the Computational Democracy
Project, CC BY 4.0); of them the 60 most wanted, into 6 slots and 10 rooms.
"""

import csv
import io
import json
import zipfile
from pathlib import Path

import jsonschema
import pytest

from eventkit import cli
from eventkit.building import builds, incumbents
from eventkit.config import Config
from eventkit.event import events
from eventkit.storage.db import Database
from tests.world.judge import judge
from tests.world.visitors import Phones
from tests.world.working import a_worker, ended


@pytest.fixture(autouse=True)
def environment(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's database."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    monkeypatch.setenv("TWOFEET_VAR", str(config.var))
    monkeypatch.setenv("PUBLIC_URL", config.public_url)


def twofeet(*arguments: object) -> None:
    assert cli.main([str(argument) for argument in arguments]) == 0


@pytest.mark.only_on("sqlite")
def test_canadian_electoral_reform_runs_the_day(
    database: Database,
    phone: Phones,
    shared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = shared / "data" / "canadian-electoral-reform"
    options = ("--name", "Electoral reform", "--date", "2026-06-26", "--top", 60, "--slots", 6, "--rooms", 10)
    twofeet("import", data / "pitches.csv", data / "votes.csv", *options)
    *told, join, organise = capsys.readouterr().out.splitlines()
    assert "Imported into ‘Electoral reform’:" in told
    assert any(line.startswith("60 new pitches: ") for line in told)
    code = join.rsplit("/", 1)[1]

    laptop = phone()
    assert laptop.get(organise.split("http://localhost")[1]).status_code == 303
    build = laptop.post(f"/e/{code}/builds", seconds="3").headers["Location"]
    assert build == f"/e/{code}/builds/1"
    with a_worker(database):
        problem = ended(database, code).problem
    with database.reading() as tx:
        best = incumbents.newest(tx, builds.get(tx, events.by_code(tx, code).id, 1).id)
    assert best is not None
    verdict = judge(problem, [placement.to_json() for placement in best.grid])
    assert verdict is not None
    assert {key: verdict[key] for key in ("placed", "kept", "left_out")} == {
        key: getattr(best, key) for key in ("placed", "kept", "left_out")
    }
    assert (verdict["placed"], verdict["left_out"]) == (60, 0)

    assert laptop.post(f"{build}/adopt").status_code == 303
    assert laptop.post(f"/e/{code}/grid/publish", version="1").status_code == 303
    page = phone().page(f"/e/{code}/grid")
    assert len(page.all("p", class_="session-title")) == 60

    twofeet("export", code, tmp_path / "out")
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    schema = json.loads((shared / "schemas" / "schedule.schema.json").read_text())
    schedule = json.loads(files["schedule.json"])
    jsonschema.Draft6Validator(schema).validate(schedule)
    (day,) = schedule["schedule"]["conference"]["days"]
    assert [len(sessions) for sessions in day["rooms"].values()] == [7] + [6] * 9  # lunch is told in the first room
    assert len(list(csv.reader(io.StringIO(files["grid.csv"].decode())))) == 62  # a heading, and lunch
    fixed = files["schedule.ics"].count(b"TRANSP:TRANSPARENT")  # such as lunch
    assert files["schedule.ics"].count(b"BEGIN:VEVENT") - fixed == 60
    assert len([name for name in zipfile.ZipFile(io.BytesIO(files["book.zip"])).namelist() if "/" in name]) == 60

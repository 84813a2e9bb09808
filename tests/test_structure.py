"""The tests lie as the code does: a file for each module, one cast in tests/world, nothing shared behind its back."""

import ast
import re
from pathlib import Path

import pytest

from tests.world.places import ROOT

TESTS = ROOT / "tests"
NO_RULES = {"__init__", "__main__"}  # faces of packages: what they hand on is tested where it stands

# Modules that are tested through others, by a test that fails when they break: what is behind the front of a room, and
# what only real processes, a real browser or a whole page can show.
TESTED_THROUGH = {
    "tests/eventkit/exports/test_exports.py": [
        "exports/calendar",
        "exports/command",
        "exports/formats",
        "exports/frab",
        "exports/markdown_book",
        "exports/sheets",
        "exports/source",
        "exports/web_book",
        "exports/word",
    ],
    "tests/eventkit/grid/test_moderation.py": [
        "event/moderation_log",
        "grid/moderated",
        "market/hiding",
        "market/reports",
    ],
    "tests/eventkit/grid/test_published.py": ["grid/times"],
    "tests/web/test_moderation.py": ["web/pages/reports"],
    "tests/eventkit/privacy/test_erasure.py": ["privacy/traces"],
    "tests/eventkit/imports/test_command.py": ["imports/rows"],
    "tests/eventkit/imports/test_whole.py": [
        "event/whole_file",
        "exports/whole",
        "imports/whole_parts",
        "imports/whole_rows",
    ],
    "tests/eventkit/imports/test_files.py": [
        "imports/calendar_items",
        "imports/frab_xml",
        "imports/json_programmes",
        "imports/programmes",
        "imports/told",
        "imports/workbook",
    ],
    "tests/eventkit/rehearsal/test_rehearsal.py": ["rehearsal/camp", "rehearsal/command", "rehearsal/crowd"],
    "tests/eventkit/storage/test_db.py": ["storage/writer"],
    "tests/eventkit/storage/test_schema.py": [
        "storage/tables/building",
        "storage/tables/changes",
        "storage/tables/columns",
        "storage/tables/events",
        "storage/tables/grid",
        "storage/tables/imported",
        "storage/tables/market",
        "storage/tables/moderation",
        "storage/tables/notes",
        "storage/tables/pairs",
        "storage/tables/pushing",
    ],
    "tests/eventkit/processes/test_worker.py": ["processes/answering", "processes/solving"],
    "tests/eventkit/processes/test_afterwards.py": ["processes/studying"],
    "tests/eventkit/test_cli.py": ["errors"],
    "tests/runtime/test_supervisor.py": [
        "processes/welcome",
        "processes/gunicorn_settings",
        "processes/server",
    ],
    "tests/runtime/test_streams.py": [
        "storage/listener",
        "web/live/broadcast",
        "web/live/sse_clients",
        "web/live/streams",
    ],
    "tests/runtime/test_trouble.py": ["processes/cooperation"],
    "tests/runtime/test_helper_process.py": ["storage/helper"],
    "tests/runtime/test_wheel.py": ["places", "web/application"],
    "tests/runtime/test_documents.py": ["web/base/observing"],
    "tests/web/test_editor.py": ["draft/drafts"],
    "tests/eventkit/privacy/test_forgetting.py": ["privacy/my_data", "privacy/traces"],
    "tests/web/test_my_data.py": ["web/pages/privacy"],
    "tests/web/test_builds.py": ["web/pages/build_quality"],
    "tests/web/test_weight.py": ["web/base/compression"],
    "tests/web/test_languages.py": ["web/base/speaking"],
    "tests/web/test_routes.py": ["web/base/cookies", "web/base/rendering", "web/base/services", "web/base/visits"],
    "tests/web/test_routes_by_state.py": ["web/base/visits"],
    "tests/web/test_grid.py": ["clock"],
    "tests/eventkit/imports/test_sheets.py": ["imports/csv_rows", "imports/decoding"],
    "tests/eventkit/grid/test_versions.py": ["event/notices", "grid/steps"],
}
# In the solver each room has one front that runs all behind it against the oracle, the judge or every grid there is.
SOLVER_FRONTS = {
    "bound": "tests/solver/bound/test_bounds.py",
    "compiled": "tests/solver/test_compile_ahead.py",
    "explain": "tests/solver/explain/test_changes.py",
    "convert": "tests/solver/convert/test_convert.py",
    "model": "tests/solver/model/test_score.py",
    "search": "tests/solver/test_race.py",
    "solver": "tests/solver/test_command.py",
    "kernel": "tests/solver/search/test_kernel.py",
    "sequences": "tests/solver/search/test_sequences_walk.py",
}


def modules() -> list[Path]:
    found = [path for package in ("eventkit", "solver") for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if path.stem not in NO_RULES and "migrations" not in path.parts]


def mirrored(module: Path) -> list[Path]:
    """Where a module's own test may lie."""
    package, *rooms = module.relative_to(ROOT).parts[:-1]
    name = f"test_{module.stem}.py"
    if rooms[:1] == ["web"]:
        return [TESTS / "web" / name]
    return [TESTS / package / Path(*rooms) / name, TESTS / "runtime" / name]


def through(module: Path) -> list[str]:
    """The tests that run a module which has none of its own."""
    if module.relative_to(ROOT).parts[0] == "solver":
        return [SOLVER_FRONTS[module.parent.name]] if module.parent.name in SOLVER_FRONTS else []
    name = module.relative_to(ROOT / "eventkit").with_suffix("").as_posix()
    return [test for test, names in TESTED_THROUGH.items() if name in names]


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_a_test(module: Path) -> None:
    own = [path for path in mirrored(module) if path.exists()]
    assert own or through(module), f"write {mirrored(module)[0].relative_to(ROOT)}"


def test_what_is_tested_through_others_is_there_and_has_no_test_of_its_own() -> None:
    names = {path.relative_to(ROOT).with_suffix("").as_posix().removeprefix("eventkit/") for path in modules()}
    for test, those in TESTED_THROUGH.items():
        assert (ROOT / test).exists(), test
        assert set(those) <= names, (test, set(those) - names)
        for name in those:
            assert not [path for path in mirrored(ROOT / "eventkit" / f"{name}.py") if path.exists()], name
    for test in SOLVER_FRONTS.values():
        assert (ROOT / test).exists(), test


def test_no_test_takes_anything_from_another_test() -> None:
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
                assert str(node.module).startswith("tests.world"), f"{path.relative_to(ROOT)}: {node.module}"


def test_cast_knows_no_test() -> None:
    for path in (TESTS / "world").glob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL)
        assert "test_" not in re.sub("test_client|test_request_context", "", code)  # Flask's


def test_marks_are_all_used() -> None:
    told = re.findall(
        r'^    "(\w+)[(:]', (ROOT / "pyproject.toml").read_text().split("markers = [")[1].split("]")[0], re.M
    )
    text = "".join(path.read_text() for path in TESTS.rglob("*.py"))
    assert [mark for mark in told if f"mark.{mark}" not in text] == []

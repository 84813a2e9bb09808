"""What set-up fetches is pinned and hashed, the build back end too."""

import re

from tests.world.places import ROOT


def test_make_installs_only_what_has_a_hash_or_lies_here() -> None:
    makefile = (ROOT / "Makefile").read_text()
    lines = [line for line in makefile.splitlines() if re.search(r"\$\(PIP\) (install|wheel)", line)]
    for line in lines:
        assert "--require-hashes" in line or {"--no-deps", "--no-build-isolation"} <= set(line.split()), line
    assert len(lines) == 4
    assert "--require-hashes" in (ROOT / "tools" / "node.py").read_text()


def test_build_back_end_is_the_one_that_is_pinned() -> None:
    lock = (ROOT / "requirements-build.lock").read_text()
    (needed,) = re.findall(r'requires = \["([^"]+)"\]', (ROOT / "pyproject.toml").read_text())
    assert lock.startswith(needed)


def test_locks_have_a_hash_for_every_package() -> None:
    for path in ROOT.glob("requirements*.lock"):
        packages = re.split(r"(?m)^(?=[A-Za-z])", path.read_text())
        assert [it for it in packages if "==" in it and "--hash=sha256:" not in it] == [], path.name

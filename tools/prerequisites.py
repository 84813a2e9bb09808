"""Finds Chromium and PostgreSQL for the tests, installs them where that is possible, and says what is left out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = {"chromium": "the tests in a browser", "postgresql": "the tests on PostgreSQL"}


def main() -> int:
    """Install what is missing; return 1 where CI=true and something still is."""
    if missing := _missing():
        _install(missing)
    for package in (still := _missing()):
        print(f"*** No {package} here, so {WANTED[package]} are skipped. On Debian: apt-get install {package}")
    return 1 if still and os.environ.get("CI") == "true" else 0


def _missing() -> list[str]:
    chromium = Path("/usr/bin/chromium").exists()
    postgresql = any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")
    return [package for package, there in (("chromium", chromium), ("postgresql", postgresql)) if not there]


def _install(packages: list[str]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' and '.join(packages)} for the tests", flush=True)
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=surroundings, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())

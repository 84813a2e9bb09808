"""Checks static/js/ with ESLint, which the first run fetches at the version package-lock.json pins."""

import subprocess
import sys

import node

ESLINT = node.ROOT / "node_modules" / "eslint"


def main() -> int:
    """Return ESLint's exit status."""
    ours = node.find()
    if not ours.install(linter=True):
        print("npm could not fetch ESLint. Is this machine online? Run the same command again.")
        return 1
    command = [*ours.node, str(ESLINT / "bin" / "eslint.js"), "--max-warnings=0", "static/js"]
    return subprocess.run(command, cwd=node.ROOT, env=ours.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

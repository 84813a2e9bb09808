"""Copies the browser's assets from npm packages, at the versions package-lock.json pins, to static/vendor/."""

import shutil
import sys

import node

VENDOR = node.ROOT / "static" / "vendor"
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "atkinson.woff2": f"{FONT}-latin-wght-normal.woff2",
    "atkinson-ext.woff2": f"{FONT}-latin-ext-wght-normal.woff2",
}


def main() -> int:
    """Fetch and copy; return the exit status."""
    print("Fetching the browser's assets", flush=True)
    if not node.find().install(linter=False):
        print("npm could not fetch htmx and the font. Is this machine online? Run the same command again.")
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in ASSETS.items():
        shutil.copyfile(node.ROOT / "node_modules" / source, VENDOR / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

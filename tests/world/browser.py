"""A real server on a free port, and Chromium to look at it with."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

expect.set_options(timeout=15_000)  # what is right is there at once; slow machines take their time


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: pytest has its own report."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application from a thread; yields its address, such as http://127.0.0.1:40123."""
    server = ThreadedWSGIServer("127.0.0.1", 0, app, handler=_Quiet)
    server.daemon_threads = True  # a stream that is still open must not keep the tests
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_chromium() -> Iterator[Browser]:
    """Chromium without a window. Where there is none the test is skipped, but in CI it fails."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing = "Chromium is not installed, so nobody has looked at the pages. Install the package chromium."
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another size in pixels, and wait until it has it: what is measured is not of the size before."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=[width, height])

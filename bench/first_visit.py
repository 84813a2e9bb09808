"""What a phone waits for on bad wifi: bytes, largest paint and shifts of each page, and the grid without network.

Chromium on a phone's screen, through its own protocol: 1.6 Mbit/s, 150 ms, a processor four times slower. Each first
visit has a new profile without anything kept; "later" is the same page once more in it. The server has made each page
before.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from bench.load import table
from bench.site import Site, site
from tests.world.browser import a_chromium
from tests.world.published import Day, a_published_day
from tests.world.serving import wait_until

RUNS = 3
SIZE: ViewportSize = {"width": 360, "height": 740}
LATENCY = 150  # ms
BANDWIDTH = 1_600_000 / 8  # bytes a second, each way
SLOWER = 4  # times, than this processor
ASKED = "80 KB, 1.2 s, CLS 0; later 10 KB; offline 1 s"
ROOMS = "\n".join(f"Room {number}, {10 + 5 * number}" for number in range(1, 7))
PLACED, PITCHES = 30, 60
SETTLED = 1500  # ms after loading in which something may still paint or shift

WATCH = """
globalThis.painted = 0; globalThis.shifted = 0;
new PerformanceObserver((list) => { for (const it of list.getEntries()) painted = it.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const it of list.getEntries()) if (!it.hadRecentInput) shifted += it.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
PAGES_KEPT = "async () => (await (await caches.open('twofeet-pages-1')).keys()).map((it) => new URL(it.url).pathname)"


@dataclass
class Seen:
    """One visit: bytes over the network, milliseconds to the largest paint, and the sum of all shifts."""

    size: int
    largest: float
    shifts: float


@dataclass
class Traffic:
    """What came over the network since it was counted last."""

    size: int = 0

    def finished(self, event: dict[str, Any]) -> None:
        self.size += int(event["encodedDataLength"])

    def taken(self) -> int:
        """The bytes so far, from 0 again."""
        size, self.size = self.size, 0
        return size


def main() -> None:
    """Measure a front page, and an event of sixty pitches with thirty of them on its grid."""
    with site(pitch_count=0) as measured, a_chromium() as browser:
        day = a_published_day(measured.database, placed=PLACED, pitches=PITCHES, rooms=ROOMS)
        pages = {"front page": "/", "event": day.address, "pitch": f"{day.address}/pitches/{day.pitches[0].id}"}
        pages |= {"grid": f"{day.address}/grid", "my day": f"{day.address}/me"}
        load = os.getloadavg()[0]
        print(f"  asked: {ASKED}; median of {RUNS} (of shifts the most), the best in brackets; load {load:.0f}")
        for path in pages.values():
            urlopen(f"http://127.0.0.1:{measured.port}{path}").close()
        for name, path in pages.items():
            first, later = zip(*(_visits(browser, measured, path) for _ in range(RUNS)), strict=True)
            table([(f"{name}, first", _figure(first)), (f"{name}, later", _figure(later))])
        offline = [_offline(browser, measured, day) for _ in range(RUNS)]
        table([("grid without network, largest paint", f"{statistics.median(offline):.0f} ms")])


def _figure(visits: tuple[Seen, ...]) -> str:
    size = statistics.median(it.size for it in visits) / 1024
    largest = statistics.median(it.largest for it in visits)
    best = min(it.largest for it in visits)
    return f"{size:.1f} KB, largest paint {largest:.0f} ms ({best:.0f}), shifts {max(it.shifts for it in visits):.4f}"


def _visits(browser: Browser, measured: Site, path: str) -> tuple[Seen, Seen]:
    """A page for the first time, and once more. The service worker stays out: it would answer the second."""
    with _phone(browser, measured, service_workers="block") as phone:
        page = phone.new_page()
        traffic = _slowed(phone.new_cdp_session(page))
        return _visit(page, traffic, path), _visit(page, traffic, path)


@contextmanager
def _phone(browser: Browser, measured: Site, **options: Any) -> Iterator[BrowserContext]:
    address = f"http://127.0.0.1:{measured.port}"
    phone = browser.new_context(viewport=SIZE, device_scale_factor=2, is_mobile=True, base_url=address, **options)
    phone.add_init_script(WATCH)
    yield phone
    phone.close()


def _slowed(session: CDPSession) -> Traffic:
    """Bad wifi and a slow phone from now on; what comes over it."""
    traffic = Traffic()
    session.send("Network.enable")
    session.on("Network.loadingFinished", traffic.finished)
    speed = {"downloadThroughput": BANDWIDTH, "uploadThroughput": BANDWIDTH}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **speed})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return traffic


def _visit(page: Page, traffic: Traffic, path: str) -> Seen:
    page.goto(path, wait_until="load")
    page.wait_for_timeout(SETTLED)
    largest, shifts = page.evaluate("[painted, shifted]")
    return Seen(traffic.taken(), largest, shifts)


def _offline(browser: Browser, measured: Site, day: Day) -> float:
    """Milliseconds to the largest paint of a grid that was seen before, without any network."""
    with _phone(browser, measured) as phone:
        page, path = phone.new_page(), f"{day.address}/grid"
        page.goto(path)
        wait_until(lambda: path in page.evaluate(PAGES_KEPT))
        page.goto(path)
        page.wait_for_timeout(SETTLED)
        phone.set_offline(True)
        phone.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(path)
        page.wait_for_timeout(SETTLED)
        assert "offline" in page.locator("#offline").inner_text()
        return float(page.evaluate("painted"))


if __name__ == "__main__":
    main()

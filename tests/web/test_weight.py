"""What a phone on bad wifi must fetch: the marketplace with 60 pitches, and all that a first visit needs besides."""

import gzip
import re
from urllib.parse import urljoin

from eventkit.storage.db import Database
from tests.world.camp import a_camp
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones

KB = 1024
FONT = re.compile(r'url\("([^"]+\.woff2\?[^"]+)"\)')


def test_marketplace_of_60_pitches_is_light(database: Database, phone: Phones) -> None:
    """The page alone stays under 20 KB, and with style, scripts and font under 80 KB; a later page under 10."""
    address = f"/e/{a_camp(database, pitches=60, people=6).event.code}"
    visitor = phone()
    page = visitor.page(address)
    parts = _parts(visitor, page, address)
    assert len(page.all("form", class_="vote")) == 60
    assert any(".woff2?v=" in part for part in parts)
    alone = _wire(visitor, address)
    assert alone < 20 * KB
    assert alone + sum(_wire(visitor, part) for part in parts) < 80 * KB
    for later in ("/grid", "/me", "/choices", "/pitches/1"):
        assert _wire(visitor, address + later) < 10 * KB, later


def _parts(visitor: Phone, page: Page, address: str) -> list[str]:
    """The addresses of what the page makes a browser fetch at once."""
    sheets = [link.attributes["href"] for link in page.all("link", rel="stylesheet")]
    scripts = [script.attributes["src"] for script in page.all("script")]
    fonts = [urljoin(sheet, font) for sheet in sheets for font in FONT.findall(visitor.get(sheet).text)]
    return [urljoin(address, part) for part in dict.fromkeys(sheets + scripts + fonts)]


def _wire(visitor: Phone, address: str) -> int:
    """Bytes on the wire: as the server packs it, or packed by gzip as the proxy or server in front does."""
    response = visitor.client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert response.status_code == 200, address
    packed = response.headers.get("Content-Encoding") or ".woff2" in address
    return len(response.data) if packed else len(gzip.compress(response.data, 6))

"""The pages people wait for: how many queries, how much server time, how many bytes."""

import statistics
import time

import brotli

from app import create_app
from bench.load import load, table
from bench.site import SECRET, bare, site
from eventkit.config import Config
from eventkit.processes import logs
from eventkit.web.base.compression import BROTLI
from tests.world.builders import queries
from tests.world.phone import Phone

PAGES = {"marketplace": "", "my day": "/me", "grid": "/grid", "wall": "/wall"}
TIMES = 30


def main() -> None:
    """Measure in one process, without a network, beside a bare endpoint over the network."""
    with bare() as port:
        hello = load(port, [f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()], 1, 3)
    table([("bare endpoint, one connection", str(hello))])
    for count in (60, 400):
        with site(pitch_count=count) as measured:
            config = Config(
                database_url=str(measured.database.engine.url), secret_key=SECRET, var=measured.var, log_level="error"
            )
            logs.configure(config)
            app = create_app(config)
            phone = Phone(app)
            for name, path in PAGES.items():
                address = f"/e/{measured.code}{path}"
                with queries(app.extensions["twofeet"].database) as seen:
                    body = phone.client.get(address).data
                milliseconds = [_timed(phone, address) for _ in range(TIMES)]
                figure = f"{len(seen) - seen.count('BEGIN')} queries, {statistics.median(milliseconds):.1f} ms, "
                figure += (
                    f"{len(body) / 1024:.0f} KB, {len(brotli.compress(body, quality=BROTLI)) / 1024:.1f} KB compressed"
                )
                table([(f"{name} with {count} pitches", figure)])


def _timed(phone: Phone, address: str) -> float:
    began = time.perf_counter()
    phone.client.get(address)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()

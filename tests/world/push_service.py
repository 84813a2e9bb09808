"""A push service as browser makers run them, on this machine: what browsers that it knows get, they decrypt."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from playwright.sync_api import BrowserContext, Page

from eventkit.web_push import Target, decoded, encoded
from tests.world.serving import wait_until


@dataclass
class Browser:
    """A browser with its own key and secret. Its address is the service's with its name."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen letters."

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def target(self, endpoint: str) -> Target:
        return Target(endpoint, encoded(self.public), encoded(self.secret))

    def decrypt(self, body: bytes) -> bytes:
        """The message in a request's body, by RFC 8291 and RFC 8188 from the browser's side."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        info = b"WebPush: info\0" + self.public + theirs
        secret = HKDF(hashes.SHA256(), 32, self.secret, info).derive(self.key.exchange(ec.ECDH(), point))
        content_key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\x02")
        return padded[:-1]


@dataclass
class Posted:
    """A request that the service got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """The service: what it got, and what it answers by path; 201 where nothing else is said, and nothing at all for 0.

    `later` is after how many seconds it wants to be asked again.
    """

    address: str
    posted: list[Posted] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    later: str = ""

    def to(self, path: str) -> list[Posted]:
        return [it for it in self.posted if it.path == path]


@contextmanager
def a_push_service() -> Iterator[Service]:
    """One that listens on a port of this machine."""
    service = Service("")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.posted.append(Posted(self.path, {name.lower(): it for name, it in self.headers.items()}, body))
            if (status := service.answers.get(self.path, 201)) == 0:
                self.rfile.read(1)  # until they give up
                return
            self.send_response(status)
            if service.later:
                self.send_header("Retry-After", service.later)
            if 300 <= status < 400:
                self.send_header("Location", f"{service.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()


def push(phone: BrowserContext, page: Page, message: str) -> None:
    """Hand a message to the service worker, once it is active, as the browser does after decrypting it."""
    page.evaluate(
        "async () => { const { active } = await navigator.serviceWorker.ready;"
        " while (active.state !== 'activated') await new Promise((done) => { active.onstatechange = done; }); }"
    )
    origin: str = page.evaluate("location.origin")
    devtools = phone.new_cdp_session(page)
    known: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda it: known.extend(
            one["registrationId"] for one in it["registrations"] if one["scopeURL"].startswith(origin)
        ),
    )
    devtools.send("ServiceWorker.enable")
    wait_until(lambda: page.evaluate("1") and bool(known))
    devtools.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": known[0], "data": message})
    devtools.detach()


WATERMELON = Browser(  # the example of RFC 8291, appendix A
    ec.derive_private_key(int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), ec.SECP256R1()),
    decoded("BTBZMqHH6r4Tts7J_aSIgg"),
)

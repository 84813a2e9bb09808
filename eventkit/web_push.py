"""Web Push: who may be sent to, messages that one browser alone can read (RFC 8291), our signature (RFC 8292)."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from py_vapid import Vapid02

SERVICES = (  # of Chrome and all that are made from it, Firefox, Safari, Edge
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
RECORD = 4096  # bytes that a service must take: RFC 8030, section 7.2
MOST = RECORD - 86 - 17  # bytes of a message: without its header, padding and tag
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group of P-256


@dataclass(frozen=True)
class Target:
    """Where one browser hears us: the address at its maker's service, its public key and its secret, in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    def is_sound(self, services: Iterable[str]) -> bool:
        """Whether it is at a service that we know, with keys that a message can be encrypted for."""
        try:
            _point(self.p256dh)
            return len(decoded(self.auth)) == 16 and is_known(self.endpoint, services)
        except ValueError:
            return False


def is_service(name: str) -> bool:
    """Whether this names a service: a host; or, by http, a port of this machine, which tests listen at."""
    if not name.startswith("http://"):
        labels = name.split(".")
        return len(labels) > 1 and all(it.replace("-", "").isalnum() for it in labels) and not labels[-1].isdigit()
    try:
        parts = urlsplit(name)
        return ip_address(parts.hostname or "").is_loopback and parts.port is not None and not parts.path
    except ValueError:
        return False


def is_known(endpoint: str, services: Iterable[str]) -> bool:
    """Whether an address is one of these services': https at its usual port, at the host or one below it."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or not endpoint.isascii() or not endpoint.isprintable():
        return False
    if f"{parts.scheme}://{parts.netloc}" in services:
        return True
    ours = any(host == it or host.endswith(f".{it}") for it in services)
    return ours and parts.scheme == "https" and port in (None, 443)


class Signer:
    """This server as push services know it: a key that follows from its secret key, so that none has to be kept."""

    def __init__(self, secret_key: str, public_url: str):
        seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"twofeet web push").derive(secret_key.encode())
        key = ec.derive_private_key(int.from_bytes(seed) % (ORDER - 1) + 1, ec.SECP256R1())
        host = urlsplit(public_url).hostname or ""
        self._subject = f"https://{host}" if "." in host and public_url.startswith("https:") else "mailto:us@localhost"
        self._vapid = Vapid02(key)
        self.public_key = encoded(_raw(key.public_key()))

    def authorization(self, endpoint: str) -> str:
        """The header that says who sends."""
        parts = urlsplit(endpoint)
        return str(self._vapid.sign({"aud": f"{parts.scheme}://{parts.netloc}", "sub": self._subject})["Authorization"])


def encrypt(message: bytes, target: Target, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b"") -> bytes:
    """The body of a request: a message of at most MOST bytes in one record (aes128gcm); key and salt by lot."""
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    ours, theirs = _raw(key.public_key()), _point(target.p256dh)
    shared = key.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, decoded(target.auth), b"WebPush: info\0" + _raw(theirs) + ours, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4) + len(ours).to_bytes(1) + ours
    return header + AESGCM(content_key).encrypt(nonce, message + b"\x02", None)


def encoded(data: bytes) -> str:
    """Bytes in base64url, without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Bytes from base64url, padded or not. Raises ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)


def _raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _point(text: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(text))

"""Web Push: encrypted as RFC 8291 says, signed as RFC 8292 says, and to services that we know only."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from py_vapid import Vapid02
from py_vapid.jwt import decode

from eventkit import web_push
from eventkit.web_push import SERVICES, Signer, Target, decoded, encoded, encrypt
from tests.world.push_service import WATERMELON, Browser

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_message_is_encrypted_as_in_the_example_of_the_standard() -> None:
    key = ec.derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1())
    salt = decoded("DGv6ra1nlYgDCS1FRnbzlw")
    message = b"When I grow up, I want to be a watermelon"
    assert encoded(encrypt(message, WATERMELON.target(ENDPOINT), key, salt)) == BODY
    assert WATERMELON.decrypt(decoded(BODY)) == message


@given(st.binary(max_size=web_push.MOST))
def test_browser_alone_reads_what_was_encrypted_for_it(message: bytes) -> None:
    body = encrypt(message, WATERMELON.target(ENDPOINT))
    assert WATERMELON.decrypt(body) == message
    assert len(body) <= web_push.RECORD
    assert body != encrypt(message, WATERMELON.target(ENDPOINT))


def test_signature_names_the_service_and_us_and_follows_from_the_secret_key() -> None:
    signer, again = (Signer("a secret for tests only", "https://camp.example.org:8443") for _ in range(2))
    header = signer.authorization(f"{ENDPOINT}?x=1")
    assert header.startswith("vapid t=")
    assert Vapid02.verify(header)
    token, key = (part.split("=", 1)[1] for part in header.removeprefix("vapid ").split(","))
    claims = decode(token, key)
    assert (claims["aud"], claims["sub"]) == ("https://fcm.googleapis.com", "https://camp.example.org")
    assert key == signer.public_key == again.public_key
    assert Signer("another secret for tests", "https://camp.example.org").public_key != key
    assert Vapid02.verify(Signer("a secret for tests only", "http://laptop").authorization(ENDPOINT))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://u@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://evilfcm.googleapis.com.evil/x",
        "https://notfcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::1/x",
        "https://169.254.169.254/latest",
        "https://fcm.googleapis.com:x/",
        "https://fcm.googleapis.com/a\r\nHost: b",
        "https://fcm.googleapis.com/ü",
        "http://127.0.0.1:8000/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_addresses_that_are_no_known_service_s_are_refused(endpoint: str) -> None:
    assert not web_push.is_known(endpoint, SERVICES)
    assert not Browser().target(endpoint).is_sound(SERVICES)


def test_services_of_the_usual_browsers_and_named_ones_are_known() -> None:
    for host in ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"):
        assert Browser().target(f"https://{host}/x").is_sound(SERVICES)
    assert web_push.is_known("https://wns2-par02p.notify.windows.com/w/?token=x", SERVICES)
    assert web_push.is_known("https://push.example.org/x", ["push.example.org"])
    assert web_push.is_known("http://127.0.0.1:8123/x", ["http://127.0.0.1:8123"])
    assert not web_push.is_known("http://127.0.0.1:8123@10.0.0.1/x", ["http://127.0.0.1:8123"])
    assert not web_push.is_known("http://127.0.0.1:81234/x", ["http://127.0.0.1:8123"])


@given(st.text(max_size=120), st.text(max_size=40))
def test_keys_of_any_kind_are_sound_or_refused(p256dh: str, auth: str) -> None:
    good = Browser().target(ENDPOINT)
    for target in (Target(ENDPOINT, p256dh, good.auth), Target(ENDPOINT, good.p256dh, auth)):
        if target.is_sound(SERVICES):
            encrypt(b"x", target)


def test_names_of_services_are_hosts_or_ports_of_this_machine() -> None:
    known = ["push.example.org", "http://127.0.0.1:8123", "http://[::1]:8123"]
    others = [
        "push",
        "10.0.0.1",
        "https://push.example.org",
        "http://10.0.0.1:80",
        "http://127.0.0.1",
        "push/x.y",
        ".",
        "",
    ]
    assert [web_push.is_service(it) for it in known] == [True] * 3
    assert [web_push.is_service(it) for it in others] == [False] * len(others)

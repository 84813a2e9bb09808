"""Who asks for long work: a phone and where it comes from, behind a proxy too."""

import pytest
from flask import Flask

from eventkit.processes.wsgi import who_asks
from tests.world.phone import Phone
from tests.world.visitors import Phones

NEAR, FAR = "127.0.0.1", "192.0.2.7"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (FAR, "", FAR),
        (FAR, "198.51.100.1", FAR),  # no proxy of ours: anybody may say so
        (NEAR, "198.51.100.1", "198.51.100.1"),
        (NEAR, "10.0.0.1, 2001:db8::1", "2001:db8::1"),  # what stands first came from outside
        (NEAR, "nonsense, ", NEAR),
        (NEAR, "", NEAR),
    ],
)
def test_each_who_comes_through_a_proxy_has_an_address(
    app: Flask, phone: Phones, peer: str, forwarded: str, address: str
) -> None:
    seen: list[dict[str, int]] = []
    app.before_request(lambda: seen.append(dict(who_asks())))
    asking: Phone = phone()
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    asking.client.get("/", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert [list(it) for it in seen] == [[f"address {address}"]]

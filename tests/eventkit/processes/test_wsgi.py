"""Who asks for long work: a phone and where it comes from, behind a proxy too."""

import pytest
from flask import Flask

from eventkit.processes.wsgi import who_asks
from tests.world.phone import Phone
from tests.world.visitors import Phones

NEAR, FAR = "127.0.0.1", "192.0.2.7"
OURS, BARE = "localhost", "127.0.0.1:8000"  # Host, as proxies pass it on that were set up, or not


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("peer", "host", "forwarded", "address"),
    [
        (FAR, OURS, "", FAR),
        (FAR, OURS, "198.51.100.1", FAR),  # no proxy of ours: anybody may say so
        (NEAR, OURS, "198.51.100.1", "198.51.100.1"),
        (NEAR, BARE, "198.51.100.1", NEAR),  # what the phone says of itself
        (NEAR, OURS, "10.0.0.1, 2001:db8::1", "2001:db8::/64"),  # what stands first came from outside
        (NEAR, OURS, "nonsense, ", NEAR),
        (NEAR, OURS, "", NEAR),
        ("2001:db8::7:1", OURS, "", "2001:db8::/64"),  # a home has as many as it likes
        ("::ffff:192.0.2.7", OURS, "", FAR),
    ],
)
def test_each_who_comes_through_a_proxy_has_an_address(
    app: Flask, phone: Phones, peer: str, host: str, forwarded: str, address: str
) -> None:
    seen: list[dict[str, int]] = []
    app.before_request(lambda: seen.append(dict(who_asks())))
    asking: Phone = phone()
    headers = {"Host": host} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    asking.client.get("/", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert [list(it) for it in seen] == [[f"address {address}"]]

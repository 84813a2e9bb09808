"""The addresses of this machine in its networks."""

import pytest

from eventkit import networks
from eventkit.networks import Network

WIFI, VPN, CABLE = Network("wlan0", "192.168.1.20"), Network("wg0", "10.8.0.2"), Network("eth0", "10.0.0.5")


@pytest.mark.parametrize(
    ("met", "way_out", "expected"),
    [
        ([VPN, WIFI], VPN.address, [WIFI, VPN]),  # though all traffic goes by the VPN
        ([CABLE, WIFI], WIFI.address, [WIFI, CABLE]),
        ([WIFI], "", [WIFI]),  # an access point without a default route
        ([Network("docker0", "172.17.0.1"), Network("lo", "127.0.0.1")], "", []),
        ([], "192.168.7.7", [Network("", "192.168.7.7")]),
    ],
)
def test_networks_of_the_venue_come_first(met: list[Network], way_out: str, expected: list[Network]) -> None:
    assert networks.ordered(met, way_out) == expected


def test_addresses_of_this_machine_are_no_loopback() -> None:
    assert not any(networks.is_loopback(it) for it in networks.lan_addresses())

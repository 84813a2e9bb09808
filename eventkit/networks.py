"""The addresses by which other machines may reach this one: each network's, likely ones first. Sends nothing."""

import fcntl
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
GET_ADDRESS = 0x8915  # Linux: SIOCGIFADDR
VPNS = ("tun", "tap", "wg", "tailscale", "utun", "ppp", "ipsec", "zt", "nordlynx", "proton")
INSIDE = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "cni", "podman")  # of this machine alone


@dataclass(frozen=True)
class Network:
    """A network that this machine is in: the interface's name, empty where that is unknown, and the address there."""

    interface: str
    address: str

    @property
    def vpn(self) -> bool:
        """Whether it is a virtual private network, in which the phones of a venue are not."""
        return self.interface.startswith(VPNS)


def lan_addresses() -> list[str]:
    """This machine's addresses, the likeliest to be reached by phones first; empty where it is in no network."""
    return [it.address for it in ordered(_networks(), _way_out())]


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is reached from this machine alone."""
    return host.startswith("127.") or host in ("localhost", "::1")


def ordered(networks: Iterable[Network], way_out: str) -> list[Network]:
    """Networks of the venue first, of those the one that leads out; VPNs last; what is inside this machine never."""
    known = {it.address: it for it in networks}
    if way_out and way_out not in known:
        known[way_out] = Network("", way_out)
    met = [it for it in known.values() if _of_others(it)]
    return sorted(met, key=lambda it: (it.vpn, it.address != way_out, it.interface, it.address))


def _of_others(it: Network) -> bool:
    return not it.interface.startswith(INSIDE) and not it.address.startswith(("127.", "169.254.", "0."))


def _networks() -> list[Network]:
    """What the interfaces say, where they can be asked, as on Linux; else what the machine's own name stands for."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # one without an address
                answer = fcntl.ioctl(probe.fileno(), GET_ADDRESS, struct.pack("256s", name.encode()[:15]))
                found.append(Network(name, socket.inet_ntoa(answer[20:24])))
    if not found:
        with suppress(OSError):
            found = [Network("", it) for it in socket.gethostbyname_ex(socket.gethostname())[2]]
    return found


def _way_out() -> str:
    """The address that leads out of here; empty where nothing does, as at an access point without a default route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))  # a UDP connect only asks the routing table
            return str(probe.getsockname()[0])
        except OSError:
            return ""

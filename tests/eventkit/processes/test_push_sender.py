"""The sender: no address inside a network, no storm at a service that does not answer, never more than fits."""

import socket
from collections.abc import Iterator
from threading import Event

import pytest

from eventkit.processes import push_sender
from eventkit.processes.push_sender import NotPublic, Parcel, Sender, public_address
from eventkit.web_push import Signer
from tests.world.push_service import WATERMELON, a_push_service
from tests.world.serving import wait_until

SIGNER = Signer("a secret for tests only", "https://camp.example.org")


def parcel(address: str, seconds: int = 60) -> Parcel:
    return Parcel(1, WATERMELON.target(address), b"{}", seconds)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """A service on this machine that takes no connection."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "localhost", "0.0.0.0"])
def test_names_that_lead_inside_are_refused(host: str) -> None:
    with pytest.raises(NotPublic):
        public_address(host, 443)


def test_public_addresses_are_taken_as_they_were_looked_at() -> None:
    assert public_address("1.1.1.1", 443) == "1.1.1.1"


def test_service_that_cannot_be_reached_is_left_alone_for_a_while(
    closed_port: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with a_push_service() as service:
        sender = Sender(SIGNER, (closed_port, service.address))
        sender.put(parcel(f"{closed_port}/x"))
        sender.settle()
        for _ in range(20):
            sender.put(parcel(f"{closed_port}/x"))
        sender.put(parcel(f"{service.address}/x", seconds=0))  # nobody wants to hear it any more
        sender.put(parcel(f"{service.address}/y"))
        sender.settle()
        sender.close()
        assert [it.path for it in service.posted] == ["/y"]
    said = capsys.readouterr().out + caplog.text  # by whichever way the log is set up
    assert said.count("notifications not sent") == 1
    assert sender.gone() == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_message_that_a_service_wants_later_is_sent_then_and_not_before(status: int) -> None:
    with a_push_service() as service:
        sender = Sender(SIGNER, (service.address,))
        service.answers["/x"], service.later = status, "1"
        sender.put(parcel(f"{service.address}/x"))
        wait_until(lambda: bool(service.posted))
        sender.settle()
        service.answers.clear()
        sender.put(parcel(f"{service.address}/y"))  # waits, too: the service has its pause
        wait_until(lambda: len(service.posted) >= 3)
        sender.settle()
        sender.close()
        assert service.posted[0].path == "/x"
        assert sorted(it.path for it in service.posted) == ["/x", "/x", "/y"]


def test_message_that_a_service_took_without_a_word_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_sender, "PATIENCE", 0.1)
    monkeypatch.setattr(push_sender, "PAUSE", 0.1)
    with a_push_service() as service:
        sender = Sender(SIGNER, (service.address,))
        service.answers["/hangs"] = 0
        sender.put(parcel(f"{service.address}/hangs"))
        wait_until(lambda: bool(service.posted))
        sender.settle()
        sender.put(parcel(f"{service.address}/next"))
        wait_until(lambda: len(service.posted) >= 2)
        sender.settle()
        sender.close()
        assert [it.path for it in service.posted] == ["/hangs", "/next"]


def test_what_does_not_fit_is_dropped_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_sender, "MOST", 3)
    monkeypatch.setattr(push_sender, "THREADS", 1)
    free = Event()

    class Slow(Signer):
        def authorization(self, endpoint: str) -> str:
            free.wait(30)
            return super().authorization(endpoint)

    with a_push_service() as service:
        sender = Sender(Slow("a secret for tests only", "https://camp.example.org"), (service.address,))
        for number in range(20):
            sender.put(parcel(f"{service.address}/{number}"))
        free.set()
        sender.settle()
        sender.close()
        assert 3 <= len(service.posted) <= 4

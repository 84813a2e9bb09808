"""The child's side of child.py: take an order, hear that it is time to stop, give answers."""

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any


def ordered() -> tuple[dict[str, Any], threading.Event]:
    """The order on standard input, to be done behind everything else on the machine, and what is set to stop it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the worker
    os.nice(19)
    order, stop = json.loads(sys.stdin.readline()), threading.Event()

    def listen() -> None:
        sys.stdin.readline()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    return order, stop


def answer(content: Mapping[str, Any]) -> None:
    """Give one answer."""
    print(json.dumps(content), flush=True)  # noqa: T201  this is how

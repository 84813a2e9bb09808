"""Bytes of posts under way, bounded over all connections of this process: what is kept of them fits memory and disk."""

from collections import Counter
from threading import Lock

MOST_OF_FILES = 128 * 1024 * 1024  # bytes of files that arrive or are looked at, in memory and on the disk together
MOST_OF_TEXTS = 32 * 1024 * 1024  # the same of what is typed, all of it in memory
COME_AGAIN = 10.0  # seconds, for whoever finds no room


class InFlight:
    """How many bytes are kept of the posts under way: up to `most`, half of them for one address."""

    def __init__(self, most: int):
        self._most, self._kept, self._lock = most, Counter[str](), Lock()

    @property
    def total(self) -> int:
        """Bytes kept now."""
        return self._kept.total()

    def take(self, address: str, size: int) -> bool:
        """Whether there was room for so many bytes more from there; they count then."""
        with self._lock:
            if self.total + size > self._most or self._kept[address] + size > self._most // 2:
                return False
            self._kept[address] += size
            return True

    def give_back(self, address: str, size: int) -> None:
        """So many bytes from there are kept no more."""
        with self._lock:
            self._kept[address] -= size
            self._kept = +self._kept


class HeldBytes:
    """What one post keeps of them, until it is answered."""

    def __init__(self, whole: InFlight, address: str):
        self._whole, self._address, self._size = whole, address, 0

    def grow(self, size: int) -> bool:
        """Whether there was room for so many bytes more."""
        if not self._whole.take(self._address, size):
            return False
        self._size += size
        return True

    def end(self) -> None:
        """Give all of them back."""
        self._whole.give_back(self._address, self._size)
        self._size = 0

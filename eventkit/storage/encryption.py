"""Files encrypted with a pass phrase: AES-256-GCM in chunks (the STREAM construction), the key derived by scrypt.

A head (FORMAT, salt, nonce prefix), then chunks of CHUNK bytes, each with its own tag; the nonce holds the chunk's
number and whether it is the last, so that chunks cannot be swapped, left out or cut off unseen.
"""

import os
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from eventkit.errors import Invalid
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

if TYPE_CHECKING:  # loaded where it is used: only who encrypts or decrypts needs it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"twofeet-encrypted/1\n"
SALT, PREFIX, TAG = 16, 7, 16  # bytes
CHUNK = 64 * 1024
SHORTEST = 12  # characters of a pass phrase
WRONG = marked("The pass phrase does not open %(file)s, or the file is damaged. Nothing was restored.")


def is_encrypted(path: Path) -> bool:
    """Whether a file is one of ours. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(FORMAT)) == FORMAT


class Encrypting(RawIOBase):
    """A file to write to; what is written is encrypted into another, which is whole once this one is closed."""

    def __init__(self, file: IO[bytes], pass_phrase: str):
        if len(pass_phrase) < SHORTEST:
            raise Invalid(
                _(
                    "The pass phrase is too short. Use at least %(shortest)s characters; several words are best.",
                    shortest=SHORTEST,
                )
            )
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._cipher, self._file = _cipher(pass_phrase, salt), file
        self._waiting, self._number = bytearray(), 0
        file.write(FORMAT + salt + self._prefix)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: Any) -> int:
        """Take all of it; a chunk is encrypted once there is more than it holds, since the last one is marked."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def close(self) -> None:
        """Write the last chunk; the other file stays open."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, content: bytes, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last)
        self._file.write(self._cipher.encrypt(nonce, content, None))
        self._number += 1


class _Decrypting(RawIOBase):
    """What was written into an Encrypting, chunk by chunk. Raises Invalid."""

    def __init__(self, path: Path, pass_phrase: str):
        self._path, self._file = path, path.open("rb")
        self._file.read(len(FORMAT))
        salt, self._prefix = self._file.read(SALT), self._file.read(PREFIX)
        if len(self._prefix) < PREFIX:
            raise Invalid(_(WRONG, file=path))
        self._cipher, self._number = _cipher(pass_phrase, salt), 0
        self._next = self._file.read(CHUNK + TAG)
        self._ready = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._ready and self._next:
            self._ready = self._chunk()
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def close(self) -> None:
        """Close the file, too."""
        self._file.close()
        super().close()

    def _chunk(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        content, self._next = self._next, self._file.read(CHUNK + TAG)
        nonce = _nonce(self._prefix, self._number, last=not self._next)
        self._number += 1
        try:
            found: bytes = self._cipher.decrypt(nonce, content, None)
        except InvalidTag as error:
            raise Invalid(_(WRONG, file=self._path)) from error
        return found


def decrypting(path: Path, pass_phrase: str) -> BufferedReader:
    """An encrypted file, to be read; a wrong pass phrase or a changed byte raises Invalid while it is."""
    return BufferedReader(_Decrypting(path, pass_phrase), CHUNK)


def _cipher(pass_phrase: str, salt: bytes) -> "AESGCM":
    """The cipher of a pass phrase; deriving the key takes 64 MB and a good part of a second, for who guesses too."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(pass_phrase.encode()))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])

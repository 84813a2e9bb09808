"""The text of a file whose encoding nobody wrote down: read as what it is, and said where it had to be guessed."""

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventkit.imports.faults import fault
from eventkit.text.language import marked

ZIPPED = b"PK\x03\x04"  # what an .xlsx begins with
LARGEST = 20 * 1024 * 1024  # bytes of a file
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OLD = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}
"""What spreadsheets wrote before UTF-8, by Python's names; the first is the more likely where both read alike."""
_USUAL = frozenset("äöüÄÖÜßéèêëàâáãîïíôóõúûùçñåøæœÉÈÀÁÍÓÚÇÑÅØÆŴŵŶŷ’‘“”–—…•€£©°")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
LONGEST_NUMBER = 18  # digits; what is longer stays text
NO_TEXT = marked("this is no text. Save the file as UTF-8.")
NO_MARK = marked("UTF-16 without its mark")
_SAMPLE = 60  # characters of a line that shows how a guess reads


@dataclass(frozen=True)
class Decoded:
    """A file's text and, where its encoding was guessed, that encoding's name and one line to judge it by."""

    text: str
    guessed: str = ""
    sample: str = ""


def content_of(path: Path) -> bytes:
    """The bytes of a file that is not too large to be a programme. Raises Faulty, OSError."""
    if path.stat().st_size > LARGEST:
        raise fault(
            marked("larger than %(most)s MB, which is no list of pitches or votes."),
            file=path.name, most=LARGEST // 2**20,
        )  # fmt: skip
    return path.read_bytes()


def decode(name: str, content: bytes) -> Decoded:
    """The text of a file in UTF-8, UTF-16 or what Excel wrote before those. Raises Faulty."""
    if content.startswith((ZIPPED, b"\xd0\xcf\x11\xe0")):
        raise fault(
            marked("this is a workbook. Open it and save its sheet as “CSV UTF-8”, then import that."), file=name
        )
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return Decoded(_strictly(name, content, encoding))
    if wide := _wide(content):
        return _said(_strictly(name, content, wide), NO_MARK)
    try:
        return Decoded(_without_zeros(name, content.decode("utf-8")))
    except UnicodeDecodeError:
        return _from_old(name, content)


def from_json(text: str) -> Any:
    """The content of a JSON file; an escape that is half a letter is a mark in its place, as no output takes it.

    Raises ValueError, RecursionError.
    """
    content = json.loads(text, parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else digits)
    if not _HALF.search(text):
        return content
    whole = json.dumps(content, ensure_ascii=False).encode("utf-16", "surrogatepass")  # this joins halves that are two
    return json.loads(whole.decode("utf-16", "replace"))


def _wide(content: bytes) -> str:
    """`utf-16-le` or `utf-16-be` where every other byte of the beginning is nearly always zero, else nothing."""
    head = content[:2000]
    even, odd = head[0::2], head[1::2]
    if len(content) % 2 == 0 and len(head) >= 4:
        if odd.count(0) > 0.7 * len(odd) and not even.count(0):
            return "utf-16-le"
        if even.count(0) > 0.7 * len(even) and not odd.count(0):
            return "utf-16-be"
    return ""


def _from_old(name: str, content: bytes) -> Decoded:
    """As the older encoding in which more of the letters beyond ASCII are letters that people use."""
    readings = {}
    for encoding in _OLD:
        try:
            readings[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if "cp1252" not in readings and not _is_text(readings["mac_roman"]):
        _strictly(name, content, "cp1252")  # raises with the line
    best = max(readings, key=lambda encoding: (_usual(readings[encoding]), encoding == "cp1252"))
    return _said(_without_zeros(name, readings[best]), _OLD[best])


def _usual(text: str) -> int:
    return sum(1 if letter in _USUAL else -1 for letter in text if ord(letter) > 127)


def _is_text(text: str) -> bool:
    return _usual(text) > 0


def _said(text: str, encoding: str) -> Decoded:
    line = next((line for line in text.splitlines() if not line.isascii()), text.partition("\n")[0])
    return Decoded(text, encoding, line.strip()[:_SAMPLE])


def _without_zeros(name: str, text: str) -> str:
    if "\0" in text:
        raise fault(NO_TEXT, file=name, place=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _strictly(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise fault(NO_TEXT, file=name, place=line) from error

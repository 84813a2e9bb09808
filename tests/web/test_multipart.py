"""Posts with files: read as they were sent, however they are cut into pieces on the way."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from eventkit.web.base import multipart

CONTENTS = st.lists(st.binary(max_size=40).filter(lambda it: b"--x" not in it), max_size=4)


class Cut(BytesIO):
    """Comes in pieces of `size` bytes."""

    size = 1

    def read(self, _size: int | None = -1) -> bytes:
        return super().read(self.size)


@given(CONTENTS, CONTENTS, st.integers(1, 50))
def test_parts_arrive_as_sent_in_pieces_of_any_size(texts: list[bytes], files: list[bytes], size: int) -> None:
    head = b"\r\n--x\r\nContent-Disposition: form-data; name=it"
    body = b"".join(head + b"\r\n\r\n" + text for text in texts)
    body += b"".join(head + b'; filename="\xff"\r\n\r\n' + file for file in files) + b"\r\n--x--\r\n"
    kept: list[int] = []
    stream = Cut(body)
    stream.size = size
    parts = multipart.MultipartReader(b"x", 10_000, BytesIO, kept.append).read(stream)
    assert parts.whole
    assert [value for _, value in parts.fields] == [text.decode("utf-8", "replace") for text in texts]
    assert [file.read() for _, file in parts.files] == files
    assert sum(map(len, texts)) <= sum(kept) <= len(body)
    whole = body[: -len(b"\r\n--x--\r\n")]
    assert not multipart.MultipartReader(b"x", 10_000, BytesIO, kept.append).read(BytesIO(whole)).whole

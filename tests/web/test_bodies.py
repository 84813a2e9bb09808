"""What forms post: decoded as others decode it, and refused where it has fields without number."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from eventkit.storage.db import Database
from eventkit.storage.waiting import WaitsWhileHolding
from eventkit.web.base import bodies
from eventkit.web.base.in_flight import InFlight
from tests.world.phone import Page, Phone
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, joined

HEAD = b"--x\r\nContent-Disposition: form-data; "
FILE, ALT, NONCE = b'name="picture"; filename="a.jpg"', b'name="alt"', b'name="nonce"'
TYPED = 'Räder & "Brot"'


@given(st.binary(max_size=60), st.integers(3, 9))
def test_a_text_is_decoded_as_the_standard_library_decodes_it(sent: bytes, piece: int) -> None:
    for text in (sent.replace(b"&", b"").replace(b"=", b""), b"".join(b"%%%02x" % letter for letter in sent)):
        whole, bodies.PIECE = bodies.PIECE, piece
        try:
            got = bodies.decoded(text)
        finally:
            bodies.PIECE = whole
        try:
            expected = text.decode("ascii")
        except UnicodeDecodeError:
            continue
        assert got == parse_qsl(f"x={expected}", keep_blank_values=True, errors="werkzeug.url_quote")[0][1]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(), max_size=5))
def test_what_a_browser_posts_arrives(fields: dict[str, str]) -> None:
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    halves = [part.partition("=") for part in urlencode(fields).split("&") if part]
    assert {bodies.decoded(a.encode()): bodies.decoded(b.encode()) for a, _, b in halves} == fields


def test_a_form_with_fields_without_number_is_refused(phone: Callable[[], Phone]) -> None:
    response = phone().client.post(
        "/start",
        data="name=a&" * bodies.MOST_FIELDS,
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 413


def a_post(*parts: tuple[bytes, bytes], end: bytes = b"--x--\r\n") -> bytes:
    """What a browser sends of a form with files: (what the part is, its content)."""
    return b"".join(HEAD + what + b"\r\n\r\n" + content + b"\r\n" for what, content in parts) + end


def sent(visitor: Phone, day: Day, body: bytes, kind: str = "multipart/form-data; boundary=x") -> TestResponse:
    """The answer to a picture's form."""
    address = f"{day.address}/pitches/{day.pitches[0].id}/notes/pictures"
    return visitor.client.post(address, data=body, content_type=kind, headers={"Origin": "http://localhost"})


def alt_in(response: TestResponse) -> str:
    """What stands in the field beside the picture when the form comes back."""
    return Page(response.text).one("input", name="alt").attributes["value"]


@pytest.mark.only_on("sqlite")
def test_what_is_typed_beside_a_file_of_any_name_comes_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = joined(phone, day.event)
    names = [
        b'"\xff\xfe.jpg"',
        b'"a\0b.jpg"',
        b'"../../etc/passwd"',
        b'"C:\\a;b\\\\"',
        b'"a\\".jpg"',
        b'"unclosed',
        b'"' + b"a" * 90_000,
    ]
    odd = [b'name="picture"; filename=' + name for name in names]
    odd += [b'name="picture"; filename*=' + name for name in (b"UTF-8''%ff%00.jpg", b"utf-7''+AGE-", b"'''", b"%")]
    odd += [FILE + b"\r\nContent-Type: \xff\xff", FILE + b"\r\n\xe4\xf6", b"filename=a.jpg", b'name=""; filename=""']
    for what in odd:
        answer = sent(visitor, day, a_post((ALT, TYPED.encode()), (what, b"no picture"), (NONCE, b"n")))
        assert (answer.status_code, alt_in(answer)) == (422, TYPED), what
        answer = sent(visitor, day, a_post((what, b"no picture"), (ALT, TYPED.encode())))
        assert (answer.status_code, alt_in(answer)) == (422, TYPED), what


@pytest.mark.only_on("sqlite")
def test_a_post_that_breaks_off_is_not_kept_and_its_text_comes_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = joined(phone, day.event)
    for end in (b"", b"--x", b"--y--\r\n", HEAD, b"--x\r\nno disposition\r\n\r\na\r\n--x--\r\n"):
        for parts in ([(FILE, b"no"), (ALT, TYPED.encode())], [(ALT, TYPED.encode()), (FILE, b"no")]):
            answer = sent(visitor, day, a_post(*parts, end=end))
            assert (answer.status_code, "Not all of what you sent arrived" in answer.text) == (422, True), end
            assert alt_in(answer).startswith(TYPED), end
    for kind in ("", "; boundary=", "; boundary=y", "; boundary=\xff", '; boundary="x', "; boundary=x; boundary=y"):
        assert sent(visitor, day, a_post((FILE, b"no")), f"multipart/form-data{kind}").status_code in (413, 422), kind


@pytest.mark.only_on("sqlite")
def test_typed_text_is_bounded_whatever_carries_it(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    visitor = joined(phone, day.event)
    many = [(b'name="alt"', b"a" * 200_000)] * 3
    assert sent(visitor, day, a_post(*many)).status_code == 413
    assert sent(visitor, day, b"a" * 300_000).status_code == 413  # no boundary at all
    assert sent(visitor, day, a_post(*[(b'name="a"', b"")] * 600)).status_code == 413
    urlencoded = "application/x-www-form-urlencoded"
    assert sent(visitor, day, b"alt=" + b"a" * 300_000, urlencoded).status_code == 413
    assert bodies.TEXTS.total == bodies.FILES.total == 0  # each gave back what it held


@pytest.mark.only_on("sqlite")
def test_where_too_much_arrives_at_once_files_wait_and_text_comes_back(
    database: Database, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_published_day(database)
    visitor = joined(phone, day.event)
    body = a_post((FILE, b"a" * 60_000), (ALT, TYPED.encode()), (NONCE, b"n"))
    monkeypatch.setattr(bodies, "FILES", InFlight(200_000))
    assert bodies.FILES.take("elsewhere", 100_000)
    answer = sent(visitor, day, body)
    assert (answer.status_code, alt_in(answer)) == (422, TYPED)
    assert bodies.FILES.take("127.0.0.1", 60_000)
    answer = sent(visitor, day, body)
    assert (answer.status_code, answer.headers["Retry-After"], alt_in(answer)) == (503, "10", TYPED)
    assert bodies.FILES.total == 160_000
    monkeypatch.setattr(bodies, "TEXTS", InFlight(10_000))
    notes = f"{day.address}/pitches/{day.pitches[0].id}/notes"
    crowded = visitor.submit(notes, {"kind": "note", "text": "a" * 20_000, "nonce": "n"})
    assert (crowded.status_code, crowded.headers["Retry-After"]) == (503, "10")
    assert visitor.submit(notes, {"kind": "note", "text": "Short", "nonce": "n"}).status_code == 303


@pytest.mark.only_on("sqlite")
def test_nobody_waits_for_a_phone_within_a_transaction(database: Database, app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"a": "b"}):
        with database.reading(), pytest.raises(WaitsWhileHolding):
            _ = request.form
        assert request.form["a"] == "b"

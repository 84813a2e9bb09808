"""What forms post: decoded as others decode it, and refused where it has fields without number."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from eventkit.web.base import bodies
from tests.world.phone import Phone


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

"""Choosing the language that this phone speaks, and what scripts say in it."""

import hashlib
import json
from functools import cache

from flask import Blueprint, Response, make_response, redirect, request, url_for

from eventkit.errors import NotFound
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.web.base.speaking import keep_choice
from eventkit.web.base.static_files import ASK, FOR_EVER

pages = Blueprint("languages", __name__)


@pages.post("/language")
def choose() -> Response:
    """Keep the choice, and go back to the page where it was made."""
    back = request.form.get("here", "")
    ours = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    response = make_response(redirect(back if ours else url_for("front.home"), 303))
    keep_choice(response, request.form.get("language", ""))
    return response


@pages.get("/texts/<tag>.js")
def texts(tag: str) -> Response:
    """What scripts say in a language, as a script that pages load before theirs. Raises NotFound."""
    if tag not in language.LANGUAGES or tag == language.ENGLISH:
        raise NotFound(_("There is no such language here. Choose one at the foot of the page."))
    body, fingerprint = _script(tag)
    kept = FOR_EVER if request.args.get("v") == fingerprint else ASK
    return make_response(body, 200, {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": kept})


@pages.app_template_global("texts_address")
def _address() -> str:
    tag = language.current()
    return url_for("languages.texts", tag=tag, v=_script(tag)[1])


@cache
def _script(tag: str) -> tuple[str, str]:
    """The script, and a few characters that change with it."""
    content = json.dumps(language.texts_of_scripts(tag), ensure_ascii=False, separators=(",", ":"))
    body = f"globalThis.twofeetTexts={content};\n"
    return body, hashlib.sha256(body.encode()).hexdigest()[:10]

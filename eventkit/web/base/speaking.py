"""The language of a request: the phone's own choice, else its browser's if the event offers that, else the event's.

A screen that many look at, a poster or a file speaks the event's language, or the one that `lang` in its address names.
"""

from collections.abc import Collection

from flask import Flask, Response, request, url_for
from flask_babel import Babel

from eventkit.storage.tables import Event
from eventkit.text import language, template_texts
from eventkit.text.language import ENGLISH, LANGUAGES

COOKIE, QUERY = "twofeet_language", "lang"
COOKIE_LIFE = 365 * 24 * 3600  # seconds

SHARED = frozenset({"wall", "door", "line_up.show", "console.poster", "exports", "mine.feed"})  # blueprints, endpoints


def register(app: Flask) -> None:
    """Speak the phone's language from the first moment of each request, and let templates mark their texts."""
    Babel(app, default_translation_directories=str(language.FOLDER), locale_selector=language.current)
    template_texts.teach(app.jinja_env)
    app.jinja_env.globals.update(languages=LANGUAGES, this_page=_this_page)
    app.before_request(_begin)
    app.teardown_request(lambda _: language.end())


def speak_of(event: Event) -> None:
    """From here on, speak the language in which this request should hear of the event."""
    if {request.endpoint, request.blueprint} & SHARED:
        language.speak(_asked() or event.language)
    else:
        language.speak(_asked() or _chosen() or _of_browser(event.languages) or event.language)


def keep_choice(response: Response, chosen: str) -> None:
    """Let this phone speak a language from now on."""
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE, chosen, max_age=COOKIE_LIFE, secure=request.is_secure, httponly=True, samesite="Lax"
        )


def _begin() -> None:
    language.begin(_asked() or _chosen() or _of_browser(LANGUAGES) or ENGLISH)


def _asked() -> str:
    asked = request.args.get(QUERY, "")
    return asked if asked in LANGUAGES else ""


def _chosen() -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else ""


def _of_browser(offered: Collection[str]) -> str:
    """The best of what the browser asks for, among these; empty where it asks for none of them."""
    wanted = (tag.replace("_", "-").split("-")[0].lower() for tag in request.accept_languages.values())
    return next((tag for tag in wanted if tag in (offered or LANGUAGES)), "")


def _this_page() -> str:
    """The address of the page that is shown, to come back to; after a post, of the event's first page."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    code = (request.view_args or {}).get("code")
    return url_for("marketplace.show", code=code) if code else url_for("front.home")

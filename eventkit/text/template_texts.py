"""Marking texts in Jinja templates: `_()`, `ngettext()`, `pgettext()` and {% trans %}, in the language spoken now."""

from typing import Any

from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from eventkit.text import language


def teach(environment: Environment) -> None:
    """Let the environment's templates mark their texts. Values are escaped; HTML in a text itself is kept."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        language=language.current, _=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext
    )
    environment.filters.update(numeral=language.numeral, listed=language.listed)


@pass_eval_context
def _gettext(context: EvalContext, text: str, /, **values: Any) -> str:
    return _filled(context, language.found(text), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, number: float, /, **values: Any) -> str:
    return _filled(context, language.found_for(one, many, number), {"num": language.numeral(number), **values})


@pass_eval_context
def _pgettext(context: EvalContext, about: str, text: str, /, **values: Any) -> str:
    return _filled(context, language.found_about(about, text), values)


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    return Markup(text) % values if context.autoescape else text % values  # noqa: S704  ours and the translators'

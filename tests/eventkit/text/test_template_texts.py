"""Texts marked in templates: values are escaped, HTML of the text itself is not."""

from jinja2 import Environment

from eventkit.text import template_texts


def test_values_in_marked_texts_are_escaped_and_their_html_is_kept() -> None:
    environment = Environment(autoescape=True)
    template_texts.teach(environment)
    source = """{{ _("<b>%(name)s</b>", name=name) }} {{ ngettext("%(num)s vote", "%(num)s votes", 2000) }}
    {%- trans %}
      100 % of <i>{{ name }}</i>
    {% endtrans %}"""
    assert environment.from_string(source).render(name="<x>") == "<b>&lt;x&gt;</b> 2,000 votes100 % of <i>&lt;x&gt;</i>"

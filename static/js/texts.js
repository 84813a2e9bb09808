// What scripts say, in the language of the page: English is in the code, others come as window.twofeetTexts before it.
const catalogue = globalThis.twofeetTexts || {};
const forms = catalogue.forms || {};
const plural = catalogue.plural || ((n) => Number(n !== 1));

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]).replaceAll("%%", "%");

/** The text in the page's language, with `%(name)s` filled in. */
export const gettext = (text, values = {}) => filled(forms[text]?.[0] || text, values);

/** The form of a text that goes with a number, which is `%(num)s` in it. */
export const ngettext = (one, many, number, values = {}) =>
  filled(forms[one]?.[plural(number)] || (number === 1 ? one : many), { num: number, ...values });

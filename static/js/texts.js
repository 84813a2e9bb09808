// What scripts say, in the language of the page: English is in the code, others come as window.twofeetTexts before it.
const catalogue = globalThis.twofeetTexts || {};

/** The text in the page's language, with `%(name)s` filled in. */
export const gettext = (text, values = {}) =>
  (catalogue[text] || text).replace(/%\((\w+)\)s/g, (_all, name) => values[name]).replaceAll("%%", "%");

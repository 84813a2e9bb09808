// What somebody opened stays open when its block is shown anew.

/** Teach htmx, where it is there, to leave the state of details.kept alone. */
export const keepOpen = () => window.htmx?.registerExtension("kept-open", {
  htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches("details.kept"),
});

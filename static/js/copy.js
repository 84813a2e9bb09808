// Addresses to pass on: a button with data-copy puts its text, or the page's own address, on the clipboard.
import { gettext } from "./texts.js";

// Where the page came over plain http a browser has no clipboard for it, but still copies what is selected.
const copy = async (text, beside) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  beside.after(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  beside.focus();
  if (!done) throw new Error("refused");
};

/** Listen to the page's copy buttons. */
export const serveCopyButtons = () => document.body.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const word = button.textContent;
  try {
    await copy(button.dataset.copy || location.href.split("#")[0], button);
    button.textContent = gettext("Copied");
  } catch {
    button.textContent = gettext("This browser does not let us copy");
  }
  setTimeout(() => (button.textContent = word), 3000);
});

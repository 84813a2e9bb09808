// What is typed and not sent yet is kept, field by field, until it is.
import { notice } from "./notice.js";

const typed = (field) => field.matches?.("textarea, input[type=text], input:not([type])");

const key = (field) => {
  const form = field.form;
  return form?.method === "post" && field.name ? `draft:${location.pathname}:${form.getAttribute("action")}:${field.name}` : "";
};

const store = (act) => {
  try {
    return act(sessionStorage);
  } catch {
    return null; // private windows may refuse
  }
};

/** Forget what was typed into a form: it is sent. */
export const forget = (form) => {
  for (const field of form.elements) if (typed(field) && key(field)) store((it) => it.removeItem(key(field)));
};

const restore = () => {
  let found = false;
  for (const field of document.querySelectorAll("form[method=post] textarea, form[method=post] input")) {
    const kept = typed(field) && key(field) && store((it) => it.getItem(key(field)));
    if (!kept || field.value !== field.defaultValue || field.value === kept) continue;
    field.value = kept;
    found = true;
  }
  if (found) notice("What you had typed here is back. It was not sent yet.");
};

/** Bring back what was typed here, and keep what is typed from now on. */
export const keepDrafts = () => {
  restore();
  document.body.addEventListener("input", (event) => {
    const field = event.target;
    if (!typed(field) || !key(field)) return;
    store((it) => (field.value === field.defaultValue ? it.removeItem(key(field)) : it.setItem(key(field), field.value)));
  });
  // A plain post leaves the page: if it succeeds the draft is done with, and if not the browser keeps the form.
  document.body.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.hasAttribute("hx-post")) forget(event.target);
  });
};

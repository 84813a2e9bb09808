// What is typed and not sent yet is kept, form by form, with its choices and ticks, until it is.
import { fill, isText, same, typedOf } from "./fields.js";
import { notice } from "./notice.js";
import { gettext } from "./texts.js";

const WEEK = 7 * 24 * 3600 * 1000; // ms that a draft is kept
const BEGIN = "draft:";

const first = new WeakMap(); // form -> what it held when it came

const draftKey = (form) => BEGIN + new URL(form.action).pathname;

const inStorage = (act) => {
  for (const words of ["localStorage", "sessionStorage"]) {
    try {
      return act(window[words]);
    } catch {
      continue; // private windows may refuse
    }
  }
  return null;
};

const drafted = (form) => form?.method === "post" && [...form.elements].some(isText) && !form.elements.code;

/** Forget what was typed into a form: it is sent. */
export const forget = (form) => {
  if (drafted(form)) inStorage((it) => it.removeItem(draftKey(form)));
};

/** Keep what the form holds now. */
export const keep = (form) => {
  if (!drafted(form)) return;
  const pairs = typedOf(form);
  if (first.has(form) && same(pairs, first.get(form))) return forget(form);
  const seen = form.elements.seen?.value; // what is changed here is that, also when it comes back
  const draft = { at: Date.now(), pairs: seen ? [...pairs, ["seen", seen]] : pairs };
  inStorage((it) => it.setItem(draftKey(form), JSON.stringify(draft)));
};

const restore = (form) => {
  first.set(form, typedOf(form));
  const words = inStorage((it) => it.getItem(draftKey(form)));
  if (!words) return false;
  const draft = JSON.parse(words);
  if (Date.now() - draft.at > WEEK) forget(form);
  else if (!same(draft.pairs, typedOf(form))) {
    fill(form, draft.pairs);
    return true;
  }
  return false;
};

/** Bring back what was typed here, and keep what is typed from now on. */
export const keepDrafts = () => {
  const found = [...document.forms].filter((form) => drafted(form) && !form.querySelector("[aria-invalid]") && restore(form));
  if (found.length) notice(gettext("What you had typed here is back. It was not sent yet."));
  for (const kind of ["input", "change"]) {
    document.body.addEventListener(kind, ({ target }) => target.form && drafted(target.form) && keep(target.form));
  }
  // A plain post leaves the page: if it succeeds the draft is done with, and if not the browser keeps the form.
  document.body.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.hasAttribute("hx-post")) forget(event.target);
  });
};

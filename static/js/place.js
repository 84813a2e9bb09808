// Who does something keeps their place: where the control that they used is gone from a block that is shown anew, or comes
// with a new page, the focus goes to what its form is now, or near it, and never back to the top of the page.

const KEPT_PLACE = "twofeet-place";

let had = null; // where the focus is, or was when that went

const placeOf = (target) => {
  const around = [];
  for (let it = target.parentElement; it; it = it.parentElement) around.push(it);
  return { target, id: target.id, action: target.closest("form")?.getAttribute("action"), around };
};

const remember = ({ target }) => {
  had = placeOf(target);
};

// Who clicks beside everything has left; whose control was taken away has not.
const forgetLater = ({ target }) => setTimeout(() => {
  if (had?.target === target && target.isConnected && document.activeElement === document.body) had = null;
});

// What is closed is reached by the way to open it.
const reached = (control) => control?.closest("details:not([open])")?.querySelector("summary") || control;

// What is around it, as an element or its id, if that is there.
const stillThere = (it) => {
  if (typeof it === "string") return document.getElementById(it);
  return it.isConnected ? it : document.getElementById(it.id);
};

const find = ({ id, action, around }) => {
  const its = (form) => form.getAttribute("action") === action;
  const block = around.map(stillThere).find((it) => it?.closest("#main > *") && (it.tagName !== "FORM" || its(it)));
  if (!block) return null;
  const form = [block, ...block.querySelectorAll("form")].find((it) => action && its(it));
  const control = (id && document.getElementById(id)) || form?.querySelector("[type=submit]");
  if (control) return reached(control);
  const begins = block.querySelector("h1, h2, h3") || block; // no other button: the next key would press it
  begins.tabIndex = -1;
  return begins;
};

const goThere = () => setTimeout(() => {
  if (had && !had.target.isConnected && document.activeElement === document.body) find(had)?.focus();
});

const leave = ({ target: form, submitter, defaultPrevented }) => {
  if (defaultPrevented || form.method !== "post" || form.matches("[data-outbox], [hx-post]")) return;
  const { id, action, around } = placeOf(submitter || form);
  const ids = around.map((it) => it.id).filter(Boolean);
  try {
    sessionStorage.setItem(KEPT_PLACE, JSON.stringify({ path: location.pathname, id, action, around: ids }));
  } catch {
    return; // no room, or not allowed: then the next page begins at its top
  }
};

const taken = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_PLACE));
    sessionStorage.removeItem(KEPT_PLACE);
    return kept;
  } catch {
    return null;
  }
};

const arrive = () => {
  const left = taken();
  if (left?.path !== location.pathname || document.activeElement !== document.body) return;
  const aim = document.getElementById(location.hash.slice(1));
  if (!aim && document.querySelector("[autofocus]")) return;
  const found = find(left);
  if (!aim || aim.contains(found)) found?.focus();
};

/** Watch over the focus while blocks are shown anew, and from a page that is posted to the same page again. */
export const keepPlace = () => {
  window.addEventListener("pageshow", () => setTimeout(arrive)); // the browser has gone to what the address names
  document.addEventListener("focusin", remember);
  document.addEventListener("focusout", forgetLater);
  document.addEventListener("submit", leave);
  document.body.addEventListener("htmx:after:swap", goThere);
};

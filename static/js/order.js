// Forms that set something and are not the outbox's say which attempt they are, so that one that arrives late does not undo
// a later one: data-sets says what it sets, as data-outbox does. See event/attempts.py.
import { token } from "./fields.js";

const KEPT_ORDER = 600000; // ms for which a series goes on

const numbered = (path, sets) => {
  const event = path.split("/", 3).join("/");
  const name = `order:${event}`;
  const what = sets ? event + sets : path;
  try {
    const known = JSON.parse(localStorage.getItem(name) || "{}");
    const fresh = Object.entries(known).filter(([, it]) => it.at > Date.now() - KEPT_ORDER);
    const before = Object.fromEntries(fresh)[what] || { series: token(), number: 0 };
    const now = { series: before.series, number: before.number + 1, at: Date.now() };
    localStorage.setItem(name, JSON.stringify({ ...Object.fromEntries(fresh), [what]: now }));
    return `${now.series}.${now.number}`;
  } catch {
    return ""; // private windows may refuse: then there is no order
  }
};

const number = ({ target: form }) => {
  if (!form.matches?.("form[data-sets]")) return;
  const field = form.elements.attempt || document.createElement("input");
  Object.assign(field, { type: "hidden", name: "attempt", value: numbered(new URL(form.action).pathname, form.dataset.sets) });
  form.append(field);
};

/** Number what the page's forms send. */
export const keepOrder = () => document.addEventListener("submit", number, true);

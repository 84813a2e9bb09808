// What the server said to something that was sent: its part of the page, or why it was not taken.
import { notice } from "./notice.js";
import { gettext } from "./texts.js";

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** The sentence of a refusal. */
export const wordsOf = (text) => {
  const found = parsed(text).querySelector(".error-summary li, .alert, .lead");
  return found?.textContent.trim() || gettext("That was not taken.");
};

/** Show the page's part that the answer is; `here` is whether it was sent from this tab. */
export const showAnswer = (form, item, { text, redirect }, here) => {
  if (redirect) {
    if (here) location.assign(redirect);
    return;
  }
  const part = form.dataset.part;
  const aim = part || form.getAttribute("hx-target");
  const target = aim === "this" ? form : aim && document.querySelector(aim);
  if (!target || !window.htmx) return;
  const focused = document.activeElement;
  const select = part || form.getAttribute("hx-select") || undefined;
  const busy = part && focused !== document.body && !form.contains(focused);
  const swap = part ? "outerMorph" : form.getAttribute("hx-swap") || "outerHTML";
  const swapped = window.htmx.swap({ text, target, select, sourceElement: target, swap });
  swapped.then(() => busy && focused.isConnected && focused.focus());
};

/** Show above the form why what it sent was not taken; take over what the server put into its hidden fields. */
export const showRefusal = (form, item) => {
  const answer = parsed(item.text);
  const address = form.getAttribute("action");
  const again = [...answer.forms].find((it) => it.getAttribute("action") === address && it.elements.length > 2);
  for (const hidden of again?.querySelectorAll("input[type=hidden]") || []) {
    const own = form.elements[hidden.name];
    if (own && (hidden.name === "seen" || item.status === 409)) own.value = hidden.value;
  }
  const merged = again?.querySelector("textarea[data-merged]"); // it has all that was typed here, and what others wrote
  if (merged) form.elements[merged.name].value = merged.value;
  const said = [...answer.querySelectorAll(".error-summary, [data-again]")];
  for (const old of form.querySelectorAll(".error-summary, [data-again]")) old.remove();
  if (!said.length) return notice(wordsOf(item.text));
  form.prepend(...said.map((it) => document.importNode(it, true)));
  form.closest("details")?.setAttribute("open", "");
  form.querySelector(".error-summary")?.focus();
  return undefined;
};

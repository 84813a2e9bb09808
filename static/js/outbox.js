// Everything that is written goes through here: kept on this phone first, shown as what it is, done when the server has
// said so. A form says by data-outbox what it sets: nothing more than its address (""), a key within its event ("#…"), or "new".
import { connection, whenBack } from "./connection.js";
import { forget, keep } from "./drafts.js";
import { clear, fieldsOf, fill, isEmpty, same, token, typedOf } from "./fields.js";
import { sendLater } from "./installed.js";
import { notice } from "./notice.js";
import { flush, tellTabs, whenSending } from "./sender.js";
import { store, unsaved } from "./store.js";
import { showAnswer, showRefusal, wordsOf } from "./answers.js";
import { gettext } from "./texts.js";
import { named, say, showChanges, showWaiting } from "./waiting.js";

const REMEMBERED = 600000; // ms for which a vote that was answered can correct a page that was made before
const SOON = 1200; // ms after which a new thing that is not answered makes room for the next
const FORMS = "form[data-outbox]";
const TAB = token();

const arrived = new Set(); // ids of what the page shows already, whether its answer came or not
let missed = ""; // what was found instead of us when something was sent last

const keyOf = (form) => {
  const path = new URL(form.action).pathname;
  const sets = form.dataset.outbox;
  if (sets === "new") return `${path}#${form.elements.nonce.value}`;
  return sets ? path.split("/", 3).join("/") + sets : path;
};

const formFor = (item) => [...document.querySelectorAll(FORMS)].find((form) => keyOf(form) === item.key);

// How it is with an item: in words, and whether it is on its way.
const stateOf = (item, safe) => {
  if (item.refused) return { words: wordsOf(item.text), sending: false };
  const held = {
    cut: gettext("Waiting for the network"),
    portal: gettext("Waiting: the wifi wants you to sign in"),
    down: gettext("Waiting for Twofeet to answer"),
  }[missed || connection()] || ((item.due || 0) > Date.now() ? gettext("Very busy. Trying again soon") : "");
  if (!held) return { words: gettext("Sending"), sending: true };
  return { words: safe ? held : gettext("%(state)s. Keep this page open", { state: held }), sending: false };
};

const press = (form, interest) => {
  for (const button of form.querySelectorAll("button[name=interest]")) {
    const now = String(button.value === interest);
    if (button.getAttribute("aria-pressed") !== now) button.setAttribute("aria-pressed", now);
  }
};

const pressAs = (form, item) => {
  const going = item?.fields.find(([name]) => name === "going");
  const goes = going && form.querySelector("button[name=going]");
  if (goes) {
    goes.setAttribute("aria-pressed", String(going[1] === "1"));
    goes.value = going[1] === "1" ? "0" : "1";
  }
  const interest = item?.fields.find(([name]) => name === "interest");
  if (interest) press(form, interest[1]);
};

// A page that offers the contrary by now shows already what waits: "Bring it back" where a withdrawal does.
const showsIt = (form, item) => {
  if (new URL(form.action).pathname !== new URL(item.action).pathname) return true;
  const sent = new Map(item.fields);
  const other = (it) => it.type === "hidden" && /^[01]$/.test(it.value) && sent.has(it.name) && sent.get(it.name) !== it.value;
  return [...form.elements].some((it) => it.name !== "seen" && other(it));
};

// An answer may be lost, and what it was about is on the page all the same, marked by its nonce: then it waits no more.
// What was changed since keeps waiting: the server has to say that the first was kept.
const settle = async (kept) => {
  for (const item of await kept.all()) {
    if (!item.fresh || item.again || item.done) continue;
    if (!document.querySelector(`[data-nonce="${CSS.escape(nonceOf(item))}"]`)) continue;
    arrived.add(item.id);
    if (!(await kept.change(item.key, item.id, null))) continue;
    const form = formFor(item);
    if (form) clear(form);
    tellTabs({ arrived: item.id });
  }
};

// Show on each form of the page what of it waits.
const paint = async () => {
  const kept = await store;
  await settle(kept);
  const items = (await kept.all()).filter((it) => !it.done).sort((one, other) => one.at - other.at);
  const byKey = new Map(items.filter((it) => !it.refused).map((it) => [it.key, it]));
  for (const form of document.querySelectorAll(FORMS)) {
    const item = byKey.get(keyOf(form));
    pressAs(form, item);
    say(form, item && !showsIt(form, item) ? stateOf(item, kept.safe) : null);
  }
  const back = new Set();
  for (const item of items) if (item.refused && !document.hidden && (await comeBack(kept, item))) back.add(item);
  const apart = items.filter((it) => it.fresh && !back.has(it) && !formFor(it));
  showWaiting(apart, (item) => stateOf(item, kept.safe), { change, drop });
  showChanges(items.filter((it) => !it.fresh && !it.refused && !formFor(it)), (item) => stateOf(item, kept.safe));
};

// A page that comes while a change of a text waits holds the text of before: go on from what was typed.
const fillIn = async () => {
  for (const item of await (await store).all()) {
    const form = !item.fresh && !item.done && !item.refused && named(item) && formFor(item);
    if (form) fill(form, item.fields);
  }
};

// A page that was asked for before a vote was answered does not show it: set that right, and forget what is long over.
// Where somebody goes is left out: who goes elsewhere since does not go there, and an answer of before cannot know that.
const showAnswered = async () => {
  const kept = await store;
  for (const item of await kept.all()) {
    if (!item.done) continue;
    const goes = item.fields.some(([name]) => name === "going");
    if (item.done < Date.now() - REMEMBERED) kept.change(item.key, item.id, null);
    else if (item.done > performance.timeOrigin && !goes && formFor(item)) pressAs(formFor(item), item);
  }
};

const formOf = (item) => formFor(item) || [...document.querySelectorAll(FORMS)].find(
  (form) => item.fresh && form.dataset.outbox === "new" && form.action === item.action);

const nonceOf = (item) => new Map(item.fields).get("nonce") || "";

// A refusal comes back with what was typed, where there is room for it; false where there is none yet.
const comeBack = async (kept, item) => {
  const form = formOf(item);
  if (!form) {
    notice(`${wordsOf(item.text)} `, item.page);
    return true;
  }
  const own = keyOf(form) === item.key;
  if (item.fresh && !own && !isEmpty(form)) return false;
  if (!(await kept.change(item.key, item.id, null))) return true;
  if (form.querySelector("button[name=interest]")) press(form, form.dataset.was || "");
  else {
    fill(form, item.fields);
    if (item.fresh && !own) form.elements.nonce.value = token();
  }
  showRefusal(form, item);
  keep(form);
  return true;
};

const change = async (item) => {
  const form = formOf(item);
  if (!form) return;
  if (!isEmpty(form)) return notice(gettext("Send or clear first what you are typing now."));
  if (!(await (await store).change(item.key, item.id, null))) return;
  fill(form, item.fields);
  form.elements.nonce.value = nonceOf(item); // if it did arrive, this is told from a retry
  if (item.again || !item.refused) form.dataset.again = nonceOf(item);
  if (item.refused) {
    showRefusal(form, item);
    fill(form, item.fields); // also what it asks about
  }
  keep(form);
  form.querySelector("textarea, input[type=text]")?.focus();
  paint();
};

const drop = async (item) => {
  await (await store).change(item.key, item.id, null);
  paint();
};

const makeRoom = (form, item) => {
  if (!form.isConnected || keyOf(form) !== item.key) return;
  clear(form);
  paint();
};

// Where one is typed after another, the next begins at once: an answer must not take its first letters.
const beginNext = (form, item) => {
  makeRoom(form, item);
  forget(form);
  for (const field of form.querySelectorAll("[hx-get]")) window.htmx?.trigger(field, "htmx:abort"); // of what was typed before
  form.querySelector("[autofocus]")?.focus();
};

const send = async (form, button) => {
  const fresh = form.dataset.outbox === "new";
  const item = {
    key: keyOf(form), id: token(), at: Date.now(), tab: TAB, fresh, action: form.action, page: location.pathname,
    fields: fieldsOf(form, button), label: form.dataset.label || "",
  };
  item.again = fresh && form.dataset.again === nonceOf(item);
  form.dataset.was ??= form.querySelector("[aria-pressed=true]")?.value || "";
  if (button?.name === "interest") press(form, button.value);
  notice("");
  form.querySelector(".error-summary")?.remove();
  unsaved.write(item); // at once: the page may be gone before the store is open
  const next = fresh && "next" in form.dataset;
  if (next) beginNext(form, item);
  try {
    await (await store).put(item);
    unsaved.remove(item);
  } catch {
    unsaved.remove(item);
    if (next && isEmpty(form)) fill(form, item.fields);
    return notice(gettext("This phone has no room left to keep what you wrote. Make some, then press the button again."));
  }
  if (!next) forget(form);
  if (fresh && !next) setTimeout(() => makeRoom(form, item), SOON);
  tellTabs({ put: item.id });
  sendLater();
  flush();
};

const ended = ({ ended: item, result, last }) => {
  if (!(last || arrived.has(item.id)) || result.status >= 400) return paint();
  const form = formOf(item);
  if (form && item.fresh && keyOf(form) === item.key) clear(form);
  if (form) delete form.dataset.was;
  if (form) say(form, null);
  if (form && (item.fresh || same(typedOf(form), typedIn(form, item)))) showAnswer(form, item, result, item.tab === TAB);
  return paint();
};

const typedIn = (form, item) => {
  const own = new Set(typedOf(form).map(([name]) => name));
  return item.fields.filter(([name]) => own.has(name));
};

const submitted = (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches?.(FORMS)) return;
  event.preventDefault();
  event.stopPropagation(); // or htmx would send it, too
  send(form, event.submitter);
};

/** Take over the page's forms, and send what waits from before. */
export const openOutbox = () => {
  // A page from a cache has the nonce that it had the last time: what is written now must not take the place of what waits.
  for (const { elements } of document.querySelectorAll("form[data-outbox=new]")) elements.nonce.value = token();
  document.addEventListener("submit", submitted, true);
  document.body.addEventListener("htmx:after:swap", paint);
  document.addEventListener("visibilitychange", () => !document.hidden && flush());
  window.addEventListener("pageshow", ({ persisted }) => (persisted ? showAnswered() : null));
  window.addEventListener("pageshow", flush);
  whenBack(flush);
  // News gets through, and may show what was sent and never answered: ask at once, or it stands there twice.
  for (const kind of ["note", "pitch"]) document.body.addEventListener(`changed-${kind}`, flush);
  whenSending((message) => {
    if (message.arrived) arrived.add(message.arrived);
    if (message.found) missed = message.found === "fine" ? "" : message.found;
    if (message.ended) ended(message);
    else paint();
  });
  Promise.all([showAnswered(), fillIn()]).then(paint).then(flush);
};

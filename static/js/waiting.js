// Pitches and notes that wait to be sent, as cards above the form that they were written in.
import { gettext } from "./texts.js";

const LIST = "waiting";

/** The words of an item by which people know it; none where they typed none. */
export const named = (item) => {
  const values = new Map(item.fields);
  return (values.get("title") || values.get("text") || values.get("url") || "").slice(0, 300);
};

// What is on its way is shown and not read aloud: it is over before that is said.
const showState = (told, { words, sending }) => {
  told.setAttribute("aria-live", sending ? "off" : "polite");
  if (told.textContent !== words) told.textContent = words;
};

/** Say in words, at the end of `place`, how it is with what was sent there; null when it waits no more. */
export const say = (place, state) => {
  let told = place.querySelector(":scope > .state");
  if (!state) return told?.remove();
  if (!told) {
    told = document.createElement(place.matches("form") ? "p" : "span");
    told.className = "state meta";
    told.setAttribute("role", "status");
    place.append(told);
  }
  showState(told, state);
  return undefined;
};

const button = (word, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
};

const card = (item, state, { change, drop }) => {
  const made = document.createElement("li");
  const words = document.createElement("p");
  const told = document.createElement("p");
  const acts = document.createElement("p");
  made.className = "entry";
  words.textContent = named(item);
  told.className = "state meta";
  told.setAttribute("role", "status");
  showState(told, state);
  acts.className = "row";
  if (!state.sending) {
    acts.append(button(gettext("Change it"), () => change(item)), button(gettext("Throw it away"), () => drop(item)));
  }
  made.append(words, told, acts);
  return made;
};

/** Show these items, each above the form of its address; `stateOf` says how it is with one. */
export const showWaiting = (items, stateOf, acts) => {
  for (const form of document.querySelectorAll("form[data-outbox=new]")) {
    const own = items.filter((it) => it.action === form.action);
    const list = form.previousElementSibling?.matches(`.${LIST}`) ? form.previousElementSibling : document.createElement("ul");
    const shown = JSON.stringify(own.map((it) => [it.id, stateOf(it)]));
    if (list.dataset.shown === shown || (!own.length && !list.isConnected)) continue;
    list.className = `${LIST} entries`;
    list.dataset.shown = shown;
    list.replaceChildren(...own.map((it) => card(it, stateOf(it), acts)));
    if (!own.length) list.remove();
    else if (!list.isConnected) form.before(list);
  }
};

/** Show of changes whose forms are on other pages, beside the way to each, how it is with them. */
export const showChanges = (items, stateOf) => {
  const places = new Map();
  for (const item of items.filter(named)) {
    const { pathname } = new URL(item.action);
    const link = [...document.querySelectorAll("#main a")].filter((it) => it.pathname === pathname).pop();
    if (link) places.set(link.parentElement, stateOf(item));
  }
  for (const told of document.querySelectorAll("#main :not(form, li) > .state")) {
    if (!places.has(told.parentElement)) told.remove();
  }
  for (const [place, state] of places) say(place, state);
};

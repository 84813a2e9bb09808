// Pitches and notes that wait to be sent, as cards above the form that they were written in.
import { gettext } from "./texts.js";

const LIST = "waiting";

const named = (item) => {
  const values = new Map(item.fields);
  return (values.get("title") || values.get("text") || values.get("url") || "").slice(0, 300);
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
  told.textContent = state.words;
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

// The line at the top that says how fresh the page is.

const shown = document.getElementById("offline");
const listeners = [];
let troubled = false;
let clearing = 0;

const say = (words) => {
  if (!shown || shown.textContent === words) return;
  shown.textContent = words;
  shown.hidden = !words;
};

/** Say that there is no connection; `kept` is whether something waits to be sent. */
export const trouble = (kept) => {
  clearTimeout(clearing);
  troubled = true;
  say(kept
    ? "You are offline. What you sent is kept on this phone and goes out as soon as there is a connection."
    : "You are offline. What you see may be out of date; what you type is kept.");
};

/** Say that all is well again, where it was not, and tell who wants to know. */
export const allWell = () => {
  if (!troubled) return;
  troubled = false;
  say("You are back online.");
  clearing = setTimeout(() => say(""), 5000);
  for (const listener of listeners) listener();
};

/** Call `listener` whenever the connection is back. */
export const whenBack = (listener) => listeners.push(listener);

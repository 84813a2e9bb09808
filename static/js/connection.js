// Whether anything gets through to us, and the line at the top that says so. Asked, never guessed.
import { whenSending } from "./sender.js";
import { gettext } from "./texts.js";

const PAUSES = [1000, 2000, 3000, 5000, 8000, 10000]; // ms between two questions while nothing gets through
const WORDS = {
  cut: gettext("You are offline. What you see may be out of date; what you send is kept on this phone and goes out by itself."),
  portal: gettext("The wifi wants you to sign in. Open its page, then come back."),
  down: gettext("Twofeet does not answer at the moment. What you send is kept on this phone and goes out by itself."),
};

const shown = document.getElementById("offline");
const waiters = [];
let state = "fine";
let question = null;
let asking = 0;
let asked = 0;
let clearing = 0;

const from = shown?.dataset.kept; // where the page was kept on this phone: from when it is

const wordsFor = (found) => {
  if (!from || found !== "cut") return WORDS[found];
  return gettext(
    "You are offline. This page is from %(when)s. What you send is kept on this phone and goes out by itself.", { when: from });
};

const writeLine = (words) => {
  if (!shown || shown.dataset.words === words) return;
  shown.dataset.words = words;
  shown.textContent = words;
  shown.hidden = !words;
  if (state !== "portal" && !(state === "fine" && from)) return;
  const link = document.createElement("a");
  link.href = state === "portal" ? "/" : location.href;
  if (state === "portal") link.target = "_blank";
  link.textContent = state === "portal" ? gettext("Open its page") : gettext("Show this page as it is now");
  shown.append(" ", link);
};

/** "fine", "cut", "portal" (the wifi wants a sign-in) or "down" (we do not answer). */
export const connection = () => state;

/** Call `waiter` whenever things get through again. */
export const whenBack = (waiter) => waiters.push(waiter);

const report = (found) => {
  clearTimeout(asking);
  const before = state;
  state = found;
  if (found !== "fine") {
    clearTimeout(clearing);
    writeLine(wordsFor(found));
    asking = setTimeout(inquireNow, PAUSES[Math.min(asked++, PAUSES.length - 1)] * (0.8 + 0.4 * Math.random()));
    return;
  }
  asked = 0;
  if (before === "fine") return;
  writeLine(gettext("You are back online."));
  if (!from) clearing = setTimeout(() => writeLine(""), 5000);
  for (const waiter of waiters) waiter();
};

/** Find out now. */
export const inquireNow = async () => {
  clearTimeout(asking);
  if (question) report(await question());
};

/** Watch: `asks()` resolves to what was found. */
export const watchConnection = (asks) => {
  question = asks;
  window.addEventListener("online", inquireNow);
  window.addEventListener("offline", () => report("cut"));
  whenSending(({ found }) => {
    if (found === "portal" || found === "fine") report(found);
    else if (found && state === "fine") inquireNow();
  });
  if (from) state = "cut";
  if (!navigator.onLine) report("cut");
  else if (from) inquireNow();
};

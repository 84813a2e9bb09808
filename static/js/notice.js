// What the page has to say at its top: one sentence, until the next act.
import { gettext } from "./texts.js";

const alert = document.getElementById("alert");

document.getElementById("alert-close")?.addEventListener("click", () => {
  alert.replaceChildren();
  const main = document.getElementById("main");
  main.tabIndex = -1; // the button is gone: the focus goes to the content, not to nowhere
  main.focus({ preventScroll: true });
});

/** Say one sentence in place of the one before, with a way to `page`; none takes it away. */
export const notice = (words, page) => {
  if (!alert || (!words && !alert.firstChild)) return;
  const text = document.createElement("p");
  text.className = "alert";
  text.textContent = words;
  if (page && page !== location.pathname) {
    const way = document.createElement("a");
    way.href = page;
    way.textContent = gettext("Go to what you wrote");
    text.append(" ", way);
  }
  alert.replaceChildren(...(words ? [text] : []));
};

// "12 of 30 looked at": counted anew after each vote, from what is pressed on this page.

const recount = () => {
  const told = document.getElementById("looked");
  if (!told) return;
  const pressed = document.querySelectorAll("#pitches .vote [aria-pressed=true]").length;
  const now = String(Number(told.dataset.elsewhere) + pressed);
  const figure = told.querySelector("b");
  if (figure.textContent !== now) figure.textContent = now;
};

/** Keep the line true. */
export const countLooked = () => {
  const list = document.getElementById("main");
  if (!list || !document.getElementById("looked")) return;
  new MutationObserver(recount).observe(list, { subtree: true, childList: true, attributeFilter: ["aria-pressed"] });
  recount();
};

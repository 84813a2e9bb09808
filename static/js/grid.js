// Marks one's own choices on the grid, whose table is the same for everybody. My day has them without scripts.
import { gettext } from "./texts.js";

const chosen = (document.getElementById("own")?.dataset.sessions || "").split(" ").filter(Boolean);
const mark = () => {
  for (const id of chosen) {
    const session = document.getElementById(`session-${id}`);
    if (!session || session.querySelector("[data-own]")) continue;
    const word = document.createElement("p");
    word.className = "meta";
    word.dataset.own = "";
    word.textContent = gettext("Your choice");
    session.classList.add("mine");
    session.append(word);
  }
};
// The table is the same for everybody also in what streams bring: whether one goes is put onto its buttons here.
const press = () => {
  const going = new Set((document.getElementById("own")?.dataset.going || "").split(" "));
  const hosting = (document.getElementById("own")?.dataset.hosting || "").split(" ").filter(Boolean);
  for (const id of hosting) {
    const word = document.createElement("p");
    word.className = "meta";
    word.dataset.own = "";
    word.textContent = gettext("You host this");
    const session = document.getElementById(`session-${id}`);
    session?.classList.add("mine");
    session?.querySelector("form.go")?.replaceWith(word); // nobody goes to what they host: they are there
  }
  for (const form of document.querySelectorAll("#grid form.go")) {
    const button = form.querySelector("button");
    const goes = going.has(form.closest(".session").id.slice("session-".length));
    if (form.querySelector(".state")) continue; // what waits to be sent is shown
    button.setAttribute("aria-pressed", String(goes));
    button.value = goes ? "0" : "1";
  }
};
press(); // first, so that what one hosts is not told as a choice, too
mark();
document.body.addEventListener("htmx:after:swap", press);
document.body.addEventListener("htmx:after:swap", mark);
// A grid that was taken back takes along what stands around it.
document.body.addEventListener("htmx:after:swap", () => {
  const whole = document.getElementById("whole");
  if (whole.querySelector("form.find") && whole.querySelector("#grid > .empty")) window.htmx.trigger(whole, "taken-back");
});

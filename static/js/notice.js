// What the page has to say at its top: one sentence, until the next act.

const alert = document.getElementById("alert");

/** Say one sentence, in place of the one before; none takes it away. */
export const notice = (words) => {
  if (!alert) return;
  const text = document.createElement("p");
  text.className = "alert";
  text.textContent = words;
  alert.replaceChildren(...(words ? [text] : []));
};

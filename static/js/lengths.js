// Says how long a text is before it is too long to be sent. Nothing is cut.

const NEAR = 0.9; // of what may be sent, from where on the length is shown

const count = (field) => {
  const most = Number(field.dataset.longest);
  const length = [...field.value.replace(/\r\n/g, "\n")].length;
  const over = length > most;
  const number = (it) => it.toLocaleString("en-GB");
  const words = over ? `${number(length)} letters, and ${number(most)} can be kept. Shorten it by ${number(length - most)}.`
    : length > most * NEAR ? `${number(length)} of ${number(most)} letters` : "";
  const told = field.parentNode.querySelector(".length") || document.createElement("p");
  told.className = over ? "length error" : "length hint";
  told.setAttribute("role", "status");
  if (words !== told.textContent) told.textContent = words;
  if (words && !told.isConnected) field.after(told);
  if (!words) told.remove();
  field.setCustomValidity(over ? words : "");
};

/** Count while people type. */
export const countLetters = () => {
  document.body.addEventListener("input", ({ target }) => target.dataset?.longest && count(target));
  for (const field of document.querySelectorAll("[data-longest]")) count(field);
};

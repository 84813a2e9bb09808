// Says how long a text is, or how large a file, before it is too much to be sent. Nothing is cut.
import { gettext } from "./texts.js";

const NEAR = 0.9; // of what may be sent, from where on the length is shown

const count = (field) => {
  const most = Number(field.dataset.longest);
  const length = [...field.value.replace(/\r\n/g, "\n")].length;
  const over = length > most;
  const number = (it) => it.toLocaleString([document.documentElement.lang, "en-GB"]); // not all browsers speak Welsh
  const values = { length: number(length), most: number(most), less: number(length - most) };
  const words = over ? gettext("%(length)s letters, and %(most)s can be kept. Shorten it by %(less)s.", values)
    : length > most * NEAR ? gettext("%(length)s of %(most)s letters", values) : "";
  sayTooMuch(field, words, over);
};

const weigh = (field) => {
  const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
  const over = size > Number(field.dataset.most);
  sayTooMuch(field, over ? field.dataset.tooLarge : "", over);
};

const sayTooMuch = (field, words, over) => {
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
  document.body.addEventListener("input", ({ target }) => {
    if (target.dataset?.longest) count(target);
    if (target.dataset?.most) weigh(target); // of what is larger nothing is sent, so nothing typed beside it is lost
  });
  for (const field of document.querySelectorAll("[data-most]")) weigh(field);
  for (const field of document.querySelectorAll("[data-longest]")) count(field);
};

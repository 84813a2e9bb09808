// Who signs this device out, or deletes what is theirs, leaves nothing behind on it: a form with data-forgets.
import { store } from "./store.js";

const everything = (form) => form.dataset.forgets === "all" || Boolean(form.querySelector("[name=delete][value=all]:checked"));

const forgetWords = (event) => {
  for (const words of ["localStorage", "sessionStorage"]) {
    try {
      for (const name of Object.keys(window[words])) if (name.includes(`:${event}`)) window[words].removeItem(name);
    } catch {
      continue; // private windows may refuse
    }
  }
};

const forgetItems = async (event) => {
  const items = await store;
  for (const item of await items.all()) {
    if (new URL(item.action).pathname.startsWith(`${event}/`)) await items.change(item.key, item.id, null);
  }
};

const forgetPages = async () => {
  if (!window.caches) return;
  for (const name of await caches.keys()) if (name.includes("pages")) await caches.delete(name);
};

const submitting = async (form) => {
  const event = new URL(form.action).pathname.split("/", 3).join("/");
  try {
    await forgetPages();
    if (everything(form)) {
      forgetWords(event);
      await forgetItems(event);
    }
  } finally {
    form.submit();
  }
};

/** Watch for such forms. */
export const forgetWhenAsked = () => document.body.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-forgets]")) return;
  event.preventDefault();
  submitting(event.target);
});

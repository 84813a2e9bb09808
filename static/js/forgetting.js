// Who signs this device out, or deletes what is theirs, leaves nothing behind on it: a form with data-forgets.
import { store } from "./store.js";
import { rememberTold } from "./told.js";

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

const votesToo = (form) => Boolean(form.querySelector("[name=delete][value=votes]:checked"));

const isVote = (item) => /\/(vote|going)$/.test(new URL(item.action).pathname);

const add = (form, name, value) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
};

// What waits of it is dropped; what is under way is named to the server, which lets it count no more.
const forgetItems = async (event, form) => {
  const items = await store;
  const ended = [];
  for (const item of await items.all()) {
    const here = new URL(item.action).pathname.startsWith(`${event}/`);
    if (!here || !(everything(form) || (votesToo(form) && isVote(item)))) continue;
    if (await items.change(item.key, item.id, null)) ended.push(`${item.series}.${(item.number || 0) + 1}`);
  }
  add(form, "ended", ended.join(" "));
};

// By the address of its notifications the server knows which of somebody's devices this one is.
const nameBrowser = async (form) => {
  const installed = await navigator.serviceWorker?.getRegistration();
  const told = await installed?.pushManager?.getSubscription();
  add(form, "endpoint", told?.endpoint || "none");
};

const forgetPages = async (event) => {
  if (!window.caches) return;
  await rememberTold(event, "");
  for (const name of await caches.keys()) if (name.includes("pages")) await caches.delete(name);
};

const submitting = async (form) => {
  const event = new URL(form.action).pathname.split("/", 3).join("/");
  try {
    await nameBrowser(form);
    if (form.dataset.forgets === "others") return;
    await forgetPages(event);
    if (everything(form)) forgetWords(event);
    await forgetItems(event, form);
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

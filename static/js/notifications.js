// Turns notifications on and off on My day, where the browser has them; it asks nobody who has not pressed the button.
import { move, rememberTold, target, toldAt, written } from "./told.js";

const part = document.getElementById("notifications");
const key = part.dataset.key;
const told = part.dataset.told.split(" ");
const [on, off] = part.querySelectorAll("form");
const event = location.pathname.match(/^\/e\/[^/]+/)[0];

const show = (state) => {
  for (const it of part.querySelectorAll("[data-when]")) it.hidden = it.dataset.when !== state;
};

const digest = async (text) => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 8)].map((it) => it.toString(16).padStart(2, "0")).join("");
};

const subscription = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

// What another key of the server was for ends: no message by this one would come.
const subscribe = async () => {
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old && written(old.options.applicationServerKey) !== key) await old.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};

// A page that was kept says who was told when it was kept.
const isKept = () => Boolean(document.getElementById("offline")?.dataset.kept);

const look = async () => {
  if (!window.isSecureContext || !window.PushManager || !window.Notification || !navigator.serviceWorker) return;
  if (Notification.permission === "denied") {
    show("blocked");
    return;
  }
  let here = await subscription();
  const isAllowed = Notification.permission === "granted";
  let isTold = Boolean(here) && isAllowed && told.includes(await digest(here.endpoint));
  const before = await toldAt(event);
  if (!isTold && !isKept() && isAllowed && before && told.includes(await digest(before))) {
    here = await subscribe();
    await move(event, before, here);
    isTold = true;
  }
  if (isTold) off.elements.endpoint.value = here.endpoint;
  if (!isKept()) await rememberTold(event, isTold ? here.endpoint : "");
  show(isTold ? "on" : "off");
};

const turnOn = async () => {
  if ((await Notification.requestPermission()) !== "granted") {
    await look();
    return;
  }
  const here = await subscribe();
  for (const [name, value] of Object.entries(target(here))) on.elements[name].value = value;
  on.submit();
};

on.addEventListener("submit", (submitting) => {
  submitting.preventDefault();
  part.querySelector(".error").hidden = true;
  turnOn().catch(() => (part.querySelector(".error").hidden = false));
});
look().catch(() => null);

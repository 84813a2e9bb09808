// Turns notifications on and off on My day, where the browser has them; it asks nobody who has not pressed the button.
const part = document.getElementById("notifications");
const key = part.dataset.key;
const told = part.dataset.told.split(" ");
const [on, off] = part.querySelectorAll("form");

const show = (state) => {
  for (const it of part.querySelectorAll("[data-when]")) it.hidden = it.dataset.when !== state;
};

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const digest = async (text) => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 8)].map((it) => it.toString(16).padStart(2, "0")).join("");
};

const subscription = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

const look = async () => {
  if (!window.isSecureContext || !window.PushManager || !window.Notification || !navigator.serviceWorker) return;
  if (Notification.permission === "denied") {
    show("blocked");
    return;
  }
  const here = await subscription();
  const isTold = here && Notification.permission === "granted" && told.includes(await digest(here.endpoint));
  if (isTold) off.elements.endpoint.value = here.endpoint;
  show(isTold ? "on" : "off");
};

// What another key of the server was for ends: no message by this one would come.
const subscribe = async () => {
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old && base64url(old.options.applicationServerKey) !== key) await old.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};

const turnOn = async () => {
  if ((await Notification.requestPermission()) !== "granted") {
    await look();
    return;
  }
  const here = await subscribe();
  on.elements.endpoint.value = here.endpoint;
  on.elements.p256dh.value = base64url(here.getKey("p256dh"));
  on.elements.auth.value = base64url(here.getKey("auth"));
  on.submit();
};

on.addEventListener("submit", (event) => {
  event.preventDefault();
  part.querySelector(".error").hidden = true;
  turnOn().catch(() => (part.querySelector(".error").hidden = false));
});
look().catch(() => null);

// The service worker's side on a page, where the browser has one: https, or this machine.

const LATER = 3000; // ms after which what else one needs on the day is fetched
const SPREAD = 20000; // ms over which phones do so, that came at once
const AGAIN = 600000; // ms after which it is fetched anew

const files = () => [
  ...[...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((it) => it.href),
  ...[...document.scripts].map((it) => it.src).filter(Boolean),
  ...performance.getEntriesByType("resource").map((it) => it.name).filter((it) => it.includes(".woff2")),
];

// The grid, my day and further pages of pitches are kept before anybody needs them, unless the phone saves data.
const ahead = (event) => {
  if (navigator.connection?.saveData) return [];
  const name = `ahead:${event}`;
  try {
    if (Date.now() - Number(sessionStorage.getItem(name)) < AGAIN) return [];
    sessionStorage.setItem(name, String(Date.now()));
  } catch {
    return [];
  }
  const further = [...document.querySelectorAll("#pages a:not([aria-current], [rel])")].slice(0, 4);
  return [`${event}/grid`, `${event}/me`, ...further.map((it) => it.getAttribute("href"))];
};

const install = async () => {
  await navigator.serviceWorker.register("/worker.js", { scope: "/e/" });
  const { active } = await navigator.serviceWorker.ready;
  const event = location.pathname.match(/^\/e\/[^/]+/)?.[0];
  const isKept = document.getElementById("offline")?.dataset.kept;
  const { lang } = document.documentElement;
  active.postMessage({ files: files(), pages: event && !isKept ? [location.pathname] : [], lang: isKept ? "" : lang });
  if (event) setTimeout(() => active.postMessage({ pages: ahead(event) }), LATER + Math.random() * SPREAD);
};

/** Install it once the page is there. */
export const keepForLater = () => {
  if (!navigator.serviceWorker || !window.isSecureContext) return;
  if (document.readyState === "complete") install().catch(() => null);
  else window.addEventListener("load", () => install().catch(() => null)); // without a trusted certificate it is refused
};

/** Ask the browser to send what waits when there is a network, also where no page of ours is open. */
export const sendLater = async () => {
  const ready = await navigator.serviceWorker?.getRegistration();
  await ready?.sync?.register("outbox").catch(() => null);
};

// The service worker: keeps the pages that one needs on the day, shows them with their time where there is no network,
// and sends what waits when no page is open. Nothing of it is needed for anything to work.
import { flush, whose } from "./sender.js";
import { moveAll, TOLD } from "./told.js";

const PAGES = "twofeet-pages-1";
const FILES = "twofeet-files-1";
const PLAIN = "twofeet-plain-1";
const OFFLINE = "/offline";
const SLOW = 3000; // ms after which a page that is kept is shown instead
const MOST = 80; // pages, and files, that are kept
const KEPT = /^\/e\/[^/]+(\/(grid|me|about|choices|pitches\/\d+(\/notes)?))?$/;
const FURTHER = /^\?page=\d+$/; // of the pitches
const WHEN = "x-kept"; // header: when it was kept

const trim = async (cache) => {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((key) => cache.delete(key)));
};

// What is kept is replaced once the page is here whole: a network that breaks off leaves what was kept before.
const keepPage = async (address, answer) => {
  const text = await answer.text();
  const cache = await caches.open(PAGES);
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8", [WHEN]: new Date().toISOString() });
  for (const name of ["Content-Security-Policy", "Referrer-Policy", "X-Twofeet"]) {
    if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  }
  await cache.put(address, new Response(text, { headers }));
  await trim(cache);
};

const mayKeep = (url, answer) => answer.status === 200 && KEPT.test(url.pathname)
  && (!url.search || FURTHER.test(url.search)) && whose(answer) === "ours"
  && !answer.headers.has("X-Passing") && (answer.headers.get("Content-Type") || "").startsWith("text/html");

const LINE = /id="offline" role="status" hidden data-words="([^"]*)" data-days="([^"]*)">/;

const addressOf = (url) => url.origin + url.pathname + (FURTHER.test(url.search) ? url.search : "");

const clock = (moment, days) => {
  const [hour, minute] = [moment.getHours(), moment.getMinutes()].map((it) => String(it).padStart(2, "0"));
  return `${days.split(" ")[moment.getDay()]} ${hour}:${minute}`;
};

// A kept page says from when it is, in its own language, in the line that its script writes to as well.
const marked = async (kept) => {
  const made = new Date(kept.headers.get(WHEN));
  const line = (_, words, days) => {
    const when = clock(made, days);
    return `id="offline" role="status" data-kept="${when}">${words.replace("%(when)s", when)}`;
  };
  return new Response((await kept.text()).replace(LINE, line), { headers: kept.headers });
};

const plain = async (url) => {
  const [, event] = url.pathname.match(/^\/e\/([^/]+)/) || [];
  const kept = await caches.match(OFFLINE, { ignoreVary: true });
  const html = kept ? await kept.text() : "<!doctype html><title>Offline</title><h1>There is no network here</h1>";
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  return new Response(html.replaceAll("/e/-", event ? `/e/${event}` : "/"), { status: 503, headers });
};

const within = (answer, kept) => new Promise((resolve, reject) => {
  if (kept) setTimeout(() => reject(new Error("slow")), SLOW);
  answer.then(resolve, reject);
});

const visit = async (event, url) => {
  const address = addressOf(url);
  const kept = await caches.match(address, { ignoreVary: true });
  const asked = fetch(event.request);
  asked.then((answer) => mayKeep(url, answer) && event.waitUntil(keepPage(address, answer.clone())), () => null);
  try {
    return await within(asked, kept);
  } catch {
    return kept ? marked(kept) : plain(url);
  }
};

const file = async (request) => {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && whose(answer) === "ours") {
    await cache.put(request, answer.clone());
    await trim(cache);
  }
  return answer;
};

const fetchPage = async (path) => {
  const url = new URL(path, self.location.origin);
  const answer = await fetch(url, { redirect: "manual", headers: { Accept: "text/html" } });
  if (mayKeep(url, answer)) await keepPage(addressOf(url), answer);
};

const keepPlain = async (lang) => {
  const answer = await fetch(OFFLINE, lang ? { headers: { "Accept-Language": lang } } : {});
  if (whose(answer) !== "ours") return;
  const whole = new Response(await answer.text(), { headers: answer.headers });
  await (await caches.open(PLAIN)).put(OFFLINE, whole);
};

// Somebody who chose another language reads the plain page in it.
const inLanguage = async (lang) => {
  const kept = await caches.match(OFFLINE, { ignoreVary: true });
  if (!(await kept?.text())?.includes(`<html lang="${lang}"`)) await keepPlain(lang);
};

const heard = async ({ files = [], pages = [], lang = "" }) => {
  if (lang) await inLanguage(lang).catch(() => null);
  await Promise.all(files.map((address) => file(new Request(address)).catch(() => null)));
  for (const path of pages) await fetchPage(path).catch(() => null);
};

const begin = async () => {
  await keepPlain();
  await self.skipWaiting();
};

const tidy = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![PAGES, FILES, PLAIN, TOLD].includes(name)).map((name) => caches.delete(name)));
  await self.clients.claim();
};

// A notification is shown whatever came: browsers ask for that.
const tell = async (data) => {
  const { title = "Twofeet", body = "", lang = "", tag = "", page = "" } = data ? data.json() : {};
  await self.registration.showNotification(title, { body, lang, tag, renotify: Boolean(tag), data: page, dir: "auto" });
};

// It leads to My day: in a window that is there already, where there is one.
const goTo = async (page) => {
  if (!page.startsWith("/e/")) return;
  const open = await self.clients.matchAll({ type: "window" });
  const there = open.find((it) => new URL(it.url).pathname === page);
  if (there) await there.focus();
  else await self.clients.openWindow(page);
};

// The browser's maker gave this browser another address.
const changed = async ({ oldSubscription, newSubscription }) => {
  const here = newSubscription || await self.registration.pushManager.subscribe(oldSubscription.options);
  await moveAll(here);
};

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(changed(event)));
self.addEventListener("push", (event) => event.waitUntil(tell(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(String(event.notification.data)));
});
self.addEventListener("install", (event) => event.waitUntil(begin()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("message", (event) => event.waitUntil(heard(event.data)));
self.addEventListener("sync", (event) => event.tag === "outbox" && event.waitUntil(flush()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate" && url.pathname.startsWith("/e/")) event.respondWith(visit(event, url));
});

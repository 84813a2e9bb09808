// News: a stream of "this kind of thing changed", or polling where no stream comes through.
import { inquireNow, watchConnection, whenBack } from "./connection.js";
import { ask } from "./sender.js";

const SILENCE = 40000; // ms without even a heartbeat (every 15 s) after which a stream counts as dead
const POLL = 10000; // ms between two looks where no stream comes through
const GRACE = 3000; // ms without a stream before we ask whether anything gets through
const PATIENCE = 6000; // ms for the answer to that

const body = document.body;
const stream = body.dataset.stream;
const held = new Map(); // kind -> ids of what changed, while nobody looks or while it is not yet our turn
let last = body.dataset.since || "";
let source = null;
let failures = 0;
let watchdog = 0;
let worry = 0;
let poller = 0;

const address = (extra) => {
  const url = new URL(stream, location.href);
  if (last) url.searchParams.set("since", last);
  for (const [name, value] of Object.entries(extra || {})) url.searchParams.set(name, value);
  return url;
};

const tell = () => {
  if (document.hidden) return; // fetched when somebody looks
  for (const [kind, refs] of [...held]) {
    held.delete(kind);
    body.dispatchEvent(new CustomEvent("changed-" + kind, { detail: { refs } }));
  }
};

const heard = (news) => {
  for (const kind of news.kinds) held.set(kind, [...(held.get(kind) || []), ...((news.refs || {})[kind] || [])]);
  if (held.size) setTimeout(tell, Math.random() * 1000 * (news.spread || 0));
};

// A block that all see alike comes rendered. One that shows less than all (a search) asks for its own.
const swap = (html) => {
  const id = (html.match(/\sid="([^"]+)"/) || [])[1];
  const target = id && document.getElementById(id);
  if (!target) return;
  const own = target.getAttribute("hx-get") || "";
  if (own.includes("?")) body.dispatchEvent(new CustomEvent("changed-notice", { detail: {} }));
  else if (window.htmx) window.htmx.swap({ text: html, target, sourceElement: target, swap: "outerMorph" });
  else target.outerHTML = html;
};

const alive = () => {
  failures = 0;
  clearTimeout(worry);
  worry = 0;
  clearTimeout(watchdog);
  watchdog = setTimeout(again, SILENCE);
};

const connect = () => {
  source = new EventSource(address());
  source.onopen = alive;
  source.addEventListener("beat", alive);
  source.addEventListener("block", (event) => swap(event.data));
  source.addEventListener("change", (event) => {
    last = event.lastEventId || last;
    alive();
    heard(JSON.parse(event.data));
  });
  source.onerror = () => {
    worry = worry || setTimeout(inquireNow, GRACE);
    failures += 1;
    if (failures >= 2 && navigator.onLine) poll(); // perhaps something between us swallows streams
    if (source.readyState === EventSource.CLOSED) again();
  };
};

// By ourselves where the browser gives up, or where a stream is open and silent.
const again = () => {
  clearTimeout(watchdog);
  if (source) source.close();
  watchdog = setTimeout(connect, 1000 + Math.random() * Math.min(30000, 2000 * 2 ** failures));
};

const poll = () => {
  if (!poller) poller = setTimeout(look, Math.random() * POLL);
};

const inquire = async () => {
  const known = last ? { headers: { "If-None-Match": `"${last}"` } } : {};
  const { found, answer, text } = await ask(address({ poll: 1 }), known, PATIENCE);
  if (found === "fine" && answer.status === 200) {
    const news = JSON.parse(text);
    last = String(news.id);
    heard(news);
  }
  clearTimeout(worry);
  worry = 0;
  return found;
};

const look = async () => {
  poller = 0;
  if (streaming()) return; // the stream came back
  await inquireNow();
  poller = setTimeout(look, POLL * (0.8 + 0.4 * Math.random()));
};

const streaming = () => source?.readyState === EventSource.OPEN;

const reconnect = () => {
  if (streaming() || !window.EventSource) return;
  source?.close();
  connect();
};

/** Listen to the event's news, where the page has any. */
export const follow = () => {
  document.addEventListener("visibilitychange", tell);
  if (!stream) return;
  watchConnection(inquire);
  whenBack(reconnect);
  window.addEventListener("pageshow", (event) => event.persisted && again());
  if (window.EventSource) connect();
  else poll();
};

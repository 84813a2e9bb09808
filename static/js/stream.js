// News: a stream of "this kind of thing changed", one for all tabs, or polling where no stream comes through.
import { inquireNow, watchConnection, whenBack } from "./connection.js";
import { ask } from "./sender.js";
import { Shared } from "./tabs.js";

const SILENCE = 40000; // ms without even a heartbeat (every 15 s) after which a stream counts as dead
const OPENING = 5000; // ms in which a stream that works has said something
const POLL = 10000; // ms between two looks where no stream comes through
const GRACE = 3000; // ms without a stream before we ask whether anything gets through
const PATIENCE = 6000; // ms for the answer to that
const MORE = ["wall", "organise"]; // kinds of page that hear of everything

const body = document.body;
const stream = body.dataset.stream;
const view = stream ? new URL(stream, location.href).searchParams.get("view") : "";
const held = new Map(); // kind -> ids of what changed, while nobody looks or while it is not yet our turn
let last = body.dataset.since || "";
let source = null;
let speaks = false; // the stream, since it was opened
let failures = 0;
let watchdog = 0;
let worry = 0;
let poller = 0;
let tabs = null;

const address = (extra) => {
  const url = new URL(stream, location.href);
  if (last) url.searchParams.set("since", last);
  for (const [name, value] of Object.entries(extra || {})) url.searchParams.set(name, value);
  return url;
};

const tell = () => {
  if (document.hidden) return; // fetched when somebody looks
  if (held.size && !window.htmx && document.querySelector("script[data-refresh]")) {
    location.reload(); // a screen whose browser is too old for htmx
    return;
  }
  for (const [kind, refs] of [...held]) {
    held.delete(kind);
    body.dispatchEvent(new CustomEvent("changed-" + kind, { detail: { refs } }));
  }
};

// News that brought no block, because they were asked for or are another kind of page's: the block is to be fetched.
const heard = (news, brought) => {
  const kinds = view === "grid" && !brought && news.kinds.includes("notice") ? [...news.kinds, "block"] : news.kinds;
  for (const kind of kinds) held.set(kind, [...(held.get(kind) || []), ...((news.refs || {})[kind] || [])]);
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
  speaks = true;
  failures = 0;
  clearTimeout(poller);
  poller = 0;
  clearTimeout(worry);
  worry = 0;
  clearTimeout(watchdog);
  watchdog = setTimeout(again, SILENCE);
};

const changed = (event) => {
  last = event.lastEventId || last;
  alive();
  const news = JSON.parse(event.data);
  tabs.tell({ news, last, view });
  heard(news, true);
};

const connect = () => {
  clearTimeout(watchdog);
  close();
  if (tabs.crowded() || !window.EventSource) {
    poll(0);
    watchdog = setTimeout(connect, SILENCE);
    return;
  }
  source = new EventSource(address());
  source.addEventListener("beat", alive);
  source.addEventListener("block", (event) => {
    tabs.tell({ block: event.data });
    swap(event.data);
  });
  source.addEventListener("change", changed);
  source.onerror = () => {
    speaks = false;
    worry = worry || setTimeout(trouble, GRACE);
    failures += 1;
    if (failures >= 2 && navigator.onLine) poll(); // perhaps something between us swallows streams
    if (source && source.readyState === EventSource.CLOSED) again();
  };
  // Neither open nor refused, or open and silent: something keeps it back. Look meanwhile; it may come yet.
  watchdog = setTimeout(() => {
    poll(0);
    watchdog = setTimeout(again, SILENCE);
  }, OPENING);
};

const close = () => {
  if (source) source.close();
  source = null;
  speaks = false;
};

// By ourselves where the browser gives up, or where a stream is open and silent.
const again = () => {
  clearTimeout(watchdog);
  close();
  watchdog = setTimeout(connect, 1000 + Math.random() * Math.min(30000, 2000 * 2 ** failures));
};

const trouble = () => {
  tabs.tell({ trouble: true });
  inquireNow();
};

const poll = (within = POLL) => {
  if (!poller) poller = setTimeout(look, Math.random() * within);
};

const inquire = async () => {
  const known = last ? { headers: { "If-None-Match": `"${last}"` } } : {};
  const { found, answer, text } = await ask(address({ poll: 1 }), known, PATIENCE);
  if (found === "fine" && answer.status === 200) {
    const news = JSON.parse(text);
    last = String(news.id);
    tabs.tell({ news, last });
    heard(news, false);
  }
  clearTimeout(worry);
  worry = 0;
  return found;
};

const look = async () => {
  poller = 0;
  if (speaks || !tabs.leading) return; // the stream came back, or is another tab's
  await inquireNow();
  if (!poller && !speaks && tabs.leading) poller = setTimeout(look, POLL * (0.8 + 0.4 * Math.random()));
};

// What the tab that leads tells: news, a block, trouble, or only how far it has heard.
const told = (message) => {
  if (message.trouble) inquireNow();
  if (message.block) swap(message.block);
  if (message.news) {
    last = message.last || last;
    heard(message.news, message.view === view);
  } else if (Number(message.last) > Number(last)) inquireNow(); // it heard of it before we were here
};

const rest = () => {
  clearTimeout(watchdog);
  clearTimeout(poller);
  poller = 0;
  close();
};

const reconnect = () => {
  if (tabs.leading && !speaks) connect();
};

/** Listen to the event's news, where the page has any. */
export const follow = () => {
  document.addEventListener("visibilitychange", tell);
  if (!stream) return;
  watchConnection(inquire);
  tabs = new Shared(new URL(stream, location.href).pathname, MORE.includes(view) ? 2 : 1, {
    lead: connect, rest, told, asked: () => ({ last }),
  });
  whenBack(reconnect);
  window.addEventListener("pagehide", () => tabs.leave());
  window.addEventListener("pageshow", (event) => event.persisted && tabs.join());
  tabs.join();
};

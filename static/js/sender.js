// Sends what waits in the store, in order, one at a time, until the server has said what became of it. Repeating is
// harmless: a vote says what it should be, everything new carries a nonce. Used by pages and by the service worker.
import { store } from "./store.js";

const ANSWER = 15000; // ms for an answer
const TRIES = 6; // answers of "not now" before one that stays so is a refusal
const RETRIES = [500, 1000, 2000, 4000, 8000, 15000]; // ms between tries where nothing gets through
const KEPT_ALIVE = 60000; // letters of a post that may outlive its page
const RESTARTING = [502, 503, 504]; // what a proxy in front of us says while we start

const channel = self.BroadcastChannel ? new BroadcastChannel("twofeet") : null;
const listeners = [];
let running = false;
let wanted = false;
let timer = 0;
let misses = 0;

const hear = (message) => {
  for (const listener of listeners) listener(message);
};
if (channel) channel.onmessage = ({ data }) => hear(data);

/** Call `listener` with what happens to items, here or in another tab: `{ sending, ended, result, found }`. */
export const whenSending = (listener) => listeners.push(listener);

/** Tell every tab. */
export const tellTabs = (message) => {
  channel?.postMessage(message);
  hear(message);
};

/** What an answer is: `ours` to be read, or "portal" or "down" where something else answered instead of us. */
export const whose = (answer) => {
  if (answer.headers.has("X-Twofeet")) return "ours";
  return RESTARTING.includes(answer.status) ? "down" : "portal";
};

/** Fetch with a limit of time, and without following where a portal redirects to. */
export const ask = async (address, options, patience) => {
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), patience);
  try {
    const answer = await fetch(address, { ...options, redirect: "manual", signal: giveUp.signal });
    const from = whose(answer);
    return { found: from === "ours" ? "fine" : from, answer, text: from === "ours" ? await answer.text() : "" };
  } catch {
    return { found: "cut" };
  } finally {
    clearTimeout(limit);
  }
};

const post = async (item, number) => {
  const body = new URLSearchParams([...item.fields, ["attempt", `${item.series}.${number}`]]).toString();
  const headers = { "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "HX-Request-Type": "partial" };
  const options = { method: "POST", body, headers, keepalive: body.length < KEPT_ALIVE };
  const { found, answer, text } = await ask(item.action, options, ANSWER);
  if (found !== "fine") return { found };
  const pause = Number(answer.headers.get("Retry-After")) || (answer.status >= 500 ? 4 : 0);
  const overtaken = answer.headers.has("X-Overtaken");
  return { found, overtaken, status: answer.status, text, pause, redirect: answer.headers.get("HX-Redirect") || "" };
};

// A vote stays for a while after its answer: a page that was being fetched meanwhile shows the one before. Of all else
// that may be set again only the series stays, so that what is under way still is known to be older than what comes.
const remembered = (item) => {
  if (item.fresh) return null;
  const votes = item.fields.some(([name]) => name === "interest");
  return votes ? { done: Date.now() } : { done: Date.now(), fields: [], label: "" };
};

/** Send one item; false where nothing gets through now. */
const attempt = async (items, item) => {
  let number = 0;
  const counted = (it) => ({ number: (number = (it.number || 0) + 1) });
  if (!(await items.change(item.key, item.id, counted))) return true; // it was changed or taken back meanwhile
  tellTabs({ sending: item.id });
  const result = await post(item, number);
  if (result.found !== "fine") {
    tellTabs({ found: result.found });
    return false;
  }
  const tries = (item.tries || 0) + 1;
  const made = result.pause && tries < TRIES ? { tries, due: Date.now() + 1000 * result.pause }
    : result.status < 400 || result.overtaken ? remembered(item)
      : { refused: true, status: result.status, text: result.text };
  const last = await items.change(item.key, item.id, made);
  tellTabs({ found: "fine", ended: made?.due ? null : item, result, last });
  return true;
};

const ready = (items) => items.filter((it) => !it.refused && !it.done).sort((one, other) => one.at - other.at);

const sendAll = async () => {
  const items = await store;
  for (;;) {
    const waiting = ready(await items.all());
    const next = waiting.find((it) => (it.due || 0) <= Date.now());
    if (!next) return waiting.length ? Math.min(...waiting.map((it) => it.due)) - Date.now() + 100 : 0;
    if (!(await attempt(items, next))) {
      misses += 1;
      return RETRIES[Math.min(misses, RETRIES.length) - 1] * (0.8 + 0.4 * Math.random());
    }
    misses = 0;
  }
};

// One sender at a time on this phone. A tab that sleeps must not keep the others waiting for ever.
const alone = async (act) => {
  if (!navigator.locks) return act();
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), 2 * ANSWER);
  const held = () => {
    clearTimeout(limit);
    return act();
  };
  try {
    return await navigator.locks.request("twofeet-outbox", { signal: giveUp.signal }, held);
  } catch {
    return act();
  }
};

/** Send what waits, now; resolves when nothing is left or nothing gets through. */
export const flush = async () => {
  wanted = true;
  if (running) return;
  running = true;
  clearTimeout(timer);
  let pause = 0;
  while (wanted) {
    wanted = false;
    pause = await alone(sendAll);
  }
  running = false;
  if (pause > 0) timer = setTimeout(flush, pause);
};

// Which events this browser asked for notifications, and under which address of its own: so that they hear where it has
// another one. Used by My day, by the service worker and where a device signs out.
import { whose } from "./sender.js";

/** The cache that remembers it. */
export const TOLD = "twofeet-told-1";

const place = (event) => `${event}/me/notifications`;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Bytes as the server writes them. */
export const written = base64url;

/** What an event needs to reach this browser. */
export const target = (here) =>
  ({ endpoint: here.endpoint, p256dh: base64url(here.getKey("p256dh")), auth: base64url(here.getKey("auth")) });

/** The address under which an event was asked last, if it was. */
export const toldAt = async (event) => (await (await caches.open(TOLD)).match(place(event)))?.text();

/** Remember it; without an address forget it. */
export const rememberTold = async (event, endpoint) => {
  const told = await caches.open(TOLD);
  if (endpoint) await told.put(place(event), new Response(endpoint));
  else await told.delete(place(event));
};

/** Tell an event that this browser has another address than it knows. It says nothing where it was turned off there. */
export const move = async (event, before, here) => {
  const body = new URLSearchParams({ on: "1", before, ...target(here) });
  const answer = await fetch(place(event), { method: "POST", body });
  if (answer.ok && whose(answer) === "ours") await rememberTold(event, here.endpoint);
};

/** The same for all events that were asked. */
export const moveAll = async (here) => {
  const told = await caches.open(TOLD);
  for (const request of await told.keys()) {
    const event = new URL(request.url).pathname.replace(/\/me\/notifications$/, "");
    await move(event, await toldAt(event), here).catch(() => null); // My day tries again when it is opened
  }
};

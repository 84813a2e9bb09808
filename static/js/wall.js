// For the projector. The wall's clock: between refreshes it ticks by itself, by the server's clock and in the event's zone.
const loaded = Date.now();
const hour = (moment, zone, offset) => {
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(moment);
  } catch {
    return new Date(moment + offset * 60000).toISOString().slice(11, 16); // an old screen that does not know the zone
  }
};
const tick = () => {
  const clock = document.getElementById("clock");
  if (!clock) return;
  const { timezone, now, offset } = clock.dataset;
  const shown = hour((Number(now) || loaded) + Date.now() - loaded, timezone, Number(offset) || 0);
  if (clock.textContent !== shown) clock.textContent = shown;
};
setInterval(tick, 1000);
tick();

// The line-up: the seconds that are left by the server's clock, on every page alike. The block may be replaced at any time.
let ahead = 0; // ms that this machine's clock is before the server's
let told = "";
const count = () => {
  const countdown = document.getElementById("countdown");
  if (!countdown) return;
  const { left, until, now } = countdown.dataset;
  if (now !== told) {
    told = now;
    ahead = Date.now() - now;
  }
  const seconds = Number(until) ? Math.max(0, Math.ceil((until - (Date.now() - ahead)) / 1000)) : Number(left);
  if (countdown.textContent !== String(seconds)) countdown.textContent = seconds;
  countdown.parentNode.classList.toggle("now", seconds === 0);
};
setInterval(count, 200);
count();

// A presenter's clicker goes on and back.

const KEYS = { PageDown: "lineup-next", ArrowRight: "lineup-next", PageUp: "lineup-before", ArrowLeft: "lineup-before" };
document.addEventListener("keydown", (event) => {
  const link = document.getElementById(KEYS[event.key] || "");
  if (!link) return;
  event.preventDefault();
  link.click();
});

// The focus stays where the button is that was pressed; where that is gone, on the same pitch, or on what goes on.

let focused = "";
document.addEventListener("htmx:before:swap", () => { focused = document.activeElement.id; });
document.addEventListener("htmx:after:swap", () => {
  if (!focused || document.activeElement !== document.body) return;
  const ids = [focused, focused.replace(/^\D+-/, "call-"), "lineup-next"];
  ids.map((id) => document.getElementById(id)).find(Boolean)?.focus();
});

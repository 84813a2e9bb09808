// For the projector. The wall's clock: between refreshes it ticks by itself, in the event's zone.
const tick = () => {
  const clock = document.getElementById("clock");
  if (!clock) return;
  const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.timezone });
  const shown = format.format(new Date());
  if (clock.textContent !== shown) clock.textContent = shown;
};
setInterval(tick, 1000);
tick();

// The line-up: its seconds, from when the page came; and a presenter's clicker goes on and back.
const countdown = document.getElementById("countdown");
const began = Date.now();
const count = () => {
  const left = Math.max(0, countdown.dataset.seconds - Math.floor((Date.now() - began) / 1000));
  countdown.textContent = left;
  if (left) setTimeout(count, 200);
  else countdown.parentNode.classList.add("now");
};
if (countdown) count();

const KEYS = { PageDown: "lineup-next", ArrowRight: "lineup-next", PageUp: "lineup-before", ArrowLeft: "lineup-before" };
document.addEventListener("keydown", (event) => {
  const link = document.getElementById(KEYS[event.key] || "");
  if (!link) return;
  event.preventDefault();
  link.click();
});

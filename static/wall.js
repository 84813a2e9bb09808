// The wall's clock: between refreshes it ticks by itself, in the event's zone.
const tick = () => {
  const clock = document.getElementById("clock");
  if (!clock) return;
  const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.timezone });
  const shown = format.format(new Date());
  if (clock.textContent !== shown) clock.textContent = shown;
};
setInterval(tick, 1000);
tick();

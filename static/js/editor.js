// Lets an organiser drag sessions between cells: a drop fills in and submits a form as the card's menu has it.
// And shows what somebody else changed, as soon as that disturbs nobody.

const draft = () => document.getElementById("draft");
let dragged = null;

const pitchOf = (card) => card.id.slice("session-".length);
const cellOf = (target) => target.closest?.("#draft td.cell, #off");

const mark = (cell) => {
  for (const old of draft().querySelectorAll(".over")) if (old !== cell) old.classList.remove("over");
  cell?.classList.add("over");
};

// What the move would do to the whole grid, written into each cell while a card is in the air.
const weigh = async (card) => {
  const answer = await fetch(document.getElementById("drop").action + "?pitch=" + pitchOf(card)).catch(() => null);
  if (!answer?.ok) return;
  const { version, cells } = await answer.json();
  if (dragged !== card || String(version) !== draft().dataset.version) return;
  for (const [id, cost] of Object.entries(cells)) {
    const line = document.createElement("p");
    line.className = "weighed told " + cost.verdict;
    line.textContent = cost.text;
    document.getElementById(id)?.append(line);
  }
};

const end = () => {
  mark(null);
  for (const line of draft().querySelectorAll(".weighed.told")) line.remove();
  dragged?.classList.remove("dragged");
  dragged = null;
};

const drop = (card, cell) => {
  if (cellOf(card) === cell) return;
  const [, slot, room] = cell.id.match(/^cell-(\d+)-(\d+)$/) || ["", "", ""];
  const form = document.getElementById("drop");
  form.elements.pitch.value = pitchOf(card);
  form.elements.slot.value = slot;
  form.elements.room.value = room;
  form.elements.pin.disabled = !card.classList.contains("pinned");
  const menu = card.querySelector("details");
  if (menu) menu.open = false;
  form.requestSubmit();
};

const cardOf = (target) => target.closest?.("#draft .session[id]"); // what goes on from an earlier slot has no id

document.addEventListener("mousedown", (event) => { // the draft is swapped often: a card learns it when it is touched
  const card = cardOf(event.target);
  if (card) card.draggable = !event.target.closest("details");
});

document.addEventListener("dragstart", (event) => {
  dragged = cardOf(event.target);
  if (!dragged) return;
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector(".session-title").textContent);
  weigh(dragged);
});

document.addEventListener("dragover", (event) => {
  const cell = dragged && cellOf(event.target);
  if (!cell) return;
  event.preventDefault();
  mark(cell);
});

document.addEventListener("drop", (event) => {
  const cell = dragged && cellOf(event.target);
  if (!cell) return;
  event.preventDefault();
  const card = dragged;
  end();
  drop(card, cell);
});

document.addEventListener("dragend", () => {
  end();
  refresh();
});

// --- What somebody else changed ----------------------------------------------------------------------------------

const PITCHES = 5000; // ms between two looks where people pitch, since many do at once
const later = document.getElementById("later");
let newest = 0; // the newest version of the draft that was told of
let other = false; // whether anything else that the draft shows was changed
let posting = 0;
let pitched = 0;

const behind = () => other || newest > Number(draft().dataset.version);

// A drag, a post on its way, an open form or a field in use would be disturbed.
const busy = () => dragged || posting || draft().querySelector(".mover[open]")
  || document.activeElement.matches("#draft :is(select, input, textarea)");

const look = () => {
  if (!window.htmx) return;
  later.hidden = true;
  other = false;
  window.htmx.trigger(draft(), "refresh");
};

const refresh = () => {
  if (!behind()) later.hidden = true;
  else if (busy()) later.hidden = Boolean(dragged || posting);
  else look();
};

const heard = (refs) => {
  if (refs === null) other = true;
  else for (const ref of refs) newest = Math.max(newest, ref.version);
  refresh();
};

document.body.addEventListener("changed-grid", ({ detail }) => heard(detail.refs?.length ? detail.refs : null));
document.body.addEventListener("changed-event", () => heard(null));
document.body.addEventListener("changed-publish", ({ detail }) => {
  const shown = Number(draft().dataset.published);
  if (!detail.refs?.length || detail.refs.some((ref) => ref.version > shown)) heard(null);
});
document.body.addEventListener("changed-pitch", () => {
  pitched = pitched || setTimeout(() => {
    pitched = 0;
    heard(null);
  }, PITCHES);
});

later.querySelector("button").addEventListener("click", () => {
  for (const menu of draft().querySelectorAll(".mover[open]")) menu.open = false;
  look();
});
document.addEventListener("toggle", (event) => !event.target.open && refresh(), true);
document.addEventListener("focusout", () => setTimeout(refresh));

// What a move did is said aloud from outside of what is swapped, and the focus goes to the session that was moved; for who
// places one session after the other, to the next that has no place.
let next = ""; // the id of that one
const tell = (pitch) => {
  const notice = draft().querySelector(":scope > .notice");
  document.getElementById("said").textContent = notice ? notice.textContent.trim() : "";
  const waiting = next && document.querySelector(`#off #${next} :is(.mover > summary, .meta a[hx-boost])`);
  if (waiting && !document.querySelector(`#off #session-${pitch}`)) {
    waiting.focus();
    return;
  }
  const title = pitch && document.querySelector(`#session-${pitch} .session-title a`);
  if (!title) return;
  title.focus({ preventScroll: true });
  title.scrollIntoView({ block: "nearest", inline: "nearest" });
};

document.body.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx?.request.method === "POST") tell(detail.ctx.sourceElement.elements?.pitch?.value);
});

const own = ({ detail }) => detail.ctx.request.method === "POST";
document.body.addEventListener("htmx:before:request", (event) => {
  if (!own(event)) return;
  posting += 1;
  const placed = event.detail.ctx.sourceElement.closest("#off li");
  next = (placed?.nextElementSibling || placed?.previousElementSibling)?.querySelector(".session")?.id || "";
});
document.body.addEventListener("htmx:finally:request", (event) => {
  if (own(event)) posting -= 1;
  refresh();
});

// An answer that came while somebody began to do something waits, too; what was said before is kept above it.
document.body.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.sourceElement !== draft()) return;
  if (busy()) {
    event.preventDefault();
    other = true;
    refresh();
    return;
  }
  const said = draft().querySelector(":scope > .notice");
  const fresh = tasks[0]?.fragment?.querySelector("#draft");
  if (said && fresh) fresh.prepend(said.cloneNode(true));
});

// Lets an organiser drag sessions between cells. A drop fills in and submits the same form that the card's menu has.
(() => {
  const draft = () => document.getElementById("draft");
  let dragged = null;

  const formOf = (card) => card.querySelector("form.move");
  const cellOf = (target) => target.closest?.("#draft td.cell, #off");

  const mark = (cell) => {
    for (const old of draft().querySelectorAll(".over")) if (old !== cell) old.classList.remove("over");
    cell?.classList.add("over");
  };

  // What the move would do to the whole grid, written into each cell while a card is in the air.
  const weigh = async (card) => {
    const form = formOf(card);
    const answer = await fetch(form.action + "?pitch=" + form.elements.pitch.value).catch(() => null);
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
    const form = formOf(card);
    const [, slot, room] = cell.id.match(/^cell-(\d+)-(\d+)$/) || ["", "", ""];
    const menu = form.closest("details");
    if (form.elements.slot.value === slot && form.elements.room.value === room) return;
    form.elements.slot.value = slot;
    form.elements.room.value = room;
    menu.open = false;
    form.requestSubmit();
  };

  const cardOf = (target) => {
    const card = target.closest?.("#draft .session");
    return card && formOf(card) ? card : null;
  };

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

  document.addEventListener("dragend", end);
})();

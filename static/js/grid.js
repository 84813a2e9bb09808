// Marks one's own choices on the grid, whose table is the same for everybody. My day has them without scripts.

const chosen = (document.getElementById("own")?.dataset.sessions || "").split(" ").filter(Boolean);
const mark = () => {
  for (const id of chosen) {
    const session = document.getElementById(`session-${id}`);
    if (!session || session.querySelector(".own-word")) continue;
    const word = document.createElement("p");
    word.className = "meta own-word";
    word.textContent = "Your choice";
    session.classList.add("mine");
    session.append(word);
  }
};
mark();
document.body.addEventListener("htmx:after:swap", mark);

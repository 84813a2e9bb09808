// A friend's choices leave the page when they are shown no more: the line that said so has asked.
const hideMarks = () => {
  if (document.querySelector("#friend[data-on]")) return;
  for (const mark of document.querySelectorAll(".friend-says")) mark.remove();
};

/** Watch that line. */
export const watchFriend = () => document.body.addEventListener("htmx:after:swap", hideMarks);

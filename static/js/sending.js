// Posts by htmx that did not get through are sent again. Repeating one is harmless: a vote says what it should be,
// everything new carries a nonce.
import { forget } from "./drafts.js";
import { whenBack } from "./line.js";
import { notice } from "./notice.js";
import { streaming, worried } from "./stream.js";

const waiting = new Map(); // form whose post did not get through -> the button it was sent with

const sendAgain = () => {
  const forms = [...waiting];
  waiting.clear();
  for (const [form, button] of forms) {
    if (form.isConnected) form.requestSubmit(button?.isConnected ? button : undefined);
  }
};

const failed = ({ detail: { ctx } }) => {
  if (ctx?.request?.method !== "POST") return;
  if (ctx.request.form) waiting.set(ctx.request.form, ctx.request.submitter);
  notice("That did not reach us. It is kept here, and sent as soon as there is a connection.");
  worried(waiting.size > 0);
  if (!document.body.dataset.stream) setTimeout(sendAgain, 5000);
  else if (streaming()) setTimeout(sendAgain, 2000 + Math.random() * 3000);
};

// What a portal or a proxy answers instead of us must not replace a part of the page.
const answered = (event) => {
  if (event.detail.ctx.response.headers.get("X-Request-ID")) return;
  event.preventDefault();
  notice("Something between this phone and us answered instead. What you typed is still here; try again in a moment.");
};

const done = ({ detail: { ctx } }) => {
  if (ctx.request.method !== "POST") return;
  if (ctx.response.headers.get("HX-Retarget") !== "#alert") notice(""); // said about an earlier post
  if (ctx.response.status < 400 && ctx.request.form) forget(ctx.request.form);
};

/** Watch over the page's posts. */
export const watchPosts = () => {
  document.body.addEventListener("htmx:error", failed);
  document.body.addEventListener("htmx:before:response", answered);
  document.body.addEventListener("htmx:after:request", done);
  whenBack(sendAgain);
};

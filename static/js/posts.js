// Requests by htmx that are not the outbox's: what comes from a portal or a proxy must not replace a part of the page.
import { forget } from "./drafts.js";
import { notice } from "./notice.js";
import { gettext } from "./texts.js";

const PORTAL = gettext("The wifi wants you to sign in. Open its page, then come back. What you typed is still here.");

const failed = ({ detail: { ctx } }) => {
  if (ctx?.request?.method !== "POST") return;
  notice(gettext("No answer came, so look whether it was done. If not, press the button again: what you typed is still here."));
};

const answered = (event) => {
  const { ctx } = event.detail;
  if (ctx.response.headers.get("X-Twofeet")) return;
  event.preventDefault();
  if (ctx.request.method === "POST") notice(PORTAL);
};

const done = ({ detail: { ctx } }) => {
  if (ctx.request.method !== "POST") return;
  if (ctx.response.headers.get("HX-Retarget") !== "#alert") notice(""); // said about an earlier post
  if (ctx.response.status < 400 && ctx.request.form) forget(ctx.request.form);
};

/** Watch over the page's requests. */
export const watchPosts = () => {
  document.body.addEventListener("htmx:error", failed);
  document.body.addEventListener("htmx:before:response", answered);
  document.body.addEventListener("htmx:after:request", done);
};

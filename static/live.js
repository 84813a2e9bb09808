// Keeps a page fresh, says when it cannot, and loses nothing that somebody typed. Everything works without it.
(() => {
  const body = document.body;
  const stream = body.dataset.stream;
  const line = document.getElementById("offline");
  const SILENCE = 40000; // ms without even a heartbeat (every 15 s) after which a stream counts as dead
  const POLL = 10000; // ms between two looks where no stream comes through
  const GRACE = 3000; // ms of trouble before it is worth a word

  // --- The line at the top that says how fresh the page is ---------------------------------------------------------

  let troubled = false;
  let clearing = 0;

  const say = (words) => {
    if (!line || line.textContent === words) return;
    line.textContent = words;
    line.hidden = !words;
  };

  const trouble = () => {
    clearTimeout(clearing);
    troubled = true;
    say(waiting.size
      ? "You are offline. What you sent is kept on this phone and goes out as soon as there is a connection."
      : "You are offline. What you see may be out of date; what you type is kept.");
  };

  const allWell = () => {
    if (!troubled) return;
    troubled = false;
    say("You are back online.");
    clearing = setTimeout(() => say(""), 5000);
    sendAgain();
  };

  // --- News: a stream of "this kind of thing changed", or polling where no stream comes through ---------------------

  let last = body.dataset.since || "";
  let source = null;
  let failures = 0;
  let watchdog = 0;
  let worry = 0;
  let poller = 0;
  const held = new Map(); // kind -> ids of what changed, while nobody looks or while it is not yet our turn

  const address = (extra) => {
    const url = new URL(stream, location.href);
    if (last) url.searchParams.set("since", last);
    for (const [name, value] of Object.entries(extra || {})) url.searchParams.set(name, value);
    return url;
  };

  const tell = () => {
    if (document.hidden) return; // fetched when somebody looks
    for (const [kind, refs] of [...held]) {
      held.delete(kind);
      body.dispatchEvent(new CustomEvent("changed-" + kind, { detail: { refs } }));
    }
  };

  const heard = (news) => {
    for (const kind of news.kinds) held.set(kind, [...(held.get(kind) || []), ...((news.refs || {})[kind] || [])]);
    if (held.size) setTimeout(tell, Math.random() * 1000 * (news.spread || 0));
  };

  // A block that all see alike comes rendered. One that shows less than all (a search) asks for its own.
  const swap = (html) => {
    const id = (html.match(/\sid="([^"]+)"/) || [])[1];
    const target = id && document.getElementById(id);
    if (!target) return;
    const own = target.getAttribute("hx-get") || "";
    if (own.includes("?")) body.dispatchEvent(new CustomEvent("changed-publish", { detail: {} }));
    else if (window.htmx) htmx.swap({ text: html, target, sourceElement: target, swap: "outerMorph" });
    else target.outerHTML = html;
  };

  const alive = () => {
    failures = 0;
    clearTimeout(worry);
    worry = 0;
    clearTimeout(watchdog);
    watchdog = setTimeout(again, SILENCE);
    allWell();
  };

  const connect = () => {
    source = new EventSource(address());
    source.onopen = alive;
    source.addEventListener("beat", alive);
    source.addEventListener("block", (event) => swap(event.data));
    source.addEventListener("change", (event) => {
      last = event.lastEventId || last;
      alive();
      heard(JSON.parse(event.data));
    });
    source.onerror = () => {
      worry = worry || setTimeout(trouble, GRACE);
      failures += 1;
      if (failures >= 2 && navigator.onLine) poll(); // perhaps something between us swallows streams
      if (source.readyState === EventSource.CLOSED) again();
    };
  };

  // By ourselves where the browser gives up, or where a stream is open and silent.
  const again = () => {
    clearTimeout(watchdog);
    if (source) source.close();
    watchdog = setTimeout(connect, 1000 + Math.random() * Math.min(30000, 2000 * 2 ** failures));
  };

  const poll = () => {
    if (!poller) poller = setTimeout(look, Math.random() * POLL);
  };

  const look = async () => {
    poller = 0;
    if (source && source.readyState === EventSource.OPEN) return; // the stream came back
    try {
      const answer = await fetch(address({ poll: 1 }), { headers: last ? { "If-None-Match": `"${last}"` } : {} });
      if (answer.status === 200) {
        const news = await answer.json();
        last = String(news.id);
        heard(news);
      }
      clearTimeout(worry);
      worry = 0;
      allWell();
    } catch {
      trouble();
    }
    poller = setTimeout(look, POLL * (0.8 + 0.4 * Math.random()));
  };

  // --- What people type and send ------------------------------------------------------------------------------------

  const waiting = new Map(); // form whose post did not get through -> the button it was sent with

  const sendAgain = () => {
    const forms = [...waiting];
    waiting.clear();
    for (const [form, button] of forms) {
      if (form.isConnected) form.requestSubmit(button && button.isConnected ? button : undefined);
    }
  };

  const notice = (words) => {
    const alert = document.getElementById("alert");
    if (!alert) return;
    const text = document.createElement("p");
    text.className = "alert";
    text.textContent = words;
    alert.replaceChildren(text);
  };

  // Repeating a post is harmless: a vote says what it should be, everything new carries a nonce.
  body.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    if (!ctx || !ctx.request || ctx.request.method !== "POST") return;
    const form = ctx.request.form;
    if (form) waiting.set(form, ctx.request.submitter);
    notice("That did not reach us. It is kept here, and sent as soon as there is a connection.");
    worry = worry || setTimeout(trouble, GRACE);
    if (!stream) setTimeout(sendAgain, 5000);
    else if (!source || source.readyState === EventSource.OPEN) setTimeout(sendAgain, 2000 + Math.random() * 3000);
  });

  // What a portal or a proxy answers instead of us must not replace a part of the page.
  body.addEventListener("htmx:before:response", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response.headers.get("X-Request-ID")) return;
    event.preventDefault();
    notice("Something between this phone and us answered instead. What you typed is still here; try again in a moment.");
  });

  body.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    const alert = document.getElementById("alert");
    if (ctx.request.method !== "POST") return;
    if (alert && ctx.response.headers.get("HX-Retarget") !== "#alert") alert.replaceChildren(); // said about an earlier post
    if (ctx.response.status < 400 && ctx.request.form) forget(ctx.request.form);
  });

  const key = (field) => {
    const form = field.form;
    return form && form.method === "post" && field.name ? `draft:${location.pathname}:${form.getAttribute("action")}:${field.name}` : "";
  };

  const typed = (field) => field.matches("textarea, input[type=text], input:not([type])");

  const store = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null; // private windows may refuse
    }
  };

  const forget = (form) => {
    for (const field of form.elements) if (field.matches && typed(field) && key(field)) store((it) => it.removeItem(key(field)));
  };

  const restore = () => {
    let found = false;
    for (const field of document.querySelectorAll("form[method=post] textarea, form[method=post] input")) {
      const kept = typed(field) && key(field) && store((it) => it.getItem(key(field)));
      if (!kept || field.value !== field.defaultValue || field.value === kept) continue;
      field.value = kept;
      found = true;
    }
    if (found) notice("What you had typed here is back. It was not sent yet.");
  };

  body.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches || !typed(field) || !key(field)) return;
    store((it) => (field.value === field.defaultValue ? it.removeItem(key(field)) : it.setItem(key(field), field.value)));
  });

  // A plain post leaves the page: if it succeeds the draft is done with, and if not the browser keeps the form.
  body.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.hasAttribute("hx-post")) forget(event.target);
  });

  // --- Addresses to pass on -----------------------------------------------------------------------------------------

  // Where the page came over plain http a browser has no clipboard for it, but still copies what is selected.
  const copy = async (text, beside) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    beside.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    beside.focus();
    if (!done) throw new Error("refused");
  };

  body.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const word = button.textContent;
    try {
      await copy(button.dataset.copy || location.href.split("#")[0], button);
      button.textContent = "Copied";
    } catch {
      button.textContent = "This browser does not let us copy";
    }
    setTimeout(() => (button.textContent = word), 3000);
  });
  // --- What somebody opened stays open when its block is shown anew ---------------------------------------------------

  if (window.htmx) {
    htmx.registerExtension("kept-open", {
      htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches("details.kept"),
    });
  }

  // --- Begin ---------------------------------------------------------------------------------------------------------

  restore();
  window.addEventListener("offline", trouble);
  window.addEventListener("online", () => (stream ? again() : allWell()));
  document.addEventListener("visibilitychange", tell);
  window.addEventListener("pageshow", (event) => event.persisted && stream && again());
  if (stream && window.EventSource) connect();
  else if (stream) poll();
})();

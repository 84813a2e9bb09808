// One stream a browser: over plain http a browser has six connections to a server, for all its tabs. One tab leads, has the
// stream and tells the others; its lease in the browser's storage lapses where it sleeps or dies (ADR 0170).
const PREFIX = "twofeet-stream ";
const LEASE = 6000; // ms after which a tab that says nothing leads no more
const RENEWAL = 2000; // ms between two looks
const SETTLING = 150; // ms in which tabs that open at once agree on one
const MOST = 3; // streams to one server: each is another event's
const NEWEST = "twofeet-told"; // where there are no channels, what was told last is a line in the storage

const me = Math.random().toString(36).slice(2);
const between = self.BroadcastChannel ? new BroadcastChannel("twofeet-stream") : null;

const read = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name) || "null");
  } catch {
    return null;
  }
};

const write = (name, value) => {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch {
    // no storage: each tab for itself
  }
};

const names = () => {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
};

const holds = (lease) => lease && Math.abs(Date.now() - lease.at) < LEASE;

// Of two that lead, the one that hears more goes on, then the one that is looked at: hidden tabs are slowed down.
const outranks = (theirs, mine) => {
  const at = theirs.findIndex((it, place) => it !== mine[place]);
  return at >= 0 && theirs[at] > mine[at];
};

/**
 * What is shared with the other tabs under `key`. `rank`: how much this tab wants to hear; who wants more than the leader
 * takes the lead. Of `on`, `lead()` and `rest()` are called when this tab begins to lead and when it stops, `told(message)`
 * with what the leader tells; `asked()` gives what a tab that comes later should know.
 */
export class Shared {
  constructor(key, rank, on) {
    Object.assign(this, { key, rank, on, name: PREFIX + key, leading: false, timer: 0 });
    if (between) between.addEventListener("message", ({ data }) => this.hear(data));
    else window.addEventListener("storage", (it) => it.key === NEWEST && it.newValue && this.hear(JSON.parse(it.newValue)));
    document.addEventListener("visibilitychange", () => this.timer && !document.hidden && this.look());
  }

  /** Take part: lead where nobody does, else ask what was told. */
  join() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), RENEWAL);
    this.look();
    if (!this.leading) this.post({ kind: "hello" });
  }

  /** The page is left: somebody else leads. */
  leave() {
    clearInterval(this.timer);
    this.timer = 0;
    if (!this.leading) return;
    this.end();
    write(this.name, null);
    this.post({ kind: "gone" });
  }

  /** Tell the other tabs. */
  tell(message) {
    if (this.leading) this.post({ kind: "news", ...message });
  }

  /** Whether so many events are open here that another stream would take the connections that pages need. */
  crowded() {
    const others = names().filter((it) => it.startsWith(PREFIX) && it !== this.name);
    return others.filter((it) => holds(read(it))).length >= MOST;
  }

  post(message) {
    const whole = { ...message, key: this.key, from: me };
    if (between) between.postMessage(whole);
    else write(NEWEST, { ...whole, nonce: Math.random() });
  }

  standing() {
    return [this.rank, document.hidden ? 0 : 1, me];
  }

  renew() {
    write(this.name, { id: me, rank: this.rank, at: Date.now() });
  }

  claim() {
    this.renew();
    this.post({ kind: "lead", standing: this.standing() });
  }

  begin() {
    this.leading = true;
    this.claim();
    setTimeout(() => this.leading && this.on.lead(), SETTLING);
  }

  end() {
    this.leading = false;
    this.on.rest();
  }

  look() {
    const lease = read(this.name);
    const other = holds(lease) && lease.id !== me ? lease : null;
    if (this.leading && other) this.end();
    else if (this.leading) this.renew();
    else if (!other || other.rank < this.rank) this.begin();
  }

  hear(message) {
    if (!message || message.key !== this.key || message.from === me || !this.timer) return;
    const { kind } = message;
    if (kind === "lead" && this.leading) outranks(message.standing, this.standing()) ? this.end() : this.claim();
    else if (kind === "gone") setTimeout(() => this.timer && this.look(), SETTLING * (Math.random() + (document.hidden ? 2 : 0)));
    else if (kind === "hello" && this.leading) this.tell(this.on.asked());
    else if (kind === "news" && !this.leading) this.on.told(message);
  }
}

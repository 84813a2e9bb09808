// Where what people write waits on this phone until it is sent: IndexedDB, else what the browser has. Used by pages
// and by the service worker.
import { token } from "./fields.js";

const NAME = "twofeet";
const ITEMS = "outbox";

const onDisk = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(ITEMS, { keyPath: "key" });
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    opening.result.onversionchange = () => opening.result.close();
    resolve(inDatabase(opening.result));
  };
});

// What sets the same goes on in one series, so that the server knows what came last, whatever arrives first.
const following = (item, before) => ({ ...item, series: before?.series || token(), number: before?.number || 0 });

const withChange = (item, made) => ({ ...item, ...(typeof made === "function" ? made(item) : made) });

const inDatabase = (database) => {
  const within = (mode, act) => new Promise((resolve, reject) => {
    const work = database.transaction(ITEMS, mode, { durability: "strict" });
    let result = null;
    act(work.objectStore(ITEMS), (it) => (result = it));
    work.oncomplete = () => resolve(result);
    work.onabort = () => reject(work.error);
  });
  return {
    safe: true,
    all: () => within("readonly", (items, give) => (items.getAll().onsuccess = ({ target }) => give(target.result))),
    put: (item) => within("readwrite", (items) => {
      items.get(item.key).onsuccess = ({ target }) => items.put(following(item, target.result));
    }),
    change: (key, id, made) => within("readwrite", (items, give) => {
      items.get(key).onsuccess = ({ target }) => {
        const same = target.result?.id === id;
        give(same);
        if (same && made) items.put(withChange(target.result, made));
        else if (same) items.delete(key);
      };
    }),
  };
};

// The same in a storage of strings: all of it under one name.
const inWords = (words, safe) => {
  const read = () => JSON.parse(words.getItem(NAME) || "[]");
  const write = (items) => words.setItem(NAME, JSON.stringify(items));
  write(read());
  return {
    safe,
    all: async () => read(),
    put: async (item) => {
      const items = read();
      const before = items.find((it) => it.key === item.key);
      write([...items.filter((it) => it !== before), following(item, before)]);
    },
    change: async (key, id, made) => {
      const items = read();
      const same = items.some((it) => it.key === key && it.id === id);
      if (!same) return false;
      write(items.flatMap((it) => (it.key !== key ? [it] : made ? [withChange(it, made)] : [])));
      return true;
    },
  };
};

const inMemory = () => {
  let kept = "";
  return inWords({ getItem: () => kept, setItem: (_, text) => (kept = text) }, false);
};

const open = async () => {
  for (const one of [onDisk, () => inWords(localStorage, true), () => inWords(sessionStorage, false)]) {
    try {
      return await one();
    } catch {
      continue; // private windows may refuse
    }
  }
  return inMemory();
};

const AHEAD = "twofeet-ahead";

const readAhead = () => JSON.parse(localStorage.getItem(AHEAD) || "[]");

const changeAhead = (change) => {
  try {
    const items = change(readAhead());
    if (items.length) localStorage.setItem(AHEAD, JSON.stringify(items));
    else localStorage.removeItem(AHEAD);
  } catch {
    return; // private windows may refuse, in a worker there is none: the store alone has to do
  }
};

/** What was written in this very moment, kept at once, because opening the store takes longer than leaving the page. */
export const unsaved = {
  write: (item) => changeAhead((items) => [...items, item]),
  remove: (item) => changeAhead((items) => items.filter((it) => it.id !== item.id)),
};

// What a page that is gone had no time to put into the store. What is there of the same key and newer stays.
const caughtUp = async (items) => {
  let left = [];
  changeAhead((all) => (left = all));
  for (const item of left) {
    const found = (await items.all()).find((it) => it.key === item.key);
    if (!found || found.at < item.at) await items.put(item);
    unsaved.remove(item);
  }
  return items;
};

/**
 * The store, once it is open: `all()`, `put(item)`, and `change(key, id, made)`, which changes the item of that key, or
 * without `made` deletes it, if it still is the one with that id, and says whether; `made` may be a function of the item.
 * `safe`: it outlives the page.
 */
export const store = open().then(caughtUp);

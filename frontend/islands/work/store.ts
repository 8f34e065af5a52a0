/** The phone's own database: what waits, and a few notes about it. Every promise is kept only when it is on disk. */
import type { Item } from "./item.ts";

const NAME = "onegrid-work";
const KEPT_SENT = 30;

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("items", { keyPath: "key" });
      request.result.createObjectStore("notes");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  opened.catch(() => (opened = null));
  return opened;
}

async function within<T>(
  store: "items" | "notes",
  mode: IDBTransactionMode,
  work: (rows: IDBObjectStore) => IDBRequest<T> | void,
): Promise<T | undefined> {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const request = work(transaction.objectStore(store));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(request ? request.result : undefined);
    transaction.onabort = transaction.onerror = () => failed(transaction.error ?? (request && request.error));
  });
}

export async function allItems(): Promise<Item[]> {
  const items = (await within<Item[]>("items", "readonly", (rows) => rows.getAll())) ?? [];
  return items.sort((a, b) => a.seq - b.seq);
}

export async function oneItem(key: string): Promise<Item | undefined> {
  return within<Item | undefined>("items", "readonly", (rows) => rows.get(key));
}

/** Behind everything that is there; takes the place of `instead` in the same moment. */
export async function addItem(item: Item, instead?: string): Promise<void> {
  await within("items", "readwrite", (rows) => {
    const request = rows.getAll() as IDBRequest<Item[]>;
    request.onsuccess = () => {
      const last = Math.max(0, ...request.result.map((one) => one.seq));
      rows.put({ ...item, seq: last + 1 });
      if (instead) rows.delete(instead);
    };
  });
}

export async function putItems(items: readonly Item[]): Promise<void> {
  if (!items.length) return;
  await within("items", "readwrite", (rows) => {
    for (const item of items) rows.put(item);
  });
}

export async function dropItem(key: string): Promise<void> {
  await within("items", "readwrite", (rows) => void rows.delete(key));
}

/** Of what was sent only the last few are remembered, and only that they were. */
export async function tidy(): Promise<void> {
  const sent = (await allItems()).filter((one) => one.state === "sent");
  for (const old of sent.slice(0, -KEPT_SENT)) await dropItem(old.key);
}

export async function note(name: string): Promise<unknown> {
  return within("notes", "readonly", (rows) => rows.get(name));
}

export async function writeNote(name: string, value: unknown): Promise<void> {
  await within("notes", "readwrite", (rows) => void rows.put(value, name));
}

/** The world as sending sees it: this browser's network, clock and database. Used by pages and the service worker. */
import { type Item, phoneTime, type Reply } from "./item.ts";
import { type Outcome, type Ports, sendAll, type Who } from "./sending.ts";
import { allItems, putItems, tidy, writeNote } from "./store.ts";

const SENDING_MS = 120_000;
const SLOWEST = 20; // bytes a millisecond: a film on a poor network takes its time
const ASKING_MS = 15_000;
export const CHANNEL = "onegrid-work";

/** Told to all pages when something has changed. */
export function tell(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("changed");
  channel.close();
}

export async function who(): Promise<Who | null> {
  try {
    const answer = await fetch("/work/now/", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(ASKING_MS) });
    if (answer.status === 401 || answer.type === "opaqueredirect") return { person: "", token: "" };
    if (!answer.ok || !isJson(answer)) return null;
    return (await answer.json()) as Who;
  } catch {
    return null;
  }
}

async function post(item: Item, as: Who): Promise<Reply | null> {
  const form = new FormData();
  for (const [name, value] of item.fields) form.append(name, value);
  for (const photo of item.photos) form.append(photo.field, photo.blob, photo.name);
  const bytes = item.photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  try {
    const answer = await fetch(item.path, {
      method: "POST",
      body: form,
      redirect: "manual",
      signal: AbortSignal.timeout(SENDING_MS + bytes / SLOWEST),
      headers: {
        Accept: "application/json",
        "X-CSRFToken": as.token,
        "X-Outbox-Key": item.key,
        "X-Outbox-Person": item.person,
        "X-Outbox-Written": item.written,
        "X-Outbox-Clock": phoneTime(new Date()),
      },
    });
    const body = isJson(answer) ? ((await answer.json()) as Record<string, unknown>) : null;
    const elsewhere = answer.type === "opaqueredirect";
    return { status: answer.status, elsewhere, retryAfter: answer.headers.get("Retry-After"), body };
  } catch {
    return null;
  }
}

function isJson(answer: Response): boolean {
  return /[/+]json\b/.test(answer.headers.get("Content-Type") ?? "");
}

const PORTS: Ports = {
  items: allItems,
  put: putItems,
  who,
  post,
  now: Date.now,
  chance: Math.random,
  changed: tell,
};

/** Sends; where another sender is at it already, waits for that one first. */
export async function sendWaiting(): Promise<Outcome> {
  const work = async (): Promise<Outcome> => {
    const outcome = await sendAll(PORTS);
    await writeNote("outcome", outcome.stopped);
    if (!outcome.stopped) await writeNote("synced", new Date().toISOString());
    if (outcome.sent) await tidy();
    tell();
    return outcome;
  };
  return navigator.locks ? navigator.locks.request("onegrid-outbox", work) : work();
}

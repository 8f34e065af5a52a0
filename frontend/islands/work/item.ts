/** What waits on the phone, and what an answer of the server means for it. Pure: no clock, no network, no storage. */

export type State = "waiting" | "sent" | "refused" | "conflict" | "asked";

export interface Photo {
  field: string;
  name: string;
  blob: Blob;
}

export interface Step {
  what: string;
  who: string;
  at: string;
  words: string;
}

/** What the server said about it; `words` are for people. */
export interface Said {
  status: number;
  code: string;
  words: string;
  to?: string;
  fields?: Record<string, string[]>;
  now?: { state: string; version: number; steps: Step[] };
  alike?: { number: string; state: string; words: string; percent: number; follow: boolean }[];
}

export interface Item {
  /** Made on the phone; the server does one key once. */
  key: string;
  /** Whose it is: sent only while this person is signed in. */
  person: string;
  /** The order of writing. */
  seq: number;
  path: string;
  title: string;
  about: string;
  fields: [name: string, value: string][];
  /** What was filled in, as the form called it, to be shown again. */
  shown: [label: string, value: string][];
  photos: Photo[];
  /** ISO time of the phone's clock. */
  written: string;
  state: State;
  tries: number;
  /** How often the server itself failed at it. */
  failures: number;
  /** Not before this time (ms). */
  notBefore: number;
  said: Said | null;
  endedAt: string;
}

export type Verdict =
  | { kind: "sent"; said: Said; version?: number }
  | { kind: "no"; state: "refused" | "conflict" | "asked"; said: Said }
  | { kind: "later"; afterMs: number | null; server: boolean }
  | { kind: "sign-in" }
  | { kind: "token" };

export interface Reply {
  status: number;
  /** The answer was a way to another page: the session is over. */
  elsewhere: boolean;
  retryAfter: string | null;
  /** null: it was no JSON. */
  body: Record<string, unknown> | null;
}

/** The case went on without this: both sides are shown. */
const CONFLICTS = new Set(["changed_meanwhile", "step_not_allowed", "case_is_final", "case_is_held", "not_done"]);
const LATER = new Set([408, 425, 429]);

export function judged(reply: Reply, now: number): Verdict {
  const { status, body } = reply;
  if (reply.elsewhere || status === 401) return { kind: "sign-in" };
  if (status >= 500 || LATER.has(status)) {
    return { kind: "later", afterMs: waitOf(reply.retryAfter, now), server: status >= 500 };
  }
  if (status < 300) {
    // a network that asks to be paid for answers everything with a page of its own
    if (!body) return { kind: "later", afterMs: null, server: false };
    const words = ((body.words as string[] | undefined) ?? []).join(" ");
    const said: Said = { status, code: "", words, to: (body.to as string | undefined) ?? "" };
    return { kind: "sent", said, ...(typeof body.version === "number" ? { version: body.version } : {}) };
  }
  if (status === 403 && !body) return { kind: "token" };
  const details = (body?.details ?? {}) as Partial<Said>;
  const code = (body?.code as string | undefined) ?? `http_${status}`;
  const said: Said = { status, code, words: (body?.title as string | undefined) ?? "", ...parts(details) };
  const state = code === "alike_open" ? "asked" : CONFLICTS.has(code) ? "conflict" : "refused";
  return { kind: "no", state, said };
}

function parts(details: Partial<Said>): Partial<Said> {
  const { fields, now, alike } = details;
  return { ...(fields ? { fields } : {}), ...(now ? { now } : {}), ...(alike ? { alike } : {}) };
}

/** Retry-After (RFC 9110 10.2.3) as milliseconds from now: seconds or a date. */
export function waitOf(retryAfter: string | null, now: number): number | null {
  if (!retryAfter) return null;
  const until = /^\d+$/.test(retryAfter) ? now + Number(retryAfter) * 1000 : Date.parse(retryAfter);
  return Number.isNaN(until) ? null : Math.max(0, until - now);
}

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/** Twice as long each time, with chance in it so that a street of phones does not come back in one second. */
export function backOff(tries: number, chance: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1)) * (0.5 + chance / 2);
}

/** Items of one matter wait for each other; those of another do not once the server itself fails at one. */
export function matterOf(path: string): string {
  const number = /^\/work\/([A-Z]+\d[^/]*)\//.exec(path)?.[1];
  return number ?? path;
}

const SET_ASIDE_AFTER = 3;

/** The item to send now, or how long to wait for one (null: nothing waits). In order of writing. */
export function nextOf(items: readonly Item[], now: number): { item: Item } | { waitMs: number | null } {
  const blocked = new Set<string>();
  let soonest: number | null = null;
  for (const item of items.filter((one) => one.state === "waiting").sort((a, b) => a.seq - b.seq)) {
    if (blocked.has(matterOf(item.path))) continue;
    if (item.notBefore <= now) return { item };
    soonest = Math.min(soonest ?? Infinity, item.notBefore - now);
    if (item.failures < SET_ASIDE_AFTER) break;
    blocked.add(matterOf(item.path));
  }
  return { waitMs: soonest };
}

/** My own step made the version new: what I wrote after it on the same page of the case still fits. */
export function carriedOn(items: readonly Item[], done: Item, version: number): Item[] {
  const before = valueOf(done, "version");
  if (before === undefined) return [];
  return items
    .filter((one) => one.state === "waiting" && one.seq > done.seq && matterOf(one.path) === matterOf(done.path))
    .filter((one) => valueOf(one, "version") === before)
    .map((one) => withField(one, "version", String(version)));
}

export function valueOf(item: Item, name: string): string | undefined {
  return item.fields.find(([field]) => field === name)?.[1];
}

export function withField(item: Item, name: string, value: string): Item {
  const others = item.fields.filter(([field]) => field !== name);
  return { ...item, fields: [...others, [name, value]] };
}

/** Sent once more under a new key; `fields` are set on top. A form's own key is the outbox's. */
export function anew(item: Item, key: string, fields: Record<string, string> = {}): Item {
  let made: Item = { ...item, key, state: "waiting", tries: 0, failures: 0, notBefore: 0, said: null, endedAt: "" };
  if (valueOf(item, "key") !== undefined) made = withField(made, "key", key);
  for (const [name, value] of Object.entries(fields)) made = withField(made, name, value);
  return made;
}

/** What could not be done becomes a line in the case's timeline, with its photos; null where there is no case. */
export function asNote(item: Item, key: string): Item | null {
  const number = /^\/work\/([A-Z]+\d[^/]*)\/[a-z_]+\/$/.exec(item.path)?.[1];
  const version = item.said?.now?.version;
  if (!number || version === undefined) return null;
  const said = item.shown.map(([label, value]) => `${label}: ${value}`);
  const words = [`${item.title} (${item.written.slice(0, 16).replace("T", " ")})`, ...said].join("\n");
  const fields: [string, string][] = [["version", String(version)], ["words", words.slice(0, 2000)]];
  const photos = item.photos.slice(0, 6).map((photo) => ({ ...photo, field: "photos" }));
  return { ...anew(item, key), path: `/work/${number}/note/`, fields, photos };
}

export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** "2026-11-26T09:30:00.000+08:00": the phone's own time with its offset. */
export function phoneTime(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

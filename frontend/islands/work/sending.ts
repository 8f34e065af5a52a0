/** Sending what waits, in order, by one sender at a time: a page, another page or the service worker. */
import { backOff, carriedOn, type Item, judged, nextOf, type Reply, type Verdict } from "./item.ts";

/** Who is signed in: null when the network or the server does not say, "" when nobody is. */
export interface Who {
  person: string;
  token: string;
}

/** What sending needs of the world; tests give their own. */
export interface Ports {
  items(): Promise<Item[]>;
  put(items: readonly Item[]): Promise<void>;
  who(): Promise<Who | null>;
  post(item: Item, who: Who): Promise<Reply | null>;
  now(): number;
  chance(): number;
  changed(): void;
}

export interface Outcome {
  /** Why it stopped before the end; "" when nothing of this person waits any more. */
  stopped: "" | "network" | "sign-in" | "later" | "other-person";
  waitMs: number | null;
  sent: number;
}

export async function sendAll(ports: Ports): Promise<Outcome> {
  let who: Who | null | undefined;
  let renewed = false;
  let sent = 0;
  for (;;) {
    const every = await ports.items();
    const waiting = every.filter((one) => one.state === "waiting");
    if (!waiting.length) return { stopped: "", waitMs: null, sent };
    who ??= await ports.who();
    if (!who) return { stopped: "network", waitMs: backOff(1, ports.chance()), sent };
    if (!who.person) return { stopped: "sign-in", waitMs: null, sent };
    const mine = waiting.filter((one) => one.person === who!.person);
    if (!mine.length) return { stopped: "other-person", waitMs: null, sent };
    const next = nextOf(mine, ports.now());
    if (!("item" in next)) return { stopped: "later", waitMs: next.waitMs, sent };
    const item = next.item;
    const reply = await ports.post(item, who);
    const verdict: Verdict = reply ? judged(reply, ports.now()) : { kind: "later", afterMs: null, server: false };
    if (verdict.kind === "sign-in") return { stopped: "sign-in", waitMs: null, sent };
    if (verdict.kind === "token" && !renewed) {
      // the token in hand is of an older session: ask for a new one, once
      renewed = true;
      who = undefined;
      continue;
    }
    await ports.put(after(item, verdict, every, ports));
    ports.changed();
    if (verdict.kind === "sent") sent += 1;
    renewed = false;
    if (!reply) return { stopped: "network", waitMs: backOff(item.tries + 1, ports.chance()), sent };
  }
}

/** The rows as they stand after the answer. */
export function after(item: Item, verdict: Verdict, every: readonly Item[], ports: Pick<Ports, "now" | "chance">): Item[] {
  const endedAt = new Date(ports.now()).toISOString();
  if (verdict.kind === "sent") {
    // what was sent is on the server: the phone keeps no copy of it
    const done: Item = { ...item, state: "sent", said: verdict.said, endedAt, fields: [], shown: [], photos: [] };
    return [done, ...(verdict.version === undefined ? [] : carriedOn(every, item, verdict.version))];
  }
  if (verdict.kind === "no") return [{ ...item, state: verdict.state, said: verdict.said, endedAt }];
  const tries = item.tries + 1;
  const asked = verdict.kind === "later" ? verdict.afterMs : null;
  const wait = Math.max(asked ?? 0, backOff(tries, ports.chance()));
  const failed = verdict.kind === "token" || (verdict.kind === "later" && verdict.server);
  return [{ ...item, tries, failures: item.failures + (failed ? 1 : 0), notBefore: ports.now() + wait }];
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Item, Reply } from "./item.ts";
import { type Ports, sendAll, type Who } from "./sending.ts";

const NUMBER = "/work/YW20261126-00000018";

function anItem(seq: number, more: Partial<Item> = {}): Item {
  return {
    key: `key-${seq}`, person: "7", seq, path: `${NUMBER}/verify/`, title: "", about: "", fields: [["version", "1"]], shown: [],
    photos: [], written: "", state: "waiting", tries: 0, failures: 0, notBefore: 0, said: null, endedAt: "", ...more,
  };
}

/** A phone and a server in memory: `answers` in order; each post is remembered by key and token. */
class World implements Ports {
  rows = new Map<string, Item>();
  posts: string[] = [];
  clock = 1_000_000;
  people: (Who | null)[];
  answers: (Reply | null | (() => Reply | null))[];

  constructor(items: Item[], answers: World["answers"], people: World["people"] = [{ person: "7", token: "t1" }]) {
    for (const item of items) this.rows.set(item.key, item);
    this.answers = answers;
    this.people = people;
  }

  items = async (): Promise<Item[]> => [...this.rows.values()].sort((a, b) => a.seq - b.seq);
  put = async (items: readonly Item[]): Promise<void> => items.forEach((item) => this.rows.set(item.key, item));
  who = async (): Promise<Who | null> => (this.people.length > 1 ? this.people.shift()! : this.people[0]!);
  post = async (item: Item, who: Who): Promise<Reply | null> => {
    this.posts.push(`${item.key} ${who.token} v${item.fields.find(([name]) => name === "version")?.[1]}`);
    const next = this.answers.shift();
    return typeof next === "function" ? next() : (next ?? null);
  };
  now = (): number => this.clock;
  chance = (): number => 1;
  changed = (): void => {};

  get states(): string[] {
    return [...this.rows.values()].map((item) => item.state);
  }
}

const answer = (status: number, body: Record<string, unknown> | null = null, more: Partial<Reply> = {}): Reply => ({
  status, elsewhere: false, retryAfter: null, body, ...more,
});
const done = (version?: number): Reply => answer(200, { to: "/work/", words: ["done"], ...(version ? { version } : {}) });

test("all go in order, my own later steps with the version that the earlier made; nothing of them stays here", async () => {
  const world = new World([anItem(1), anItem(2, { path: `${NUMBER}/note/` })], [done(2), done(3)]);
  assert.deepEqual(await sendAll(world), { stopped: "", waitMs: null, sent: 2 });
  assert.deepEqual(world.posts, ["key-1 t1 v1", "key-2 t1 v2"]);
  assert.deepEqual(world.states, ["sent", "sent"]);
  assert.ok([...world.rows.values()].every((item) => !item.fields.length && !item.photos.length));
});

test("no network: nothing is lost, and the order is kept", async () => {
  const world = new World([anItem(1), anItem(2)], [null]);
  const outcome = await sendAll(world);
  assert.equal(outcome.stopped, "network");
  assert.deepEqual([world.posts.length, world.states], [1, ["waiting", "waiting"]]);
  assert.equal((await sendAll(new World([anItem(1)], [], [null]))).stopped, "network");
});

test("the answer was lost: the same key goes again", async () => {
  const world = new World([anItem(1)], [null, done()]);
  await sendAll(world);
  world.clock += 60_000;
  assert.equal((await sendAll(world)).sent, 1);
  assert.deepEqual(world.posts, ["key-1 t1 v1", "key-1 t1 v1"]);
});

test("the session is over: everything waits for the same person", async () => {
  const world = new World([anItem(1)], [answer(401, { code: "signed_out" })]);
  assert.equal((await sendAll(world)).stopped, "sign-in");
  assert.deepEqual(world.states, ["waiting"]);
  const other = new World([anItem(1)], [], [{ person: "8", token: "t" }]);
  assert.equal((await sendAll(other)).stopped, "other-person");
  assert.equal(other.posts.length, 0);
  assert.equal((await sendAll(new World([anItem(1)], [], [{ person: "", token: "" }]))).stopped, "sign-in");
});

test("a stale token is asked for anew, once", async () => {
  const people: Who[] = [{ person: "7", token: "old" }, { person: "7", token: "new" }];
  const world = new World([anItem(1)], [answer(403), done()], [...people]);
  assert.equal((await sendAll(world)).sent, 1);
  assert.deepEqual(world.posts, ["key-1 old v1", "key-1 new v1"]);
  const stubborn = new World([anItem(1)], [answer(403), answer(403)], [...people]);
  assert.equal((await sendAll(stubborn)).stopped, "later");
  assert.deepEqual(stubborn.states, ["waiting"]);
});

test("the server says no: kept for the person with its words, and the next goes on", async () => {
  const no = answer(409, { code: "changed_meanwhile", title: "Meanwhile …", details: { now: { state: "Filed", version: 4, steps: [] } } });
  const world = new World([anItem(1), anItem(2)], [no, done()]);
  assert.equal((await sendAll(world)).sent, 1);
  const kept = world.rows.get("key-1")!;
  assert.deepEqual([kept.state, kept.said?.words, kept.said?.now?.version], ["conflict", "Meanwhile …", 4]);
  assert.deepEqual(kept.fields, [["version", "1"]]);
});

test("the server fails: tried again with patience, Retry-After when it is longer", async () => {
  const world = new World([anItem(1)], [answer(503, null, { retryAfter: "600" })]);
  assert.deepEqual(await sendAll(world), { stopped: "later", waitMs: 600_000, sent: 0 });
  const [item] = [...world.rows.values()];
  assert.deepEqual([item!.tries, item!.failures, item!.notBefore], [1, 1, world.clock + 600_000]);
  const short = new World([anItem(1, { tries: 3 })], [answer(429, null, { retryAfter: "1" })]);
  assert.equal((await sendAll(short)).waitMs, 40_000);
  assert.equal(short.rows.get("key-1")!.failures, 0);
});

test("one that the server fails at does not hold up the other cases for ever", async () => {
  const other = anItem(2, { path: "/work/YW20261126-00000026/note/" });
  const world = new World([anItem(1, { failures: 2, tries: 2 }), other], [answer(500), done()]);
  assert.equal((await sendAll(world)).sent, 1);
  assert.deepEqual(world.states, ["waiting", "sent"]);
});

test("what is written while it sends goes along", async () => {
  const world = new World([anItem(1)], []);
  world.answers.push(() => {
    world.rows.set("key-2", anItem(2));
    return done();
  }, done());
  assert.equal((await sendAll(world)).sent, 2);
});

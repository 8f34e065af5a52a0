import assert from "node:assert/strict";
import { test } from "node:test";
import { anew, asNote, backOff, carriedOn, type Item, judged, matterOf, nextOf, phoneTime, type Reply, waitOf, withField } from "./item.ts";

const NOW = Date.parse("2026-11-26T02:00:00Z");

function anItem(seq: number, more: Partial<Item> = {}): Item {
  return {
    key: `key-${seq}`, person: "7", seq, path: "/work/YW20261126-00000018/verify/", title: "Verify", about: "",
    fields: [["version", "1"], ["found", "yes"]], shown: [["What did you find on site?", "It is as reported"]], photos: [],
    written: "2026-11-26T09:30:00.000+08:00", state: "waiting", tries: 0, failures: 0, notBefore: 0, said: null, endedAt: "",
    ...more,
  };
}

const reply = (status: number, body: Record<string, unknown> | null = null, more: Partial<Reply> = {}): Reply => ({
  status, elsewhere: false, retryAfter: null, body, ...more,
});
const problem = (status: number, code: string, details = {}): Reply => reply(status, { code, title: "No", details });

test("every answer of a server, a proxy or a paying network means one thing", () => {
  const table: [Reply, string][] = [
    [reply(200, { to: "/work/", words: ["ok"] }), "sent"],
    [reply(200), "later"], // a page of somebody's own where ours was expected
    [reply(0, null, { elsewhere: true }), "sign-in"],
    [problem(401, "signed_out"), "sign-in"],
    [reply(403), "token"],
    [problem(403, "not_allowed"), "refused"],
    [problem(404, "not_found"), "refused"],
    [problem(409, "changed_meanwhile"), "conflict"],
    [problem(409, "case_is_final"), "conflict"],
    [problem(409, "alike_open", { alike: [] }), "asked"],
    [problem(409, "key_used_for_another_request"), "refused"],
    [problem(422, "form_refused"), "refused"],
    [reply(413), "refused"],
    [reply(408), "later"],
    [reply(429), "later"],
    [reply(500), "later"],
    [problem(503, "unavailable"), "later"],
  ];
  for (const [given, wanted] of table) {
    const verdict = judged(given, NOW);
    assert.equal(verdict.kind === "no" ? verdict.state : verdict.kind, wanted, JSON.stringify(given));
  }
});

test("what the server asks for in patience it gets", () => {
  assert.equal(waitOf("120", NOW), 120_000);
  assert.equal(waitOf("Thu, 26 Nov 2026 02:01:00 GMT", NOW), 60_000);
  assert.equal(waitOf("Thu, 26 Nov 2026 01:00:00 GMT", NOW), 0);
  assert.equal(waitOf("soon", NOW), null);
  assert.deepEqual(judged(reply(429, null, { retryAfter: "30" }), NOW), { kind: "later", afterMs: 30_000, server: false });
});

test("the wait doubles, has chance in it, and ends at a quarter of an hour", () => {
  assert.deepEqual([1, 2, 3].map((tries) => backOff(tries, 1)), [5_000, 10_000, 20_000]);
  assert.equal(backOff(1, 0), 2_500);
  assert.equal(backOff(60, 1), 15 * 60_000);
});

test("items go in the order of writing, and one matter waits for its own", () => {
  const other = "/work/YW20261126-00000026/note/";
  const [first, second] = [anItem(1), anItem(2, { path: other })];
  assert.deepEqual(nextOf([second, first], NOW), { item: first });
  const held = anItem(1, { notBefore: NOW + 5_000 });
  assert.deepEqual(nextOf([held, second], NOW), { waitMs: 5_000 });
  // the server fails at it again and again: others need not wait, its own matter does
  const broken = { ...held, failures: 3 };
  assert.deepEqual(nextOf([broken, anItem(2), anItem(3, { path: other })], NOW), { item: anItem(3, { path: other }) });
  assert.deepEqual(nextOf([broken, anItem(2)], NOW), { waitMs: 5_000 });
  assert.deepEqual(nextOf([anItem(1, { state: "sent" }), anItem(2, { state: "conflict" })], NOW), { waitMs: null });
});

test("my own step makes no conflict of what I wrote after it", () => {
  const done = anItem(1);
  const later = anItem(2, { path: "/work/YW20261126-00000018/note/" });
  const seenLater = anItem(3, { fields: [["version", "2"]] });
  const another = anItem(4, { path: "/work/YW20261126-00000026/note/" });
  const carried = carriedOn([done, later, seenLater, another], done, 2);
  assert.deepEqual(carried, [withField(later, "version", "2")]);
  assert.deepEqual(carriedOn([later], anItem(1, { fields: [] }), 2), []);
});

test("a matter is a case by its number, else the page", () => {
  assert.equal(matterOf("/work/YW20261126-00000018/verify/"), "YW20261126-00000018");
  assert.equal(matterOf("/work/report/"), "/work/report/");
});

test("sent anew it has a new key, in the form too", () => {
  const report = anItem(1, { path: "/work/report/", fields: [["key", "key-1"], ["text", "坑"]], state: "asked", tries: 4 });
  const made = anew(report, "new-key", { different: "1" });
  assert.deepEqual([made.key, made.state, made.tries], ["new-key", "waiting", 0]);
  assert.deepEqual(Object.fromEntries(made.fields), { text: "坑", key: "new-key", different: "1" });
});

test("what came too late becomes a note on the case as it is now, photos included", () => {
  const photo = { field: "result_photos", name: "a.jpg", blob: new Blob(["x"]) };
  const late = anItem(1, {
    photos: [photo],
    said: { status: 409, code: "changed_meanwhile", words: "No", now: { state: "Filed", version: 5, steps: [] } },
  });
  const note = asNote(late, "note-key")!;
  assert.equal(note.path, "/work/YW20261126-00000018/note/");
  assert.deepEqual(Object.fromEntries(note.fields), {
    version: "5",
    words: "Verify (2026-11-26 09:30)\nWhat did you find on site?: It is as reported",
  });
  assert.deepEqual(note.photos, [{ ...photo, field: "photos" }]);
  assert.equal(asNote(anItem(1), "k"), null); // nobody said how the case stands
  assert.equal(asNote({ ...late, path: "/work/report/" }, "k"), null);
});

test("the phone's time carries its offset", () => {
  const told = phoneTime(new Date("2026-11-26T02:00:00.123Z"));
  assert.match(told, /^2026-11-2\dT\d\d:\d\d:00\.123[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(told), Date.parse("2026-11-26T02:00:00.123Z"));
});

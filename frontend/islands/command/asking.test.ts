import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking, GAP } from "./asking.ts";

const IN = Number.NaN;

test("what is heard together is asked for once, soon and spread", () => {
  const asking = new Asking();
  const first = asking.heard(1000, 0);
  assert.ok(first !== null && first < 100);
  assert.equal(asking.heard(1010, 1), null);
  const other = new Asking().heard(1000, 1);
  assert.ok(other !== null && other > 400 && other < 700);
  assert.equal(asking.begin(1200), 200);
  assert.equal(asking.end(IN, 1250, 0), null);
});

test("no screen asks more often than the gap", () => {
  const asking = new Asking();
  asking.heard(0, 0);
  asking.begin(50);
  asking.end(IN, 80, 0);
  assert.equal(asking.heard(100, 0), 50 + GAP - 100);
});

test("what is heard while an answer is under way is asked for afterwards", () => {
  const asking = new Asking();
  asking.heard(0, 0);
  asking.begin(50);
  assert.equal(asking.heard(60, 0), null);
  const wait = asking.end(IN, 100, 0);
  assert.equal(wait, 50 + GAP - 100);
  assert.equal(asking.begin(1000), 940); // since it was heard at 60
});

test("what is not in yet is asked for again, and counts from when it was heard", () => {
  const asking = new Asking();
  asking.heard(0, 0);
  asking.begin(100);
  assert.equal(asking.end(300, 120, 0), 300);
  assert.equal(asking.begin(420), 420);
  assert.equal(asking.end(IN, 430, 0), null);
});

test("a question by the clock is for nothing heard", () => {
  const asking = new Asking();
  assert.equal(asking.begin(5), null);
  assert.equal(asking.end(IN, 6, 0), null);
});

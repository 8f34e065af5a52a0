import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf, DAY, Player, type Step } from "./player.ts";

const STEPS: Step[] = [
  [100, 118, 37, 1, 0],
  [160, 118, 37, 1, 1],
  [160, null, null, 2, 0],
  [40_000, 118, 37, null, 5],
];

function player(): Player {
  const made = new Player(6);
  made.add(STEPS);
  made.playing = true;
  return made;
}

test("a second of the wall is as many of the day as the speed says", () => {
  const one = player();
  one.speed = 60;
  assert.deepEqual(one.advance(1), []);
  assert.deepEqual(one.advance(1).map((step) => step[0]), [100]);
  assert.equal(one.at, 120);
  one.speed = 300;
  assert.equal(one.advance(1).length, 2);
  assert.deepEqual(one.counts, [2, 1, 0, 0, 0, 0]);
});

test("paused, nothing happens", () => {
  const one = player();
  one.playing = false;
  assert.deepEqual(one.advance(10), []);
  assert.equal(one.at, 0);
});

test("scrubbing back counts anew", () => {
  const one = player();
  one.seek(DAY);
  assert.deepEqual(one.counts, [2, 1, 0, 0, 0, 1]);
  one.seek(120);
  assert.deepEqual(one.counts, [1, 0, 0, 0, 0, 0]);
  assert.equal(one.done, 1);
  one.seek(-5);
  assert.equal(one.at, 0);
});

test("the day ends, and the player stops", () => {
  const one = player();
  one.speed = 300;
  for (let turn = 0; turn < 300; turn += 1) one.advance(1);
  assert.equal(one.playing, false);
  assert.equal(one.at, DAY - 1);
  assert.equal(one.done, STEPS.length);
});

test("times are read as a clock", () => {
  assert.deepEqual([0, 3661, DAY - 1].map(clockOf), ["00:00", "01:01", "23:59"]);
});

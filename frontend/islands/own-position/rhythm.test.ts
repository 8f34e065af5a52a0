import assert from "node:assert/strict";
import { test } from "node:test";
import { fields, Rhythm } from "./rhythm.ts";

test("the first goes at once, the next not before its time", () => {
  const rhythm = new Rhythm(60);
  assert.equal(rhythm.take(1_000), true);
  assert.equal(rhythm.take(60_999), false);
  assert.equal(rhythm.take(61_000), true);
});

test("after one that did not arrive the next may go", () => {
  const rhythm = new Rhythm(60);
  rhythm.take(0);
  rhythm.failed();
  assert.equal(rhythm.take(1), true);
});

test("a position is written with six decimals, and accuracy in whole metres", () => {
  assert.deepEqual(fields({ longitude: 118.0212345678, latitude: 37.38, accuracy: 12.6 }), {
    lon: "118.021235",
    lat: "37.380000",
    accuracy: "13",
  });
  assert.equal(fields({ longitude: 1, latitude: 2 }).accuracy, "");
});

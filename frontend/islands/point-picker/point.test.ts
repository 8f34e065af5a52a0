import assert from "node:assert/strict";
import { test } from "node:test";
import { readPoint, shortPoint } from "./point.ts";

test("a point needs both inputs, and must be on earth", () => {
  assert.deepEqual(readPoint("118.02", "37.38"), [118.02, 37.38]);
  for (const [lon, lat] of [["", ""], ["118", ""], ["x", "37"], ["181", "37"], ["118", "91"]]) {
    assert.equal(readPoint(lon!, lat!), null);
  }
});

test("written with six digits", () => {
  assert.deepEqual(shortPoint([118.0204444444, 37.38]), ["118.020444", "37.380000"]);
});

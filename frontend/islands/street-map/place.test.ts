import assert from "node:assert/strict";
import { test } from "node:test";
import { absolute } from "./config.ts";
import { readPlace, writePlace } from "./place.ts";

test("what is written is read back", () => {
  const view = { zoom: 15.2, lat: 37.38012, lon: 118.02044, pitch: 45, bearing: -15 };
  assert.deepEqual(readPlace(writePlace({ view, grid: 12 })), { view, grid: 12 });
  assert.deepEqual(readPlace(writePlace({ view, grid: null })), { view, grid: null });
  assert.deepEqual(readPlace(writePlace({ view: null, grid: 3 })), { view: null, grid: 3 });
});

test("pitch and bearing may be left out", () => {
  assert.deepEqual(readPlace("#map=14/37/118").view, { zoom: 14, lat: 37, lon: 118, pitch: 0, bearing: 0 });
});

for (const hash of ["", "#main", "#map=", "#map=14", "#map=a/b/c", "#map=14/97/118", "#map=14/37/999", "#grid=-1", "#grid=x"]) {
  test(`nothing is read from ${hash || "an empty hash"}`, () => {
    assert.deepEqual(readPlace(hash), { view: null, grid: null });
  });
}

test("only addresses of this site get its host", () => {
  assert.equal(absolute("/api/{z}", "http://x"), "http://x/api/{z}");
  assert.equal(absolute("https://other/{z}", "http://x"), "https://other/{z}");
});

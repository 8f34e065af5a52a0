import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf, type News, Places } from "./places.ts";

const opened: News = [11, 1, "YW1", "reported", false, 100, 118, 37, "open"];
const closed: News = [12, 1, "YW1", "", false, null, 118, 37, "close"];

test("a case falls in once and goes when it is over", () => {
  const places = new Places();
  assert.deepEqual(places.take([opened], 50), [{ lon: 118, lat: 37, look: "normal", opened: true }]);
  assert.deepEqual(places.take([opened], 50), []);
  assert.equal(places.features(50).features.length, 1);
  assert.equal(places.take([closed, opened], 50).length, 1);
  assert.equal(places.features(50).features.length, 0);
});

test("steps of the page as it came are no news", () => {
  const places = new Places();
  assert.deepEqual(places.take([opened], 50, true), []);
  assert.deepEqual(places.take([opened], 50), []);
});

test("without a place there is nothing to show", () => {
  assert.deepEqual(new Places().take([[13, 2, "YW2", "reported", false, null, null, null, "open"]], 50), []);
});

test("an emergency stands before an overdue clock", () => {
  assert.deepEqual([lookOf(true, 1, 50), lookOf(false, 1, 50), lookOf(false, 60, 50), lookOf(false, null, 50)], ["urgent", "late", "normal", "normal"]);
});

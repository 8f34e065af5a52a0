import assert from "node:assert/strict";
import { test } from "node:test";
import { Ways } from "./ways.ts";

const line = (way: number, id: number): GeoJSON.Feature => ({
  type: "Feature",
  properties: { way, id, n: 1 },
  geometry: { type: "LineString", coordinates: [[118, 37], [118.1, 37]] },
});

test("a new way asks for its line once, also when there is none", () => {
  const ways = new Ways();
  assert.equal(ways.take({ 7: { 70: "asked" } }), true);
  assert.equal(ways.take({ 7: { 70: "shown" } }), false);
  assert.equal(ways.count, 1);
});

test("sections have the state of the newest piece; what is over is not drawn", () => {
  const ways = new Ways();
  ways.take({ 7: { 70: "asked" }, 8: { 80: "shown" } });
  ways.load({ type: "FeatureCollection", features: [line(7, 70), line(8, 80)] });
  ways.take({ 7: { 70: "shown" } });
  assert.deepEqual(ways.features().features.map((one) => one.properties), [{ way: 7, id: 70, n: 1, state: "shown" }]);
});

test("lines that came with the page are not asked for again", () => {
  const ways = new Ways();
  ways.load({ type: "FeatureCollection", features: [line(7, 70)] });
  assert.equal(ways.take({ 7: { 70: "asked" } }), false);
});

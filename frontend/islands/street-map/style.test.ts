import assert from "node:assert/strict";
import { test } from "node:test";
import { isShown, SWITCHES } from "./layers.ts";
import { palette } from "./palette.ts";
import { mapStyle, UNIT_GRIDS_FROM } from "./style.ts";

const colours = palette((name) => (name === "--font" ? "sans-serif" : "#123456"));
const bounds: [number, number, number, number] = [118, 37.3, 118.1, 37.4];
const everything = { base: "/b", areas: "/a", things: "/t", establishments: "/e", party: "/p", units: "/u" };

test("every layer of a switch exists when all sources are given", () => {
  const drawn = new Set(mapStyle({ tiles: everything, bounds }, colours, "http://x").layers.map(({ id }) => id));
  for (const layer of Object.values(SWITCHES).flat()) assert.ok(drawn.has(layer), layer);
});

test("residents get no layer of a source they may not see", () => {
  const style = mapStyle({ tiles: { base: "/b", areas: "/a" }, bounds }, colours, "http://x");
  const used = new Set(style.layers.map((layer) => ("source" in layer ? layer.source : "land")));
  assert.deepEqual([...used].sort(), ["areas", "base", "land"]);
  assert.deepEqual(Object.keys(style.sources), ["base", "areas"]);
});

test("unit grids are fetched and drawn from close only, and not before they are asked for", () => {
  const style = mapStyle({ tiles: everything, bounds }, colours, "http://x");
  assert.equal((style.sources.units as { minzoom: number }).minzoom, UNIT_GRIDS_FROM);
  const drawn = style.layers.filter((layer) => "source" in layer && layer.source === "units");
  assert.equal(drawn.length, 2);
  for (const layer of drawn) {
    assert.ok(layer.minzoom! >= UNIT_GRIDS_FROM);
    assert.equal(layer.layout?.visibility, "none");
  }
});

test("no glyph server and no sprite: letters come from the reader's fonts", () => {
  const style = mapStyle({ tiles: everything, bounds }, colours, "http://x");
  assert.equal(style.glyphs, undefined);
  assert.equal(style.sprite, undefined);
});

test("buildings stand above the lines of grids, so a line never runs over a roof", () => {
  const order = mapStyle({ tiles: everything, bounds }, colours, "http://x").layers.map(({ id }) => id);
  assert.ok(order.indexOf("building") > order.indexOf("grid-line"));
  assert.ok(order.indexOf("building") > order.indexOf("community-line"));
});

test("a raster lies below our own layers and names its source", () => {
  const raster = { picture: "https://r/{z}", labels: "https://r/{z}", attribution: "© R" };
  const style = mapStyle({ tiles: everything, bounds, raster }, colours, "http://x");
  assert.equal(style.layers[1]!.id, "picture");
  assert.equal((style.sources.picture as { attribution: string }).attribution, "© R");
});

test("buildings stand or lie, and neither when switched off", () => {
  assert.equal(isShown("building", true, true), true);
  assert.equal(isShown("building", true, false), false);
  assert.equal(isShown("building-flat", true, false), true);
  assert.equal(isShown("building-flat", false, false), false);
  assert.equal(isShown("firm", false, true), false);
});

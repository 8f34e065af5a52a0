import assert from "node:assert/strict";
import { test } from "node:test";
import { answeredBy, type Box, isForEver, linksOf, photosOf, tileAt, tilesOf, withoutPosition } from "./kept.ts";

const ORIGIN = "https://grid.example";
const way = (path: string, mode = "navigate", method = "GET", origin = ORIGIN): string =>
  answeredBy({ method, mode }, new URL(path, origin), ORIGIN);

test("only the worker's own pages are kept, and nothing of the desk", () => {
  const table: [string, string][] = [
    [way("/work/"), "page"],
    [way("/work/YW20261126-00000018/verify/"), "page"],
    [way("/work/now/"), "network"],
    [way("/work/sw.js"), "network"],
    [way("/cases/"), "network"],
    [way("/operator/outbox/"), "network"],
    [way("/account/login/"), "network"],
    [way("/work/", "navigate", "POST"), "network"],
    [way("/work/now/", "cors"), "network"],
    [way("/work/", "cors"), "network"],
    [way("/work/YW1/photos/3/", "no-cors"), "photo"],
    [way("/static/assets/site-C-TKnmUJ.js", "cors"), "asset"],
    [way("/api/v1/tiles/base/12/3/4.mvt?v=1", "cors"), "tile"],
    [way("/api/v1/tiles/things/12/3/4.mvt", "cors"), "network"], // of one viewer's scope
    [way("/api/v1/cases", "cors"), "network"],
    [way("/static/x.js", "cors", "GET", "https://elsewhere.example"), "network"],
  ];
  for (const [found, wanted] of table) assert.equal(found, wanted);
});

test("links and photos of a page", () => {
  const html = `<a class="x" href="/work/YW1/">1</a><a href="/work/YW1/#top">again</a><a href="/cases/">desk</a>
    <a href="/work/?day=1&amp;x=2">more</a><a href="/work/now/">no</a><a href="/work/YW1/photos/3/"><img alt="" src="/work/YW1/photos/3/"></a>`;
  assert.deepEqual(linksOf(html), ["/work/YW1/", "/work/?day=1&x=2"]);
  assert.deepEqual(photosOf(html), ["/work/YW1/photos/3/"]);
});

test("a kept page does not say where the reader stood", () => {
  const html = `<input type="hidden" name="lon" value="118.02" id="id_lon"><input type="number" name="lat" value="37.4" step="any">
    <input name="key" value="k"><input name="lat">`;
  assert.equal(
    withoutPosition(html),
    `<input type="hidden" name="lon" id="id_lon"><input type="number" name="lat" step="any">
    <input name="key" value="k"><input name="lat">`,
  );
});

test("a name with a hash is for ever", () => {
  assert.ok(isForEver("/static/assets/site-C-TKnmUJ.js") && !isForEver("/static/icons.svg"));
});

test("tiles around my grids, far ones first, never too many", () => {
  const box: Box = [118.02, 37.38, 118.03, 37.39];
  const made = tilesOf(["/b/{z}/{x}/{y}.mvt?v=1", "/a/{z}/{x}/{y}.mvt"], box);
  assert.equal(made[0], `/b/11/${tileAt(118.02, 37.38, 11).join("/")}.mvt?v=1`);
  assert.ok(made.length <= 400 && made.some((path) => path.startsWith("/a/16/")));
  assert.equal(new Set(made).size, made.length);
  assert.ok(tilesOf(["/b/{z}/{x}/{y}"], [117, 37, 119, 38]).length <= 400);
  assert.deepEqual(tilesOf(["/b/{z}/{x}/{y}"], [-180, -85, 180, 85]), []);
});

test("the pyramid begins in the north-west", () => {
  assert.deepEqual(tileAt(-179.9, 85, 1), [0, 0]);
  assert.deepEqual(tileAt(179.9, -85, 1), [1, 1]);
  assert.deepEqual(tileAt(118.025, 37.385, 15), [27126, 12710]);
});

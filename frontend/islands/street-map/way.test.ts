import assert from "node:assert/strict";
import { test } from "node:test";
import { waySource } from "./way.ts";

test("a way needs two points", () => {
  assert.equal(waySource(undefined), null);
  assert.equal(waySource([[118, 37]]), null);
  const source = waySource([[118, 37], [118.1, 37.1]]);
  assert.equal(source?.type, "geojson");
});

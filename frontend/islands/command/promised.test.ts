import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Promised } from "./promised.ts";

let asked = 0;
const promised = (): Promised => new Promised(() => (asked += 1));

beforeEach(() => {
  asked = 0;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a piece that comes is not asked for", () => {
  const one = promised();
  one.heard();
  mock.timers.tick(1_000);
  one.came();
  mock.timers.tick(10_000);
  assert.equal(asked, 0);
});

test("one that does not come is asked for once, and the next at once", () => {
  const one = promised();
  one.heard();
  one.heard();
  mock.timers.tick(4_000);
  assert.equal(asked, 1);
  one.heard();
  assert.equal(asked, 2);
});

test("when pieces come again they are waited for again", () => {
  const one = promised();
  one.heard();
  mock.timers.tick(4_000);
  one.came();
  one.heard();
  assert.equal(asked, 1);
  one.stop();
  mock.timers.tick(10_000);
  assert.equal(asked, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { middle, readLine, writeLine } from "./line.ts";

test("a line is written as it is read", () => {
  const line: [number, number][] = [[118.02, 37.38], [118.03, 37.39]];
  assert.equal(writeLine(line), "118.020000,37.380000 118.030000,37.390000");
  assert.deepEqual(readLine(writeLine(line)), line);
  assert.deepEqual(readLine("118.02,37.38;118.03,37.39\n"), line);
});

test("what is no point is left out", () => {
  assert.deepEqual(readLine(""), []);
  assert.deepEqual(readLine("118 37.3 a,b 200,10 1,2,3"), []);
});

test("the sign stands on the longest run", () => {
  assert.deepEqual(middle([[[0, 0]], [[1, 1], [2, 2], [3, 3]]]), [2, 2]);
  assert.equal(middle([]), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, shortTime } from "./page.ts";

test("words are filled in, what is not known stays as it is", () => {
  assert.equal(filled("{count} waiting, {other}", { count: 3 }), "3 waiting, {other}");
  assert.equal(filled(undefined, {}), "");
});

test("today needs no date", () => {
  const now = new Date("2026-11-26T12:00:00");
  assert.equal(shortTime("2026-11-26T09:05:00", "en", now), "09:05");
  assert.match(shortTime("2026-11-25T09:05:00", "en", now), /25.*09:05/);
});

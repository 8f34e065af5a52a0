import assert from "node:assert/strict";
import { test } from "node:test";
import { lookAfter, shownTheme } from "./look.ts";

test("auto follows the system, a choice does not", () => {
  assert.equal(shownTheme("auto", true), "dark");
  assert.equal(shownTheme("auto", false), "light");
  assert.equal(shownTheme("light", true), "light");
  assert.equal(shownTheme("dark", false), "dark");
  assert.equal(shownTheme("purple", true), "light");
});

test("one choice changes one side of the look", () => {
  const look = { theme: "auto", type: "normal" };
  assert.deepEqual(lookAfter(look, "type", "big"), { theme: "auto", type: "big" });
  assert.deepEqual(lookAfter(look, "theme", "dark"), { theme: "dark", type: "normal" });
  assert.deepEqual(lookAfter(look, "csrfmiddlewaretoken", "x"), look);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { deedOf, moved, typing } from "./keys.ts";

const press = (key: string, more = {}) =>
  deedOf({ key, code: "", shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more });

test("letters are deeds", () => {
  assert.deepEqual(["j", "k", "e", "r", "/", "Escape", "q"].map((key) => press(key)), [
    "down", "up", "next", "back", "search", "close", null,
  ]);
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("J"), "down"); // caps lock
  assert.equal(press("J", { shiftKey: true }), null);
});

test("keys of the browser and of an input method stay theirs", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey", "isComposing"]) assert.equal(press("j", { [held]: true }), null);
});

test("an input method that is on, with nothing to write into, takes no key away", () => {
  assert.equal(press("Process", { code: "KeyJ" }), "down");
  assert.equal(press("Process", { code: "Slash", shiftKey: true }), "help");
  assert.equal(press("？", { shiftKey: true }), "help");
  assert.equal(press("、"), "search");
});

test("letters are the writer's in a field", () => {
  const inside = (fits: boolean) => ({ closest: () => (fits ? ({} as Element) : null) });
  assert.equal(typing(inside(true)), true);
  assert.equal(typing(inside(false)), false);
  assert.equal(typing(null), false);
});

test("a dialog that was closed takes no key away, though the focus is still in it", () => {
  const within = (fitting: string) => ({
    closest: (selectors: string) => (selectors.split(", ").includes(fitting) ? ({} as Element) : null),
  });
  assert.equal(typing(within("dialog[open]")), true);
  assert.equal(typing(within("dialog")), false);
});

test("moving stops at both ends", () => {
  assert.deepEqual([moved(-1, 1, 3), moved(-1, -1, 3), moved(2, 1, 3), moved(0, -1, 3), moved(1, 1, 3)], [0, 2, 2, 0, 2]);
  assert.equal(moved(-1, 1, 0), -1);
});

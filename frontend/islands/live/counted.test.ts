import assert from "node:assert/strict";
import { test } from "node:test";
import { unseen } from "./counted.ts";

const news = { count: 1, shown: "1", label: "Inbox (1)", last: 9, new: [{ text: "a" }] };

test("what waits when a tab is opened is counted, not said; what comes later is said", () => {
  assert.deepEqual(unseen(news, ""), []);
  assert.deepEqual(unseen(news, "8"), news.new);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { News } from "./news.ts";

test("each case counts once, and those on the page not at all", () => {
  const news = new News("7,8");
  assert.deepEqual(
    [7, 9, 9, 10].map((id) => news.take(JSON.stringify({ case_id: id }))),
    [false, true, false, true],
  );
  assert.equal(news.count, 2);
});

test("what is no fact about a case changes nothing", () => {
  const news = new News("");
  for (const data of ["", "{}", "null", "{", '{"case_id": "9"}', "[1]"]) assert.equal(news.take(data), false);
  assert.equal(news.count, 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= class {} as typeof HTMLElement;
const { numberOf, withCase } = await import("./split-view.ts");
const { listOf } = await import("./desk-keys.ts");

test("a link to a case has its number; a link to a step, or to the form for a new one, has none", () => {
  const of = (pathname: string) => numberOf({ pathname });
  assert.equal(of("/cases/YW20261122-00001230/"), "YW20261122-00001230");
  for (const other of ["/cases/YW20261122-00001230/file/", "/cases/new/", "/cases/", "/map/"]) assert.equal(of(other), "");
  assert.equal(numberOf(null), "");
});

test("the address keeps the list and says which case stands beside it", () => {
  assert.equal(withCase("?state=filed&q=%E8%B7%AF", "YW1-2"), "?state=filed&q=%E8%B7%AF&case=YW1-2");
  assert.equal(withCase("?state=filed&case=YW1-2", "YW1-3"), "?state=filed&case=YW1-3");
  assert.equal(withCase("?case=YW1-2", ""), "?");
  assert.equal(listOf("?state=filed&case=YW1-2"), listOf("?state=filed"));
});

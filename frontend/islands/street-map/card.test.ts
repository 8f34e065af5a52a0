import assert from "node:assert/strict";
import { test } from "node:test";
import { cardText, thingAddress } from "./card.ts";

const card = { id: 1, name: "G", code: "01", area_m2: 86312.6, households: 412, on_duty: [] };

test("figures are grouped and rounded", () => {
  assert.equal(cardText(card, "en").area, "86,313");
  assert.equal(cardText(card, "zh-Hans").households, "412");
});

test("what is not known is a dash, nought is nought", () => {
  assert.equal(cardText({ ...card, area_m2: null }, "en").area, "–");
  assert.equal(cardText({ ...card, households: 0 }, "en").households, "0");
  assert.equal(cardText(card, "en").community, "");
});

test("a component's page is found by its number", () => {
  assert.equal(thingAddress("/work/things/0/", "37010101001000001"), "/work/things/37010101001000001/");
});

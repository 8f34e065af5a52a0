import assert from "node:assert/strict";
import { test } from "node:test";
import { Gathering } from "./gathering.ts";

const moment = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

test("a burst is one deed, and what comes meanwhile one more", async () => {
  let deeds = 0;
  let end!: () => void;
  const gathering = new Gathering(() => {
    deeds += 1;
    return new Promise((done) => (end = done));
  }, 1);
  for (let i = 0; i < 9; i++) gathering.add();
  await moment(15);
  assert.equal(deeds, 1);
  for (let i = 0; i < 9; i++) gathering.add();
  await moment(15);
  assert.equal(deeds, 1); // the first still runs
  end();
  await moment(15);
  assert.equal(deeds, 2);
});

test("a deed that fails does not end the gathering", async () => {
  let deeds = 0;
  const gathering = new Gathering(() => {
    deeds += 1;
    return Promise.reject(new Error("no network"));
  }, 1);
  gathering.add();
  await moment(15);
  gathering.add();
  await moment(15);
  assert.equal(deeds, 2);
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { continued, kindsOf, LiveStream } from "./stream.ts";

const STREAM = "http://localhost:8001/live/stream?kinds=cases.CaseOpened%2Ccases.CaseDispatched&after=5-0";

/** What the browser gives, as far as a stream needs it. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static made: Source[] = [];
  readyState = 1;
  readonly address: string;

  constructor(address: string) {
    super();
    this.address = address;
    Source.made.push(this);
  }

  close(): void {
    this.readyState = 2;
  }

  say(word: string, data = "{}", lastEventId = ""): void {
    this.dispatchEvent(Object.assign(new Event(word), { data, lastEventId }));
  }

  refuse(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event("error"));
  }
}

let page = Object.assign(new EventTarget(), { hidden: false });

beforeEach(() => {
  Source.made = [];
  page = Object.assign(new EventTarget(), { hidden: false });
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { EventSource: Source, document: page });
});
afterEach(() => mock.timers.reset());

function kept(how = {}): { stream: LiveStream; heard: string[] } {
  const heard: string[] = [];
  const stream = new LiveStream(STREAM, { heard: (word) => heard.push(word), turned: (on) => heard.push(on ? "on" : "off") }, how);
  stream.start();
  return { stream, heard };
}

const look = (hidden: boolean): void => {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
};

test("what comes is told by its name, and that the line stands", () => {
  const { heard } = kept();
  Source.made[0]!.say("ready");
  Source.made[0]!.say("cases.CaseOpened");
  Source.made[0]!.say("cases.CaseClosed"); // not asked for
  Source.made[0]!.say("piece", '"<p>"');
  assert.deepEqual(heard, ["on", "ready", "cases.CaseOpened", "piece"]);
});

test("a hidden tab holds no stream, and goes on where it was", () => {
  const { heard, stream } = kept();
  Source.made[0]!.say("ready", "{}", "7-1");
  look(true);
  assert.equal(Source.made[0]!.readyState, 2);
  look(false);
  assert.equal(new URL(Source.made[1]!.address).searchParams.get("after"), "7-1");
  stream.stop();
  look(true);
  look(false);
  assert.equal(Source.made.length, 2);
  assert.deepEqual(heard, ["on", "ready", "off", "off"]);
});

test("a wall goes on when nobody looks", () => {
  kept({ always: true });
  look(true);
  assert.deepEqual([Source.made.length, Source.made[0]!.readyState], [1, 1]);
});

test("after a refusal it comes back later; after a cut the browser does that", () => {
  const { heard } = kept({ again: 1_000 });
  Source.made[0]!.dispatchEvent(new Event("error"));
  mock.timers.tick(5_000);
  assert.equal(Source.made.length, 1);
  Source.made[0]!.refuse();
  mock.timers.tick(2_001);
  assert.equal(Source.made.length, 2);
  assert.deepEqual(heard, ["off", "off"]);
});

test("a stream goes on after the last event, else where the page began", () => {
  assert.equal(continued(STREAM, ""), STREAM);
  assert.equal(new URL(continued(STREAM, "9-31")).searchParams.get("after"), "9-31");
  assert.deepEqual(kindsOf(STREAM), ["cases.CaseOpened", "cases.CaseDispatched"]);
});

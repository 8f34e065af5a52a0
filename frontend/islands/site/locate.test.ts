import assert from "node:assert/strict";
import { test } from "node:test";
import { exactness, offerPosition } from "./locate.ts";

test("the accuracy is said in whole metres, at least one", () => {
  assert.equal(exactness("about # m", 12.4), "about 12 m");
  assert.equal(exactness("about # m", 0.2), "about 1 m");
});

test("the button comes with a device, and fills the inputs", () => {
  const inputs: Record<string, { value: string }> = { lon: { value: "" }, lat: { value: "" } };
  const said = { textContent: "" };
  let press = (): void => undefined;
  const button = {
    hidden: true,
    dataset: { locate: "lon lat", found: "#", wait: "…" },
    addEventListener: (_: string, act: () => void) => { press = act; },
  };
  const page = {
    querySelectorAll: () => [button],
    querySelector: (what: string) => (what === "[data-located]" ? said : null),
    getElementById: (id: string) => inputs[id],
  } as unknown as Document;
  offerPosition(page, undefined);
  assert.equal(button.hidden, true);
  const device = { getCurrentPosition: (found: (at: unknown) => void) => found({ coords: { longitude: 118.02, latitude: 37.38, accuracy: 9 } }) };
  offerPosition(page, device as unknown as Geolocation);
  assert.equal(button.hidden, false);
  press();
  assert.deepEqual([inputs.lon!.value, inputs.lat!.value, said.textContent], ["118.020000", "37.380000", "9"]);
});

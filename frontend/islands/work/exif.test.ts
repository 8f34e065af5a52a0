import assert from "node:assert/strict";
import { test } from "node:test";
import { exifOf, upright, withExifOf } from "./exif.ts";
import { fitted } from "./photos.ts";

/** A JPEG's head with an Exif segment: IFD0 says "turned by 90°" (6) and points to more. */
function jpeg(little: boolean): Uint8Array<ArrayBuffer> {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 24 + 4));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 2, little);
  for (const [index, [tag, value]] of ([[0x0112, 6], [0x0128, 2]] as const).entries()) {
    const entry = 10 + index * 12;
    tiff.setUint16(entry, tag, little);
    tiff.setUint16(entry + 2, 3, little);
    tiff.setUint32(entry + 4, 1, little);
    tiff.setUint16(entry + 8, value, little);
  }
  const exif = [...new TextEncoder().encode("Exif\0\0"), ...new Uint8Array(tiff.buffer)];
  const length = exif.length + 2;
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xe1, length >> 8, length & 255, ...exif, 0xff, 0xda, 9]);
}

test("what the camera wrote goes over, its turn does not", () => {
  for (const little of [true, false]) {
    const small = new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 7, 7]);
    const made = withExifOf(jpeg(little), small);
    const segment = exifOf(made)!;
    const view = new DataView(segment.buffer, segment.byteOffset);
    assert.equal(view.getUint16(10 + 10 + 8, little), 1); // upright
    assert.equal(view.getUint16(10 + 22 + 8, little), 2); // the other tag as it was
    assert.deepEqual([...made.slice(0, 4)], [0xff, 0xd8, 0xff, 0xe1]);
    assert.deepEqual([...made.slice(-4)], [0xff, 0xdb, 7, 7]);
  }
});

test("no Exif, no JPEG, cut files: the small picture as it is", () => {
  const small = new Uint8Array([0xff, 0xd8, 1]);
  for (const original of [[], [0x89, 0x50], [0xff, 0xd8, 0xff, 0xda, 1], [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0x45]]) {
    assert.deepEqual(withExifOf(new Uint8Array(original), small), small);
  }
  assert.deepEqual([...withExifOf(jpeg(true), new Uint8Array([1, 2]))], [1, 2]);
});

test("broken offsets change nothing and break nothing", () => {
  const segment = exifOf(jpeg(true))!;
  new DataView(segment.buffer, segment.byteOffset).setUint32(14, 0xfffffff0, true);
  assert.deepEqual(upright(segment), segment);
  assert.equal(upright(segment.slice(0, 12)).length, 12);
});

test("the longer side is at most 1600, small ones stay", () => {
  assert.deepEqual(fitted(4000, 3000), [1600, 1200]);
  assert.deepEqual(fitted(3000, 4000), [1200, 1600]);
  assert.deepEqual(fitted(800, 600), [800, 600]);
  assert.deepEqual(fitted(100_000, 1), [1600, 1]);
});

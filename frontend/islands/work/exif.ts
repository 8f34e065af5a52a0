/** What the camera wrote into a JPEG (time, place) goes over into the smaller one; its turn does not, the pixels are
    upright already. Everything is bytes; nothing is decoded. */

const APP1 = 0xe1;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;

/** The Exif segment with marker and length; null when there is none. */
export function exifOf(jpeg: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return null;
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const kind = jpeg[at + 1]!;
    if (kind === 0xda || kind === 0xd9) return null;
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    if (kind === APP1 && EXIF.every((byte, index) => jpeg[at + 4 + index] === byte)) {
      return at + 2 + length <= jpeg.length ? jpeg.slice(at, at + 2 + length) : null;
    }
    at += 2 + length;
  }
  return null;
}

/** The same segment that says "upright". */
export function upright(segment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const made = segment.slice();
  const view = new DataView(made.buffer, made.byteOffset);
  const start = 4 + EXIF.length; // of the TIFF block, to which its offsets refer
  if (made.length < start + 8) return made;
  const little = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, little);
  if (first + 2 > made.length) return made;
  const count = view.getUint16(first, little);
  for (let index = 0; index < count; index += 1) {
    const entry = first + 2 + index * 12;
    if (entry + 12 > made.length) break;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
  return made;
}

/** `small` with the Exif of `original`, right behind its first marker. */
export function withExifOf(original: Uint8Array, small: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const found = exifOf(original);
  if (!found || small[0] !== 0xff || small[1] !== 0xd8) return small;
  const segment = upright(found);
  const made = new Uint8Array(small.length + segment.length);
  made.set(small.subarray(0, 2));
  made.set(segment, 2);
  made.set(small.subarray(2), 2 + segment.length);
  return made;
}

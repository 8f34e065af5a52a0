/** A photo from the camera becomes small enough to wait on the phone by the hundred. */
import { withExifOf } from "./exif.ts";

export const LONG_SIDE = 1600; // pixels
const SMALL_ENOUGH = 400_000; // bytes: as it is
const QUALITY = 0.82;

/** Width and height with the longer side at most LONG_SIDE. */
export function fitted(width: number, height: number, most = LONG_SIDE): [number, number] {
  const part = Math.min(1, most / Math.max(width, height));
  return [Math.max(1, Math.round(width * part)), Math.max(1, Math.round(height * part))];
}

/** The photo made smaller, with the camera's time and place. Films, and what cannot be read here, stay as they are. */
export async function shrunk(file: File): Promise<Blob> {
  if (file.size <= SMALL_ENOUGH || !file.type.startsWith("image/")) return file.slice(0, file.size, file.type);
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const [width, height] = fitted(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file.slice(0, file.size, file.type);
    const bytes = withExifOf(new Uint8Array(await file.arrayBuffer()), new Uint8Array(await blob.arrayBuffer()));
    return new Blob([bytes], { type: "image/jpeg" });
  } catch {
    return file.slice(0, file.size, file.type);
  }
}

/** The name fits the content: what was a PNG may be a JPEG now. */
export function nameFor(file: File, blob: Blob): string {
  return blob.type === file.type ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg";
}

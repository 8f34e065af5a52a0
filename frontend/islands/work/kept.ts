/** Which pages and tiles a phone keeps, and how a request is answered. Pure. */

export const PAGES_MOST = 250;
export const PHOTOS_MOST = 40;
export const TILES_MOST = 400;

const NEVER = /^\/work\/(now\/|sw\.js|app\.webmanifest)/;
const PHOTO = /^\/work\/[^/]+\/photos\/\d+\/$/;
const TILE = /^\/api\/v1\/tiles\/(base|areas)\//;

/** Links of a page to others of this portal, in order, each once. */
export function linksOf(html: string): string[] {
  return found(html, /<a\b[^>]*\bhref="(\/work\/[^"#]*)/g).filter((path) => !NEVER.test(path) && !PHOTO.test(path.split("?")[0]!));
}

/** Photos that a page shows. */
export function photosOf(html: string): string[] {
  return found(html, /<img\b[^>]*\bsrc="(\/work\/[^"]+)"/g).filter((path) => PHOTO.test(path));
}

function found(html: string, pattern: RegExp): string[] {
  return [...new Set([...html.matchAll(pattern)].map((match) => match[1]!.replaceAll("&amp;", "&")))];
}

/** The page without the position it was filled in with: an hour later the reader stands elsewhere. */
export function withoutPosition(html: string): string {
  return html.replace(/(<input\b[^>]*\bname="(?:lon|lat)"[^>]*?)\svalue="[^"]*"/g, "$1");
}

export type Answered = "page" | "photo" | "asset" | "tile" | "network";

/** How the service worker answers; everything else goes to the network as if there were none. */
export function answeredBy(request: { method: string; mode: string }, url: URL, origin: string): Answered {
  if (request.method !== "GET" || url.origin !== origin) return "network";
  if (request.mode === "navigate") return url.pathname.startsWith("/work/") && !NEVER.test(url.pathname) ? "page" : "network";
  if (PHOTO.test(url.pathname)) return "photo";
  if (TILE.test(url.pathname)) return "tile";
  return url.pathname.startsWith("/static/") ? "asset" : "network";
}

/** A built file carries its hash in its name: what is kept is right for ever. */
export function isForEver(path: string): boolean {
  return /\/assets\/[^/]+-[0-9A-Za-z_-]{8}\.\w+$/.test(path);
}

export type Box = [west: number, south: number, east: number, north: number];

/** Addresses of the tiles that show the box, the far ones first, never more than `most`. */
export function tilesOf(addresses: readonly string[], box: Box, zooms = [11, 12, 13, 14, 15, 16], most = TILES_MOST): string[] {
  const all: string[] = [];
  for (const zoom of zooms) {
    const [left, bottom] = tileAt(box[0], box[1], zoom);
    const [right, top] = tileAt(box[2], box[3], zoom);
    if (all.length + (right - left + 1) * (bottom - top + 1) * addresses.length > most) break;
    for (let x = left; x <= right; x += 1) {
      for (let y = top; y <= bottom; y += 1) {
        for (const address of addresses) all.push(filled(address, zoom, x, y));
      }
    }
  }
  return all;
}

function filled(address: string, zoom: number, x: number, y: number): string {
  return address.replace("{z}", String(zoom)).replace("{x}", String(x)).replace("{y}", String(y));
}

/** The tile of the Web-Mercator pyramid that holds a point. */
export function tileAt(lon: number, lat: number, zoom: number): [x: number, y: number] {
  const side = 2 ** zoom;
  const sine = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  const inside = (value: number): number => Math.min(side - 1, Math.max(0, Math.floor(value * side)));
  return [inside((lon + 180) / 360), inside(y)];
}

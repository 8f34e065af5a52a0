import type { Stop } from "./way.ts";

/** What a page hands to a map, as JSON in a script element. */
export interface MapConfig {
  /** Addresses of tiles with {z}/{x}/{y}; a source that is missing is not drawn (residents get base and areas). */
  tiles: Partial<Record<SourceName, string>>;
  /** What to show first: west, south, east, north in degrees. */
  bounds: [number, number, number, number];
  /** A raster below everything, such as 天地图. */
  raster?: { picture: string; labels: string; attribution: string } | null;
  /** Card of an area; "0" stands for its id. */
  cardUrl?: string;
  /** Page of a component; "0" stands for its number. */
  thingUrl?: string;
  addressUrl?: string;
  nearUrl?: string;
  /** Numbered places, the line through them, and where one stands. */
  stops?: Stop[];
  way?: [number, number][];
  start?: [number, number] | null;
}

export type SourceName = "base" | "areas" | "things" | "establishments" | "party" | "units";

export function readConfig(page: Document, id: string): MapConfig {
  const text = page.getElementById(id)?.textContent;
  if (!text) throw new Error(`no JSON with id ${id}`);
  return JSON.parse(text) as MapConfig;
}

/** Tiles are fetched by a worker that knows no page address, so the host is put in front. */
export function absolute(address: string, origin: string): string {
  return address.startsWith("/") ? origin + address : address;
}

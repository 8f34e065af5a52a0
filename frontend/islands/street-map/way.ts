/** A way through numbered stops, as data of the map's style. */
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Palette } from "./palette.ts";

export interface Stop {
  at: [number, number];
  /** What stands in the circle: a number. */
  sign: string;
  label: string;
  url?: string;
}

/** The way as a source of the style, so that it survives a change of the style; null where there is none. */
export function waySource(way: [number, number][] | undefined): SourceSpecification | null {
  if (!way || way.length < 2) return null;
  return { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way } } };
}

export function wayLayers(colours: Palette): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    { id: "way", type: "line", source: "way", layout: round, paint: { "line-color": colours.chosen, "line-width": 3, "line-dasharray": [1, 1.6] } },
  ];
}

/** The map's own style. No glyph server: without `glyphs` maplibre 6 draws every letter from the reader's fonts. */
import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { absolute, type MapConfig } from "./config.ts";
import { MAJORS, type Palette, TINTS } from "./palette.ts";
import { wayLayers, waySource } from "./way.ts";

/** Below this zoom components come counted in cells (registry.things). */
export const SINGLE_THINGS_FROM = 14;

/** The nearest tiles that are asked for. Components are many: where they stand too close for single points at 16, the
 * next zoom shows them (registry.things.tiles). */
const NEAREST = 16;
const NEAREST_OF_THINGS = 17;

/** Unit grids are drawn from this zoom only: further out a tile would hold thousands (places.areas.tiles). */
export const UNIT_GRIDS_FROM = 16;

export function mapStyle(config: MapConfig, colours: Palette, origin: string): StyleSpecification {
  return {
    version: 8,
    light: { anchor: "viewport", position: [1.2, 200, 35], intensity: 0.28 },
    sources: sources(config, origin),
    layers: [
      { id: "land", type: "background", paint: { "background-color": colours.land } },
      ...(config.raster ? rasterLayers() : []),
      ...(config.tiles.base ? groundLayers(colours) : []),
      ...(config.tiles.areas ? areaFills(colours) : []),
      ...(config.tiles.base ? roadLayers(colours) : []),
      ...(config.tiles.units ? unitLines(colours) : []),
      ...(config.tiles.areas ? areaLines(colours) : []),
      ...(config.tiles.base ? buildingLayers(colours) : []),
      ...(config.tiles.base ? roadNames(colours) : []),
      ...(config.tiles.things ? thingLayers(colours) : []),
      ...(config.tiles.establishments ? firmLayers(colours) : []),
      ...(config.tiles.party ? partyLayers(colours) : []),
      ...(config.tiles.units ? unitCodes(colours) : []),
      ...(config.tiles.areas ? areaNames(colours) : []),
      ...(waySource(config.way) ? wayLayers(colours) : []),
    ],
  };
}

function sources(config: MapConfig, origin: string): Record<string, SourceSpecification> {
  const found: Record<string, SourceSpecification> = {};
  for (const [name, address] of Object.entries(config.tiles)) {
    const minzoom = name === "units" ? UNIT_GRIDS_FROM : 8;
    const maxzoom = name === "things" ? NEAREST_OF_THINGS : NEAREST;
    found[name] = { type: "vector", tiles: [absolute(address, origin)], minzoom, maxzoom };
  }
  const way = waySource(config.way);
  if (way) found.way = way;
  if (config.raster) {
    const { picture, labels, attribution } = config.raster;
    found.picture = { type: "raster", tiles: [picture], tileSize: 256, attribution };
    found.words = { type: "raster", tiles: [labels], tileSize: 256 };
  }
  return found;
}

function rasterLayers(): LayerSpecification[] {
  return [
    { id: "picture", type: "raster", source: "picture", paint: { "raster-opacity": 0.7 } },
    { id: "words", type: "raster", source: "words" },
  ];
}

function groundLayers(colours: Palette): LayerSpecification[] {
  return [
    { id: "green", type: "fill", source: "base", "source-layer": "green", paint: { "fill-color": colours.green } },
    { id: "water", type: "fill", source: "base", "source-layer": "water", paint: { "fill-color": colours.water } },
  ];
}

/** Metres-like widths: double with each zoom. */
function width(atFourteen: number): ExpressionSpecification {
  const byClass = (factor: number): ExpressionSpecification => [
    "match",
    ["coalesce", ["get", "class"], "lane"],
    "express", 7 * factor,
    "arterial", 6 * factor,
    "secondary", 4.2 * factor,
    "branch", 3 * factor,
    1.4 * factor,
  ];
  return [
    "interpolate",
    ["exponential", 2],
    ["zoom"],
    11, byClass(atFourteen / 6),
    14, byClass(atFourteen / 1.6),
    18, byClass(atFourteen * 5),
  ];
}

function roadLayers(colours: Palette): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const road = { source: "base", "source-layer": "road", layout: round } as const;
  return [
    { id: "road-edge", type: "line", ...road, paint: { "line-color": colours.roadEdge, "line-width": width(1.25) } },
    { id: "road", type: "line", ...road, paint: { "line-color": colours.road, "line-width": width(1) } },
    {
      id: "rail",
      type: "line",
      source: "base",
      "source-layer": "rail",
      paint: { "line-color": colours.rail, "line-width": 2, "line-dasharray": [4, 2] },
    },
  ];
}

function roadNames(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "road-name",
      type: "symbol",
      source: "base",
      "source-layer": "road",
      minzoom: 14,
      filter: ["has", "name"],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 420,
        "text-field": ["get", "name"],
        "text-font": [colours.font],
        "text-size": 12,
      },
      paint: { "text-color": colours.label, "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
    {
      id: "place-name",
      type: "symbol",
      source: "base",
      "source-layer": "label",
      minzoom: 13,
      filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-font": [colours.font], "text-size": 12, "text-max-width": 7 },
      paint: { "text-color": colours.label, "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
  ];
}

/** The server gives neighbouring communities different tints, and a grid that of its community. */
function tint(colours: Palette): ExpressionSpecification {
  const number: ExpressionSpecification = ["%", ["coalesce", ["get", "tint"], 0], TINTS];
  const cases = colours.tints.flatMap((colour, index) => [index, colour]);
  return ["match", number, ...cases, colours.tints[0]!] as unknown as ExpressionSpecification;
}

function areaFills(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "grid-fill",
      type: "fill",
      source: "areas",
      "source-layer": "grid",
      paint: { "fill-color": tint(colours), "fill-opacity": ["interpolate", ["linear"], ["zoom"], 12, 0.42, 17, 0.22] },
    },
  ];
}

export function chosenFilter(id: number | null): ExpressionSpecification {
  return ["==", ["id"], id ?? -1];
}

function areaLines(colours: Palette): LayerSpecification[] {
  const grid = { source: "areas", "source-layer": "grid" } as const;
  return [
    {
      id: "grid-line",
      type: "line",
      ...grid,
      minzoom: 12,
      paint: { "line-color": colours.grid, "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.4, 17, 1.6] },
    },
    {
      id: "community-line",
      type: "line",
      source: "areas",
      "source-layer": "community",
      layout: { "line-join": "round" },
      paint: {
        "line-color": colours.community,
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 1, 17, 3.5],
        "line-dasharray": [3, 1.5],
      },
    },
    {
      id: "grid-chosen",
      type: "line",
      ...grid,
      filter: chosenFilter(null),
      layout: { "line-join": "round" },
      paint: { "line-color": colours.chosen, "line-width": 4 },
    },
  ];
}

/** 单元网格: fine dotted lines inside a grid, off until they are asked for. */
function unitLines(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "unit-line",
      type: "line",
      source: "units",
      "source-layer": "unit_grid",
      minzoom: UNIT_GRIDS_FROM,
      layout: { visibility: "none", "line-join": "round" },
      paint: { "line-color": colours.gridLabel, "line-width": 1, "line-dasharray": [1.5, 1.5] },
    },
  ];
}

function unitCodes(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "unit-code",
      type: "symbol",
      source: "units",
      "source-layer": "unit_grid",
      minzoom: UNIT_GRIDS_FROM + 1,
      layout: {
        visibility: "none",
        "text-field": ["get", "code"],
        "text-font": [colours.font],
        "text-size": 10,
      },
      paint: { "text-color": colours.gridLabel, "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
  ];
}

/** Footprints with their height in metres; a storey counts three where only floors are known. */
function buildingLayers(colours: Palette): LayerSpecification[] {
  const building = { source: "base", "source-layer": "building" } as const;
  return [
    {
      id: "building-flat",
      type: "fill",
      ...building,
      minzoom: 13,
      layout: { visibility: "none" },
      paint: { "fill-color": colours.building, "fill-outline-color": colours.roadEdge },
    },
    {
      id: "building",
      type: "fill-extrusion",
      ...building,
      minzoom: 13,
      paint: {
        "fill-extrusion-color": colours.building,
        "fill-extrusion-opacity": 0.9,
        "fill-extrusion-height": ["coalesce", ["get", "height_m"], ["*", 3, ["coalesce", ["get", "floors"], 2]]],
        "fill-extrusion-vertical-gradient": true,
      },
    },
  ];
}

function kindColour(colours: Palette): ExpressionSpecification {
  const cases = MAJORS.flatMap((code) => [code, colours.kinds[code]!]);
  return ["match", ["get", "major"], ...cases, colours.kindOther] as unknown as ExpressionSpecification;
}

function thingLayers(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "thing-cell",
      type: "circle",
      source: "things",
      "source-layer": "thing_cells",
      layout: { visibility: "none" },
      paint: {
        "circle-color": kindColour(colours),
        "circle-opacity": 0.6,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 3, 30, 14],
      },
    },
    {
      id: "thing",
      type: "circle",
      source: "things",
      "source-layer": "things",
      minzoom: SINGLE_THINGS_FROM,
      layout: { visibility: "none" },
      paint: {
        "circle-color": kindColour(colours),
        "circle-stroke-color": colours.labelHalo,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0.3, 17, 1.5],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 16, 2.8, 18, 7],
      },
    },
    {
      id: "thing-name",
      type: "symbol",
      source: "things",
      "source-layer": "things",
      minzoom: 17.5,
      layout: {
        visibility: "none",
        "text-field": ["get", "name"],
        "text-font": [colours.font],
        "text-size": 11,
        "text-offset": [0, 1.1],
        "text-anchor": "top",
      },
      paint: { "text-color": kindColour(colours), "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
  ];
}

function firmLayers(colours: Palette): LayerSpecification[] {
  const firm = { source: "establishments", "source-layer": "establishments" } as const;
  return [
    {
      id: "firm",
      type: "circle",
      ...firm,
      minzoom: 13,
      paint: {
        "circle-color": colours.firm,
        "circle-stroke-color": colours.labelHalo,
        "circle-stroke-width": 1,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 1.5, 17, 5],
      },
    },
    {
      id: "firm-name",
      type: "symbol",
      ...firm,
      minzoom: 16,
      layout: {
        "text-field": ["get", "name"],
        "text-font": [colours.font],
        "text-size": 11,
        "text-offset": [0, 0.8],
        "text-anchor": "top",
        "text-max-width": 8,
      },
      paint: { "text-color": colours.firm, "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
  ];
}

function partyLayers(colours: Palette): LayerSpecification[] {
  const party = { source: "party", "source-layer": "party_branch" } as const;
  return [
    {
      id: "party",
      type: "circle",
      ...party,
      paint: {
        "circle-color": colours.party,
        "circle-stroke-color": colours.labelHalo,
        "circle-stroke-width": 2,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3, 17, 8],
      },
    },
    {
      id: "party-name",
      type: "symbol",
      ...party,
      minzoom: 15.5,
      layout: {
        "text-field": ["get", "name"],
        "text-font": [colours.font],
        "text-size": 11.5,
        "text-offset": [0, 1.1],
        "text-anchor": "top",
      },
      paint: { "text-color": colours.party, "text-halo-color": colours.labelHalo, "text-halo-width": 1.4 },
    },
  ];
}

function areaNames(colours: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": colours.labelHalo, "text-halo-width": 1.6 };
  return [
    {
      id: "grid-name",
      type: "symbol",
      source: "areas",
      "source-layer": "area_label",
      minzoom: 14,
      filter: ["!=", ["get", "kind"], "community"],
      layout: { "text-field": ["get", "name"], "text-font": [colours.font], "text-size": 12.5, "text-max-width": 8 },
      paint: { "text-color": colours.gridLabel, ...halo },
    },
    {
      id: "community-name",
      type: "symbol",
      source: "areas",
      "source-layer": "area_label",
      maxzoom: 16,
      filter: ["==", ["get", "kind"], "community"],
      layout: {
        "text-field": ["get", "name"],
        "text-font": [colours.font],
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 12, 15, 17],
        "text-letter-spacing": 0.08,
      },
      paint: { "text-color": colours.community, ...halo, "text-halo-width": 2 },
    },
  ];
}

/** Making a maplibre map in our style; shared by the three map elements. */
import { Map as MapLibre, type MapOptions, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { MapConfig } from "./config.ts";
import { pagePalette } from "./palette.ts";
import { mapStyle } from "./style.ts";

setWorkerUrl(workerUrl);

export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export function drawMap(container: HTMLElement, config: MapConfig, options: Partial<MapOptions> = {}): MapLibre {
  return new MapLibre({
    container,
    style: mapStyle(config, pagePalette(), location.origin),
    bounds: config.bounds,
    fitBoundsOptions: { padding: 24 },
    maxPitch: 65,
    minZoom: 8,
    maxZoom: 20,
    attributionControl: false,
    // words of controls come from our own buttons; maplibre's are not shown
    ...options,
  });
}

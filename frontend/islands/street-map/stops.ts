/** Numbered stops on the map, for pages that show a way. */
import { type Map as MapLibre, Marker } from "maplibre-gl";
import type { MapConfig } from "./config.ts";
import type { Stop } from "./way.ts";

/** Puts each stop on the map: a link where it leads somewhere. */
export function showStops(map: MapLibre, config: MapConfig): void {
  for (const stop of config.stops ?? []) new Marker({ element: sign(stop) }).setLngLat(stop.at).addTo(map);
  if (config.start) new Marker({ element: dot() }).setLngLat(config.start).addTo(map);
}

function sign(stop: Stop): HTMLElement {
  const made = document.createElement(stop.url ? "a" : "span");
  if (made instanceof HTMLAnchorElement && stop.url) made.href = stop.url;
  made.className = "stop-sign";
  made.textContent = stop.sign;
  made.title = stop.label;
  made.setAttribute("aria-label", stop.label);
  return made;
}

function dot(): HTMLElement {
  const made = document.createElement("span");
  made.className = "here-sign";
  return made;
}

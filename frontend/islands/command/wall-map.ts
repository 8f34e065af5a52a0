/** The street at a slant, dark, with open cases; what is new falls in. */
import { type GeoJSONSource, type Map as MapLibre, Marker } from "maplibre-gl";
import type { MapConfig } from "../street-map/config.ts";
import { drawMap } from "../street-map/drawing.ts";
import { palette } from "../street-map/palette.ts";
import { mapStyle } from "../street-map/style.ts";
import type { Change } from "./places.ts";
import type { Step } from "./player.ts";

const PITCH = 50;
/** From five metres the names of grids and lanes are a blur: they come only when somebody goes near. */
const NAMES_FROM = 16;
const QUIET = new Set(["grid-name", "road-name", "place-name"]);
const PULSES_MOST = 40;
const PULSE_MS = 3_200;
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export interface Spot {
  name: string;
  at: [number, number];
  fresh: boolean;
}

export class WallMap {
  readonly #map: MapLibre;
  readonly #ready: Promise<void>;
  readonly #people: Marker[] = [];
  #pulses = 0;

  constructor(holder: HTMLElement, canvas: HTMLElement, config: MapConfig, open: (number: string) => void) {
    const style = getComputedStyle(holder);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const colours = palette(token);
    const look = mapStyle(config, colours, location.origin);
    for (const layer of look.layers) if (QUIET.has(layer.id)) layer.minzoom = NAMES_FROM;
    this.#map = drawMap(canvas, config, {
      style: look,
      fitBoundsOptions: { padding: { top: 0, bottom: 60, left: 0, right: 0 } },
      pitch: PITCH,
      bearing: -12,
      // a wall is looked at, not driven; it must not swallow the keys and the wheel of the page
      scrollZoom: false,
      keyboard: false,
      fadeDuration: 0,
    });
    this.#ready = new Promise((resolve) => {
      this.#map.once("load", () => {
        this.#layers(token);
        resolve();
      });
    });
    this.#map.once("idle", () => holder.setAttribute("drawn", ""));
    this.#map.on("click", "wall-case", (event) => {
      const number = event.features?.[0]?.properties.number as string | undefined;
      if (number) open(number);
    });
  }

  #layers(token: (name: string) => string): void {
    const look = (normal: string, late: string, urgent: string) =>
      ["match", ["get", "look"], "urgent", urgent, "late", late, normal] as unknown as string;
    const colour = look(token("--accent"), token("--warn"), token("--bad"));
    for (const name of ["wall-cases", "wall-past"]) this.#map.addSource(name, { type: "geojson", data: EMPTY });
    this.#map.addLayer({
      id: "wall-past",
      type: "circle",
      source: "wall-past",
      paint: { "circle-color": token("--accent"), "circle-radius": 6, "circle-opacity": 0.35 },
    });
    this.#map.addLayer({
      id: "wall-glow",
      type: "circle",
      source: "wall-cases",
      paint: { "circle-color": colour, "circle-radius": 15, "circle-blur": 1, "circle-opacity": 0.5 },
    });
    this.#map.addLayer({
      id: "wall-case",
      type: "symbol",
      source: "wall-cases",
      layout: {
        "text-field": look("●", "◆", "▲"),
        "text-font": [token("--font")],
        "text-size": ["match", ["get", "look"], "normal", 15, 24],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "symbol-sort-key": ["match", ["get", "look"], "urgent", 2, "late", 1, 0],
      },
      paint: { "text-color": colour, "text-halo-color": token("--map-label-halo"), "text-halo-width": 2 },
    });
  }

  async show(features: GeoJSON.FeatureCollection): Promise<void> {
    await this.#ready;
    this.#source("wall-cases").setData(features);
  }

  /** A short pulse at each place; many at once are thinned, the dots below stand all the same. */
  pulse(changes: Pick<Change, "lon" | "lat" | "look" | "opened">[]): void {
    for (const { lon, lat, look, opened } of changes) {
      if (this.#pulses >= PULSES_MOST) return;
      const element = document.createElement("div");
      element.className = `wall-pulse wall-pulse-${look}${opened ? " wall-pulse-new" : ""}`;
      element.append(document.createElement("i"), document.createElement("b"));
      const marker = new Marker({ element }).setLngLat([lon, lat]).addTo(this.#map);
      this.#pulses += 1;
      window.setTimeout(() => {
        marker.remove();
        this.#pulses -= 1;
      }, PULSE_MS);
    }
  }

  people(spots: Spot[]): void {
    for (const marker of this.#people.splice(0)) marker.remove();
    for (const { name, at, fresh } of spots) {
      const element = document.createElement("div");
      element.className = `wall-person${fresh ? "" : " wall-person-old"}`;
      element.textContent = `■ ${name}`;
      this.#people.push(new Marker({ element, anchor: "left" }).setLngLat(at).addTo(this.#map));
    }
  }

  /** While a day is played: today's cases go, what happened so far stays as dots. */
  async past(steps: Step[] | null): Promise<void> {
    await this.#ready;
    for (const layer of ["wall-case", "wall-glow"]) {
      this.#map.setLayoutProperty(layer, "visibility", steps ? "none" : "visible");
    }
    const features = (steps ?? []).flatMap(([, lon, lat]): GeoJSON.Feature[] =>
      lon === null || lat === null
        ? []
        : [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }],
    );
    this.#source("wall-past").setData({ type: "FeatureCollection", features });
  }

  remove(): void {
    this.#map.remove();
  }

  #source(name: string): GeoJSONSource {
    return this.#map.getSource(name) as GeoJSONSource;
  }
}

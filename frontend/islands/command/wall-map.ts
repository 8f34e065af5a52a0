/** The street at a slant, dark, with open cases; what is new falls in. */
import { type GeoJSONSource, type Map as MapLibre, Marker } from "maplibre-gl";
import type { MapConfig } from "../street-map/config.ts";
import { drawMap } from "../street-map/drawing.ts";
import { palette } from "../street-map/palette.ts";
import { mapStyle } from "../street-map/style.ts";
import type { Change } from "./places.ts";
import type { Step } from "./player.ts";

const PITCH = 40;
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

/** [number, lon, lat, emergency, words] */
export type Whistle = [string, number, number, boolean, string];
/** [lon, lat, how many are on duty there, the area's name] */
export type Duty = [number, number, number, string];

export interface Opens {
  case(number: string): void;
  whistle(number: string): void;
}

export class WallMap {
  readonly #map: MapLibre;
  readonly #ready: Promise<void>;
  readonly #holder: HTMLElement;
  readonly #opens: Opens;
  readonly #people: Marker[] = [];
  readonly #duty: Marker[] = [];
  readonly #whistles = new Map<string, Marker>();
  /** Signs grow with the wall, as its words do. */
  readonly #scale: number;
  #pulses = 0;

  constructor(holder: HTMLElement, canvas: HTMLElement, config: MapConfig, opens: Opens) {
    this.#holder = holder;
    this.#opens = opens;
    this.#scale = Math.max(1, Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 18);
    const style = getComputedStyle(holder);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const colours = palette(token);
    const look = mapStyle(config, colours, location.origin);
    for (const layer of look.layers) {
      if (QUIET.has(layer.id)) layer.minzoom = NAMES_FROM;
      if (layer.type === "symbol" && layer.layout) layer.layout["text-size"] = grown(layer.layout["text-size"], this.#scale);
    }
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
      if (number) opens.case(number);
    });
    this.#map.on("click", "wall-way", (event) => {
      const number = event.features?.[0]?.properties.case as string | undefined;
      if (number && !this.#map.queryRenderedFeatures(event.point, { layers: ["wall-case"] }).length) opens.case(number);
    });
  }

  #layers(token: (name: string) => string): void {
    const look = (normal: string, late: string, urgent: string) =>
      ["match", ["get", "look"], "urgent", urgent, "late", late, normal] as unknown as string;
    const colour = look(token("--accent"), token("--warn"), token("--bad"));
    for (const name of ["wall-cases", "wall-past", "wall-ways"]) this.#map.addSource(name, { type: "geojson", data: EMPTY });
    this.#wayLayers(token);
    this.#map.addLayer({
      id: "wall-past",
      type: "circle",
      source: "wall-past",
      paint: { "circle-color": token("--accent"), "circle-radius": 6 * this.#scale, "circle-opacity": 0.35 },
    });
    this.#map.addLayer({
      id: "wall-glow",
      type: "circle",
      source: "wall-cases",
      paint: { "circle-color": colour, "circle-radius": 15 * this.#scale, "circle-blur": 1, "circle-opacity": 0.5 },
    });
    this.#map.addLayer({
      id: "wall-case",
      type: "symbol",
      source: "wall-cases",
      layout: {
        "text-field": look("●", "◆", "▲"),
        "text-font": [token("--font")],
        "text-size": ["match", ["get", "look"], "normal", 15 * this.#scale, 24 * this.#scale],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "symbol-sort-key": ["match", ["get", "look"], "urgent", 2, "late", 1, 0],
      },
      paint: { "text-color": colour, "text-halo-color": token("--map-label-halo"), "text-halo-width": 2 },
    });
  }

  /** A way is a band in the colours of its sections' states, each with its number. */
  #wayLayers(token: (name: string) => string): void {
    const state = ["match", ["get", "state"], "shown", token("--good"), "accepted", token("--accent"), "asked", token("--warn"), "declined", token("--bad"), token("--ink-soft")] as unknown as string;
    const round = { "line-cap": "round", "line-join": "round" } as const;
    const halo = token("--map-label-halo");
    this.#map.addLayer({ id: "wall-way-edge", type: "line", source: "wall-ways", layout: round, paint: { "line-color": halo, "line-width": 11 * this.#scale } });
    this.#map.addLayer({ id: "wall-way", type: "line", source: "wall-ways", layout: round, paint: { "line-color": state, "line-width": 6 * this.#scale } });
    this.#map.addLayer({
      id: "wall-way-number",
      type: "symbol",
      source: "wall-ways",
      layout: {
        "symbol-placement": "line-center",
        "text-field": ["to-string", ["get", "n"]],
        "text-font": [token("--font")],
        "text-size": 17 * this.#scale,
        "text-rotation-alignment": "viewport",
        "text-pitch-alignment": "viewport",
        "text-allow-overlap": true,
      },
      paint: { "text-color": token("--ink"), "text-halo-color": halo, "text-halo-width": 3 },
    });
  }

  async ways(features: GeoJSON.FeatureCollection): Promise<void> {
    await this.#ready;
    this.#source("wall-ways").setData(features);
  }

  /** Marks that can be pressed; one that stays keeps its place and the focus. */
  whistles(whistles: Whistle[]): void {
    const now = new Set(whistles.map(([number]) => number));
    for (const [number, marker] of this.#whistles) {
      if (now.has(number)) continue;
      marker.remove();
      this.#whistles.delete(number);
    }
    for (const [number, lon, lat, urgent, words] of whistles) {
      const marker = this.#whistles.get(number) ?? this.#whistle(number, lon, lat);
      const element = marker.getElement();
      element.classList.toggle("wall-mark-urgent", urgent);
      element.title = words;
      element.setAttribute("aria-label", words);
    }
  }

  #whistle(number: string, lon: number, lat: number): Marker {
    const element = this.#template("whistle");
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#opens.whistle(number);
    });
    const marker = new Marker({ element, anchor: "bottom" }).setLngLat([lon, lat]).addTo(this.#map);
    this.#whistles.set(number, marker);
    return marker;
  }

  /** How many are on duty for each area, at its middle: no position of anybody. */
  duty(duty: Duty[]): void {
    for (const marker of this.#duty.splice(0)) marker.remove();
    for (const [lon, lat, count, name] of duty) {
      const element = this.#template("duty");
      element.append(String(count));
      element.title = name;
      element.setAttribute("aria-label", `${name} ${count}`);
      this.#duty.push(new Marker({ element }).setLngLat([lon, lat]).addTo(this.#map));
    }
  }

  #template(name: string): HTMLElement {
    const template = this.#holder.querySelector<HTMLTemplateElement>(`template[data-mark="${name}"]`)!;
    return template.content.firstElementChild!.cloneNode(true) as HTMLElement;
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

/** A size, or sizes by zoom, so many times as large. */
function grown(size: unknown, scale: number): never {
  if (typeof size === "number") return (size * scale) as never;
  if (!Array.isArray(size)) return (16 * scale) as never;
  // ["interpolate", way, ["zoom"], zoom, size, zoom, size …]
  return size.map((one: unknown, place) => (typeof one === "number" && place > 3 && place % 2 === 0 ? one * scale : one)) as never;
}

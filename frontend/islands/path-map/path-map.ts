/** <path-map config="…" sections="id of GeoJSON" draw="id of a textarea">: a way with its coloured, numbered sections;
    with `draw`, a click adds a corner to the line that the textarea holds, and "undo" takes the last one back.
    A section's properties: n (its number), name, colour (1…6, the tokens --map-kind-0n). Without WebGL it stays hidden:
    the table of sections, or the textarea, is beside it. */
import { type GeoJSONSource, type Map as MapLibre, Marker } from "maplibre-gl";
import { boundsOf } from "../shape-preview/bounds.ts";
import { readConfig } from "../street-map/config.ts";
import { canDraw, drawMap } from "../street-map/drawing.ts";
import { MAJORS, pagePalette } from "../street-map/palette.ts";
import { middle, type Place, readLine, writeLine } from "./line.ts";

const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export class PathMap extends HTMLElement {
  #map: MapLibre | null = null;
  #ready = false;

  connectedCallback(): void {
    if (!canDraw()) return;
    const config = readConfig(document, this.getAttribute("config") ?? "");
    const text = document.getElementById(this.getAttribute("sections") ?? "")?.textContent;
    const sections = text ? (JSON.parse(text) as GeoJSON.FeatureCollection) : NOTHING;
    this.hidden = false;
    const canvas = this.querySelector<HTMLElement>("[data-canvas]") ?? this;
    const bounds = boundsOf(sections) ?? config.bounds;
    const map = drawMap(canvas, { ...config, bounds }, { pitch: 0, dragRotate: false });
    this.#map = map;
    map.on("idle", () => this.setAttribute("idle", ""));
    map.on("load", () => this.#show(map, sections));
    if (this.#field) map.on("click", (event) => this.add([event.lngLat.lng, event.lngLat.lat]));
    this.#field?.addEventListener("input", () => this.#redraw());
    this.addEventListener("click", (event) => this.#do((event.target as Element).closest<HTMLElement>("[data-do]")));
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  get map(): MapLibre | null {
    return this.#map;
  }

  get #field(): HTMLTextAreaElement | null {
    return document.getElementById(this.getAttribute("draw") ?? "") as HTMLTextAreaElement | null;
  }

  /** One more corner of the drawn line. */
  add(point: Place): void {
    this.#write([...readLine(this.#field!.value), point]);
  }

  #do(button: HTMLElement | null): void {
    if (button?.dataset.do === "in") this.#map?.zoomIn();
    if (button?.dataset.do === "out") this.#map?.zoomOut();
    if (button?.dataset.do === "undo" && this.#field) this.#write(readLine(this.#field.value).slice(0, -1));
  }

  #write(line: Place[]): void {
    this.#field!.value = writeLine(line);
    this.#redraw();
  }

  #show(map: MapLibre, sections: GeoJSON.FeatureCollection): void {
    const colours = pagePalette();
    map.addSource("sections", { type: "geojson", data: sections });
    map.addSource("drawn", { type: "geojson", data: NOTHING });
    const edge = { "line-color": colours.labelHalo, "line-width": 9 };
    const round = { "line-cap": "round", "line-join": "round" } as const;
    map.addLayer({ id: "section-edge", type: "line", source: "sections", layout: round, paint: edge });
    for (const [index, code] of MAJORS.entries()) {
      const paint = { "line-color": colours.kinds[code] || colours.chosen, "line-width": 5 };
      const filter: ["==", ["get", string], number] = ["==", ["get", "colour"], index + 1];
      map.addLayer({ id: `section-${code}`, type: "line", source: "sections", filter, layout: round, paint });
    }
    const drawn = { "line-color": colours.chosen, "line-width": 4 };
    map.addLayer({ id: "drawn", type: "line", source: "drawn", layout: round, paint: drawn });
    const corners = { "circle-color": colours.chosen, "circle-radius": 5 };
    map.addLayer({ id: "corners", type: "circle", source: "drawn", paint: corners });
    for (const { geometry, properties } of sections.features) {
      const at = geometry.type === "MultiLineString" ? middle(geometry.coordinates as Place[][]) : null;
      if (at) new Marker({ element: sign(String(properties?.n), String(properties?.name)) }).setLngLat(at).addTo(map);
    }
    this.#ready = true;
    this.#redraw();
  }

  #redraw(): void {
    const line = this.#field ? readLine(this.#field.value) : [];
    if (!this.#map || !this.#ready || !this.#field) return;
    const type = line.length > 1 ? "LineString" : "MultiPoint";
    const geometry = { type, coordinates: line } as GeoJSON.LineString | GeoJSON.MultiPoint;
    void this.#map.getSource<GeoJSONSource>("drawn")?.setData({ type: "Feature", properties: {}, geometry });
  }
}

function sign(number: string, name: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "stop-sign";
  made.textContent = number;
  made.title = name;
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", `${number} ${name}`);
  return made;
}

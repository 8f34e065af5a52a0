/** <shape-preview config="…" shapes="id of GeoJSON" problems="id of GeoJSON">: what an import would bring, the
    troubled places in red. Data are FeatureCollections in degrees (CGCS2000). Without WebGL it stays hidden, and
    what follows it on the page (a drawing) is seen instead. A button anywhere with data-bounds="[w,s,e,n]" flies
    there; such buttons are hidden until there is a map to fly over. */
import { type Map as MapLibre } from "maplibre-gl";
import { readConfig } from "../street-map/config.ts";
import { canDraw, drawMap } from "../street-map/drawing.ts";
import { pagePalette } from "../street-map/palette.ts";
import { boundsOf } from "./bounds.ts";

const SOURCES = ["shapes", "problems"] as const;

export class ShapePreview extends HTMLElement {
  #map: MapLibre | null = null;
  #gone = new AbortController();

  connectedCallback(): void {
    if (!canDraw()) return;
    const config = readConfig(document, this.getAttribute("config") ?? "");
    const data = Object.fromEntries(SOURCES.map((name) => [name, this.#geojson(name)]));
    const bounds = boundsOf(data.shapes!) ?? config.bounds;
    this.hidden = false;
    const map = drawMap(this.querySelector<HTMLElement>("[data-canvas]") ?? this, { ...config, bounds });
    this.#map = map;
    map.on("idle", () => this.setAttribute("idle", ""));
    map.on("load", () => {
      const colours = pagePalette();
      for (const name of SOURCES) map.addSource(name, { type: "geojson", data: data[name]! });
      map.addLayer({
        id: "shapes",
        type: "line",
        source: "shapes",
        paint: { "line-color": colours.grid, "line-width": 1.5 },
      });
      map.addLayer({
        id: "problem-fill",
        type: "fill",
        source: "problems",
        paint: { "fill-color": colours.party, "fill-opacity": 0.45 },
      });
      map.addLayer({
        id: "problem-line",
        type: "line",
        source: "problems",
        paint: { "line-color": colours.party, "line-width": 3 },
      });
    });
    this.addEventListener("click", (event) => {
      const verb = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset.do;
      if (verb === "in") map.zoomIn();
      if (verb === "out") map.zoomOut();
    });
    this.#leadTo(map);
  }

  #leadTo(map: MapLibre): void {
    for (const button of document.querySelectorAll<HTMLElement>("[data-bounds]")) button.hidden = false;
    document.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-bounds]");
      if (!button) return;
      this.scrollIntoView({ block: "nearest" });
      map.fitBounds(JSON.parse(button.dataset.bounds!), { padding: 40, maxZoom: 19 });
    }, { signal: this.#gone.signal });
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    this.#map?.remove();
    this.#map = null;
  }

  get map(): MapLibre | null {
    return this.#map;
  }

  #geojson(name: string): GeoJSON.FeatureCollection {
    const text = document.getElementById(this.getAttribute(name) ?? "")?.textContent;
    return text ? (JSON.parse(text) as GeoJSON.FeatureCollection) : { type: "FeatureCollection", features: [] };
  }
}

/** <point-picker config="…" lon="id of an input" lat="id of an input">: a small map that fills two inputs.
    With at="118.02,37.38" instead it only shows that point. Without script (or without WebGL) the inputs beside
    it, or the address words, do the work. */
import { type Map as MapLibre, Marker } from "maplibre-gl";
import { type MapConfig, readConfig } from "../street-map/config.ts";
import { canDraw, drawMap } from "../street-map/drawing.ts";
import { pagePalette } from "../street-map/palette.ts";
import { readPoint, shortPoint } from "./point.ts";

const CLOSE_ZOOM = 17;

export class PointPicker extends HTMLElement {
  #config!: MapConfig;
  #map: MapLibre | null = null;
  #marker: Marker | null = null;

  connectedCallback(): void {
    this.#config = readConfig(document, this.getAttribute("config") ?? "");
    if (!canDraw()) return;
    const canvas = this.querySelector<HTMLElement>("[data-canvas]")!;
    this.hidden = false;
    const shown = this.getAttribute("at")?.split(",");
    const point = shown
      ? readPoint(shown[0] ?? "", shown[1] ?? "")
      : readPoint(this.#input("lon").value, this.#input("lat").value);
    const camera = point ? { bounds: undefined, center: point, zoom: CLOSE_ZOOM } : {};
    this.#map = drawMap(canvas, this.#config, { ...camera, pitch: 0, dragRotate: false, cooperativeGestures: false });
    this.#map.on("idle", () => this.setAttribute("idle", ""));
    if (!shown) this.#map.on("click", (event) => this.pick([event.lngLat.lng, event.lngLat.lat]));
    this.addEventListener("click", (event) => {
      const verb = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset.do;
      if (verb === "locate") this.#locate();
      if (verb === "in") this.#map?.zoomIn();
      if (verb === "out") this.#map?.zoomOut();
    });
    document.addEventListener("look", () => this.#map?.setStyle(this.#map.getStyle()));
    if (point) this.#mark(point, !shown);
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  get map(): MapLibre | null {
    return this.#map;
  }

  /** Puts the point into the form and says which building is near. */
  pick(point: [number, number]): void {
    const [lon, lat] = shortPoint(point);
    this.#input("lon").value = lon;
    this.#input("lat").value = lat;
    this.#mark(point);
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { lon: Number(lon), lat: Number(lat) } }));
    void this.#sayNear(lon, lat);
  }

  #mark(point: [number, number], draggable = true): void {
    if (!this.#marker) {
      this.#marker = new Marker({ color: pagePalette().chosen, draggable });
      this.#marker.on("dragend", () => this.pick(this.#marker!.getLngLat().toArray()));
    }
    this.#marker.setLngLat(point).addTo(this.#map!);
  }

  #locate(): void {
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      const point: [number, number] = [coords.longitude, coords.latitude];
      this.pick(point);
      this.#map?.jumpTo({ center: point, zoom: CLOSE_ZOOM });
    }, () => this.#say(this.dataset.nowhere ?? ""));
  }

  async #sayNear(lon: string, lat: string): Promise<void> {
    const output = this.querySelector<HTMLElement>("[data-near]");
    if (!output || !this.#config.nearUrl) return;
    const answer = await fetch(`${this.#config.nearUrl}?${new URLSearchParams({ lon, lat })}`).catch(() => null);
    const near = answer?.ok ? ((await answer.json()) as { address: { full_name: string } | null }) : null;
    output.textContent = near?.address?.full_name ?? "";
  }

  #say(words: string): void {
    const output = this.querySelector<HTMLElement>("[data-near]");
    if (output) output.textContent = words;
  }

  #input(name: "lon" | "lat"): HTMLInputElement {
    return document.getElementById(this.getAttribute(name) ?? "") as HTMLInputElement;
  }
}

/** <street-map config="id of a JSON script">: the street, its layers, and the card of the grid that is tapped. */
import {
  type MapGeoJSONFeature,
  type Map as MapLibre,
  type MapMouseEvent,
  Marker,
  type PaddingOptions,
  Popup,
  ScaleControl,
  type StyleSpecification,
} from "maplibre-gl";
import { type AreaCard, fillCard, fillThing, type ThingNote } from "./card.ts";
import { type MapConfig, readConfig } from "./config.ts";
import { canDraw, drawMap } from "./drawing.ts";
import { isShown, SWITCHES } from "./layers.ts";
import { pagePalette } from "./palette.ts";
import { readPlace, writePlace } from "./place.ts";
import { AddressSearch, type Found } from "./search.ts";
import { showStops } from "./stops.ts";
import { chosenFilter, mapStyle } from "./style.ts";

const FLAT = { pitch: 0, bearing: 0 };
/** Below this width the panels cover the map's top and bottom, and a strong tilt would waste what is left. */
const NARROW_PX = 768;
const CLOSE_ZOOM = 17;
const NEAR_ZOOM = 16;
/** What a tap may hit besides a grid, topmost first. */
const POINTS = ["party", "firm", "thing"];

export class StreetMap extends HTMLElement {
  #config!: MapConfig;
  #map: MapLibre | null = null;
  #marker: Marker | null = null;
  #grid: number | null = null;
  #tilted = true;
  #cameFrom = "";

  connectedCallback(): void {
    this.#config = readConfig(document, this.getAttribute("config") ?? "");
    if (!canDraw()) return this.#state("no-drawing");
    this.#start();
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  /** The map itself, for tests and for pages that draw more on it. */
  get map(): MapLibre | null {
    return this.#map;
  }

  #start(): void {
    this.#cameFrom = location.hash;
    const place = readPlace(location.hash);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#grid = place.grid;
    this.#tilted = place.view ? place.view.pitch > 0 : this.getAttribute("flat") === null;
    const camera = place.view
      ? { bounds: undefined, center: [place.view.lon, place.view.lat] as [number, number], ...place.view }
      : { ...this.#stance(), fitBoundsOptions: { padding: this.#margins() } };
    const map = drawMap(this.#part("[data-canvas]"), this.#config, { ...camera, fadeDuration: calm ? 0 : 300 });
    this.#map = map;
    this.#state("loading");
    showStops(map, this.#config);
    map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    map.on("load", () => this.#loaded());
    map.on("idle", () => this.setAttribute("idle", ""));
    map.on("movestart", () => this.removeAttribute("idle"));
    map.on("moveend", () => this.#remember());
    map.on("rotate", () => this.#turnNeedle());
    map.on("click", (event) => this.#tap(event));
    map.on("error", (event) => this.#failed(event as unknown as { error?: Error; sourceId?: string }));
    map.on("mousemove", (event) => this.#pointAt(event));
    this.#connectPage();
    this.#turnNeedle();
  }

  #loaded(): void {
    this.#state("shown");
    this.#showLayers();
    if (this.#grid) void this.#open(this.#grid, { goThere: !readPlace(this.#cameFrom).view });
  }

  #connectPage(): void {
    for (const box of this.querySelectorAll<HTMLInputElement>("input[data-layer]")) {
      box.addEventListener("change", () => this.#showLayers());
    }
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      if (button) this.#do(button.dataset.do!, button);
      const link = (event.target as Element).closest<HTMLElement>("[data-grid]");
      if (link && this.#map) {
        event.preventDefault();
        void this.#open(Number(link.dataset.grid), { goThere: true });
      }
    });
    const form = this.querySelector<HTMLElement>("[data-search]");
    if (form && this.#config.addressUrl) {
      new AddressSearch(form, this.#config.addressUrl, (found) => this.#flyTo(found));
    }
    document.addEventListener("look", () => this.#repaint());
    addEventListener("hashchange", () => this.#follow());
    addEventListener("beforeprint", () => this.#picture());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#config.cardUrl) this.#close();
    });
  }

  #do(verb: string, button: HTMLElement): void {
    const map = this.#map;
    const verbs: Record<string, () => void> = {
      in: () => map?.zoomIn(),
      out: () => map?.zoomOut(),
      north: () => map?.easeTo({ bearing: 0 }),
      whole: () => map?.fitBounds(this.#config.bounds, { padding: this.#margins(), ...this.#stance() }),
      tilt: () => this.#tilt(button),
      locate: () => this.#locate(),
      print: () => void this.#print(),
      close: () => this.#close(),
      retry: () => this.#repaint(true),
    };
    verbs[verb]?.();
  }

  #showLayers(): void {
    for (const box of this.querySelectorAll<HTMLInputElement>("input[data-layer]")) {
      for (const layer of SWITCHES[box.dataset.layer!] ?? []) {
        if (!this.#map?.getLayer(layer)) continue;
        const shown = isShown(layer, box.checked, this.#tilted);
        this.#map.setLayoutProperty(layer, "visibility", shown ? "visible" : "none");
      }
      const key = this.querySelector<HTMLElement>(`[data-key="${box.dataset.layer}"]`);
      if (key) key.hidden = !box.checked;
    }
  }

  #tilt(button: HTMLElement): void {
    this.#tilted = !this.#tilted;
    button.setAttribute("aria-pressed", String(this.#tilted));
    this.#showLayers();
    this.#map?.easeTo(this.#stance());
  }

  #stance(): { pitch: number; bearing: number } {
    if (!this.#tilted) return FLAT;
    return this.offsetWidth < NARROW_PX ? { pitch: 25, bearing: 0 } : { pitch: 50, bearing: -17 };
  }

  /** What the floating panels cover when everything is shown. */
  #margins(): PaddingOptions {
    return this.offsetWidth < NARROW_PX
      ? { top: 72, right: 20, bottom: 72, left: 20 }
      : { top: 40, right: 72, bottom: 40, left: 24 };
  }

  #locate(): void {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => this.#flyTo({ lon: coords.longitude, lat: coords.latitude }),
      () => this.#note("no-position"),
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  }

  #flyTo(found: Pick<Found, "lon" | "lat">): void {
    if (found.lon === null || found.lat === null || !this.#map) return;
    const to: [number, number] = [found.lon, found.lat];
    this.#marker ??= new Marker({ color: pagePalette().chosen });
    this.#marker.setLngLat(to).addTo(this.#map);
    this.#map.flyTo({ center: to, zoom: Math.max(this.#map.getZoom(), CLOSE_ZOOM) });
  }

  #tap(event: MapMouseEvent): void {
    const layers = [...POINTS, "grid-fill"].filter((layer) => this.#map?.getLayer(layer));
    const hits = this.#map?.queryRenderedFeatures(event.point, { layers }) ?? [];
    const point = hits.find((hit) => POINTS.includes(hit.layer.id));
    if (point) return this.#nameOf(point, event);
    const grid = hits.find((hit) => hit.layer.id === "grid-fill");
    const id = Number(grid?.id);
    if (!this.#config.cardUrl) return;
    if (id) void this.#open(id);
    else this.#close();
  }

  /** The name of what was tapped; of a component also the way to its page, where the page gives one. */
  #nameOf(point: MapGeoJSONFeature, event: MapMouseEvent): void {
    const words = this.querySelector<HTMLTemplateElement>("template[data-thing]");
    const address = point.layer.id === "thing" && words ? this.#config.thingUrl : undefined;
    const note = new Popup({ closeButton: false, className: "map-note" }).setLngLat(event.lngLat);
    const filled = address && words ? fillThing(words, point.properties as ThingNote, address) : null;
    (filled ? note.setDOMContent(filled) : note.setText(point.properties.name as string)).addTo(this.#map!);
  }

  #pointAt(event: MapMouseEvent): void {
    const layers = [...POINTS, "grid-fill"].filter((layer) => this.#map?.getLayer(layer));
    const hit = this.#map!.queryRenderedFeatures(event.point, { layers }).length > 0;
    this.#map!.getCanvas().style.cursor = hit ? "pointer" : "";
  }

  async #open(grid: number, { goThere = false } = {}): Promise<void> {
    this.#grid = grid;
    this.#choose();
    const sheet = this.#part("[data-sheet]");
    const body = this.#part("[data-card-body]");
    sheet.hidden = false;
    body.replaceChildren(this.#copy("[data-card-loading]"));
    const address = this.#config.cardUrl!.replace("/0/", `/${grid}/`);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (this.#grid !== grid) return;
    if (answer?.status === 404) return body.replaceChildren(this.#copy("[data-card-outside]"));
    if (!answer?.ok) return body.replaceChildren(this.#copy("[data-card-failed]"));
    const card = (await answer.json()) as AreaCard;
    body.replaceChildren(fillCard(this.#part("[data-card]") as HTMLTemplateElement, card, document.documentElement.lang));
    sheet.focus({ preventScroll: true });
    if (goThere && card.centre) this.#map?.easeTo({ center: card.centre, zoom: NEAR_ZOOM, padding: this.#free(sheet) });
  }

  /** The part of the map that the sheet leaves free. */
  #free(sheet: HTMLElement): PaddingOptions {
    const onPhone = sheet.offsetWidth === this.offsetWidth;
    return { top: 0, right: 0, bottom: onPhone ? sheet.offsetHeight : 0, left: onPhone ? 0 : sheet.offsetWidth };
  }

  #close(): void {
    this.#grid = null;
    this.#choose();
    this.#part("[data-sheet]").hidden = true;
  }

  #choose(): void {
    if (this.#map?.getLayer("grid-chosen")) this.#map.setFilter("grid-chosen", chosenFilter(this.#grid));
    this.#remember();
  }

  #remember(): void {
    const map = this.#map;
    if (!map) return;
    const { lng, lat } = map.getCenter();
    const view = { zoom: map.getZoom(), lat, lon: lng, pitch: map.getPitch(), bearing: map.getBearing() };
    history.replaceState(history.state, "", writePlace({ view, grid: this.#grid }));
  }

  #follow(): void {
    const { view, grid } = readPlace(location.hash);
    if (view) this.#map?.jumpTo({ center: [view.lon, view.lat], ...view });
    if (grid && grid !== this.#grid) void this.#open(grid, { goThere: !view });
  }

  #repaint(again = false): void {
    const style: StyleSpecification = mapStyle(this.#config, pagePalette(), location.origin);
    this.#map?.setStyle(style, { diff: !again });
    this.#map?.once("styledata", () => {
      this.#showLayers();
      this.#choose();
      this.#state("shown");
    });
  }

  #failed({ sourceId, error }: { sourceId?: string; error?: Error }): void {
    if (sourceId) this.#state("tiles-failed");
    else console.error(error);
  }

  #turnNeedle(): void {
    const needle = this.querySelector<SVGElement>("[data-do=north] .icon");
    needle?.style.setProperty("transform", `rotate(${-(this.#map?.getBearing() ?? 0)}deg)`);
  }

  /** Paper gets a picture: browsers print a WebGL canvas empty once it has been drawn. */
  #picture(): HTMLImageElement | null {
    const paper = this.querySelector<HTMLImageElement>("img[data-paper]");
    if (!paper || !this.#map) return null;
    this.#map.redraw();
    paper.src = this.#map.getCanvas().toDataURL("image/png");
    return paper;
  }

  async #print(): Promise<void> {
    await this.#picture()?.decode();
    print();
  }

  #state(name: string): void {
    this.setAttribute("state", name);
    for (const note of this.querySelectorAll<HTMLElement>("[data-state]")) note.hidden = note.dataset.state !== name;
  }

  #note(name: string): void {
    const text = this.querySelector<HTMLElement>(`[data-note="${name}"]`)?.textContent;
    if (text) document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "warn" } }));
  }

  #part(selector: string): HTMLElement {
    const part = this.querySelector<HTMLElement>(selector);
    if (!part) throw new Error(`<street-map> needs ${selector}`);
    return part;
  }

  #copy(selector: string): DocumentFragment {
    return (this.#part(selector) as HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
  }
}


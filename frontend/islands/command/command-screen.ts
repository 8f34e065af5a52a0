/** <command-screen stream now replay>: keeps the figures of the page going. They come over the stream in one piece,
    which holds all words, soon after each fact; where none comes, it is asked for. */
import type { MapConfig } from "../street-map/config.ts";
import { LiveStream } from "../live/stream.ts";
import { Asking } from "./asking.ts";
import { Deeds } from "./deeds.ts";
import { Drawer } from "./drawer.ts";
import { takeParts } from "./parts.ts";
import { type News, Places, type Point } from "./places.ts";
import { Promised } from "./promised.ts";
import { Replay } from "./replay.ts";
import type { Duty, Spot, WallMap, Whistle } from "./wall-map.ts";
import { type States, Ways } from "./ways.ts";

const STALE_MS = 3_000;
const AGAIN_MS = 5_000;
const BY_CLOCK_MS = 45_000;
const CUT_MS = 15_000;
const PEOPLE_MS = 60_000;
const POINTS_MS = 300_000;

interface Marks {
  whistles: Whistle[];
  ways: States;
}

export class CommandScreen extends HTMLElement {
  readonly #asking = new Asking();
  readonly #promised = new Promised(() => this.#askSoon());
  readonly #places = new Places();
  readonly #ways = new Ways();
  #marks: Marks = { whistles: [], ways: {} };
  readonly #timers: number[] = [];
  #line: LiveStream | null = null;
  #replay: Replay | null = null;
  #deeds: Deeds | null = null;
  #drawer: Drawer | null = null;
  #map: WallMap | null = null;
  #config: (MapConfig & { pointsUrl: string; caseUrl: string }) | null = null;
  #open = false;
  #cutAt = 0;
  #askTimer = 0;
  #staleTimer = 0;
  #clockTimer = 0;
  #kept = new Set<string>();

  connectedCallback(): void {
    const text = document.getElementById("wall-map")?.textContent;
    this.#config = text ? JSON.parse(text) : null;
    this.#places.take(newsOf(document), now(), true);
    this.#marks = read(document, "wall-marks", this.#marks);
    this.#deeds = new Deeds(this, () => this.#heard());
    this.#drawer = new Drawer(this);
    this.#replay = new Replay(this.#one("[data-player]"), this.getAttribute("replay")!, () => this.#map, () => this.#river(), (on) => this.#playing(on));
    this.addEventListener("spots", (event) => this.#spots((event as CustomEvent<Spot[]>).detail));
    this.addEventListener("duty", () => this.#duty());
    this.#timers.push(window.setInterval(() => this.#tick(), 1_000));
    this.#timers.push(window.setInterval(() => void this.#deeds!.people(), PEOPLE_MS * (1 + Math.random() / 4)));
    this.#timers.push(window.setInterval(() => void this.#points(), POINTS_MS * (1 + Math.random() / 4)));
    this.#tick();
    this.#byClock();
    void this.#draw();
    this.#listen();
  }

  disconnectedCallback(): void {
    this.#line?.stop();
    this.#replay?.stop();
    this.#map?.remove();
    for (const timer of this.#timers) clearInterval(timer);
    for (const timer of [this.#askTimer, this.#staleTimer, this.#clockTimer]) clearTimeout(timer);
  }

  #one<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.querySelector<T>(selector)!;
  }

  #river(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-river]")];
  }

  #listen(): void {
    const heard = (word: string, data: string): void => {
      if (word === "piece") return this.#came(JSON.parse(data) as string);
      if (word === "reset") void this.#points();
      this.#heard();
    };
    const turned = (open: boolean): void => (open ? this.#stands() : this.#cut());
    this.#line = new LiveStream(this.getAttribute("stream") ?? "", { heard, turned }, { always: true, again: AGAIN_MS });
    if (!this.#line.start()) this.#cut();
  }

  #stands(): void {
    this.#open = true;
    this.setAttribute("line", "open");
    this.#state("open");
    clearTimeout(this.#staleTimer);
    this.#one("[data-stale]").hidden = true;
  }

  #cut(): void {
    if (this.#open || !this.#cutAt) this.#cutAt = Date.now();
    this.#open = false;
    this.#promised.stop();
    this.setAttribute("line", "cut");
    clearTimeout(this.#staleTimer);
    this.#staleTimer = window.setTimeout(() => this.#stale(), Math.max(0, this.#cutAt + STALE_MS - Date.now()));
  }

  #stale(): void {
    const banner = this.#one("[data-stale]");
    const since = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    banner.textContent = (banner.dataset.words ?? "").replace("{time}", since.format(this.#cutAt));
    banner.hidden = false;
    this.#state("cut");
    this.#byClock();
  }

  #state(state: string): void {
    for (const words of this.querySelectorAll<HTMLElement>("[data-line-state]")) words.hidden = words.dataset.lineState !== state;
  }

  #heard(): void {
    if (this.#open) this.#promised.heard();
    else this.#askSoon();
  }

  #askSoon(): void {
    this.#later(this.#asking.heard(performance.now(), Math.random()));
  }

  #came(html: string): void {
    this.#promised.came();
    this.#byClock();
    this.#take(html);
  }

  #later(wait: number | null): void {
    if (wait === null) return;
    clearTimeout(this.#askTimer);
    this.#askTimer = window.setTimeout(() => void this.#ask(), wait);
  }

  /** Also without news: clocks run on. More often while the line is cut. */
  #byClock(): void {
    clearTimeout(this.#clockTimer);
    const pause = (this.#open || !this.#cutAt ? BY_CLOCK_MS : CUT_MS) * (1 + Math.random() / 3);
    this.#clockTimer = window.setTimeout(() => {
      void this.#ask();
      this.#byClock();
    }, pause);
  }

  async #ask(): Promise<void> {
    if (this.#asking.busy) return;
    const heard = this.#asking.begin(performance.now());
    let again = 5_000; // no answer: the line or the server is down
    try {
      const query = heard === null ? "" : `?heard=${heard}`;
      const answer = await fetch(`${this.getAttribute("now")}${query}`);
      if (answer.redirected) location.reload(); // signed out meanwhile
      else if (answer.ok) {
        this.#take(await answer.text());
        again = Number(answer.headers.get("X-Again") ?? Number.NaN);
      }
    } catch {
      this.setAttribute("failed", "");
    }
    this.#later(this.#asking.end(again, performance.now(), Math.random()));
  }

  #take(html: string): void {
    this.removeAttribute("failed");
    const place = this.#one("[data-parts]");
    const before = alarmsIn(place);
    const fresh = takeParts(place, html, this.#kept);
    this.#drawer!.told();
    this.#marks = read(fresh, "wall-marks", this.#marks);
    this.#mark();
    const changes = this.#places.take(newsOf(fresh), now());
    if (!this.#replayed) {
      void this.#map?.show(this.#places.features(now()));
      this.#map?.pulse(changes);
    }
    const alarms = alarmsIn(place);
    if (alarms > before) this.#one("[data-said]").textContent = (this.dataset.alarms ?? "").replace("{count}", String(alarms));
  }

  get #replayed(): boolean {
    return this.#kept.has("river");
  }

  #playing(on: boolean): void {
    this.toggleAttribute("replaying", on);
    this.#kept = on ? new Set(["river"]) : new Set();
    if (on) return;
    void this.#map?.show(this.#places.features(now()));
    void this.#ask();
  }

  async #draw(): Promise<void> {
    if (!this.#config || document.createElement("canvas").getContext("webgl2") === null) {
      this.setAttribute("state", "no-drawing");
      return;
    }
    const { WallMap } = await import("./wall-map.ts");
    if (!this.isConnected) return;
    this.#map = new WallMap(this, this.#one("[data-canvas]"), this.#config, {
      case: (number) => void this.#deeds!.open(number),
      whistle: (number) => void this.#deeds!.whistle(number),
    });
    this.setAttribute("state", "shown");
    this.#ways.take(this.#marks.ways);
    this.#duty();
    await this.#points();
  }

  async #points(): Promise<void> {
    if (!this.#map || !this.#config) return;
    const answer = await fetch(this.#config.pointsUrl).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const found = (await answer.json()) as { cases: Point[]; ways: GeoJSON.FeatureCollection };
    this.#places.load(found.cases);
    this.#ways.load(found.ways);
    this.#mark();
    if (!this.#replayed) await this.#map.show(this.#places.features(now()));
  }

  /** Whistles and ways as the newest piece has them; a way that is new to the screen is fetched. */
  #mark(): void {
    if (!this.#map) return;
    this.#map.whistles(this.#marks.whistles);
    this.#key("whistles", this.#marks.whistles.length > 0);
    const unknown = this.#ways.take(this.#marks.ways);
    this.#key("ways", this.#ways.count > 0);
    void this.#map.ways(this.#ways.features());
    if (unknown) void this.#points();
  }

  #key(name: string, shown: boolean): void {
    const key = this.querySelector<HTMLElement>(`[data-key="${name}"]`);
    if (key) key.hidden = !shown;
  }

  /** How many are on duty in each grid; not while positions are shown. */
  #duty(): void {
    const duty = this.querySelector("#wall-spots") ? [] : read<Duty[]>(document, "wall-duty", []);
    this.#key("duty", duty.length > 0);
    this.#map?.duty(duty);
  }

  #spots(spots: Spot[]): void {
    this.#key("people", spots.length > 0);
    this.#map?.people(spots);
    this.#duty();
  }

  #tick(): void {
    const clock = this.#one<HTMLTimeElement>("[data-clock]");
    const zone = "Asia/Shanghai";
    const moment = new Date();
    clock.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone }).format(moment);
    this.#one("[data-day]").textContent = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", day: "numeric", weekday: "long", timeZone: zone }).format(moment);
  }
}

function now(): number {
  return Date.now() / 1000;
}

function read<T>(page: Document, id: string, none: T): T {
  const text = page.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : none;
}

function newsOf(page: Document): News[] {
  return read<News[]>(page, "wall-news", []);
}

function alarmsIn(place: HTMLElement): number {
  return place.querySelectorAll("[data-alarm-list] [data-case]").length;
}

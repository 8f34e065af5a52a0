/** The player of yesterday: fetches the day page by page, plays it into the river and onto the map. */
import { clockOf, Player, type Step } from "./player.ts";
import type { WallMap } from "./wall-map.ts";

const FRAME_MS = 200;
const PAGES_MOST = 80;

interface Page {
  day: string;
  steps: Step[];
  later: string | null;
}

export class Replay {
  readonly #panel: HTMLElement;
  readonly #address: string;
  readonly #map: () => WallMap | null;
  readonly #river: () => HTMLElement[];
  readonly #turned: (on: boolean) => void;
  #player: Player | null = null;
  #day = "";
  #timer = 0;
  #shown: Step[] = [];

  constructor(panel: HTMLElement, address: string, map: () => WallMap | null, river: () => HTMLElement[], turned: (on: boolean) => void) {
    this.#panel = panel;
    this.#address = address;
    this.#map = map;
    this.#river = river;
    this.#turned = turned;
    panel.hidden = false;
    this.#one("[data-play]").addEventListener("click", () => void this.#press());
    this.#one("[data-end]").addEventListener("click", () => this.#leave());
    this.#scrub.addEventListener("input", () => this.#seek(Number(this.#scrub.value)));
    for (const button of panel.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.addEventListener("click", () => this.#faster(Number(button.dataset.speed)));
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get #scrub(): HTMLInputElement {
    return this.#one<HTMLInputElement>("[data-scrub]");
  }

  #one<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.#panel.querySelector<T>(selector)!;
  }

  async #press(): Promise<void> {
    if (!this.#player) return this.#begin();
    if (this.#player.over) this.#player.seek(this.#player.first);
    this.#player.playing = !this.#player.playing;
    this.#label();
  }

  async #begin(): Promise<void> {
    const player = (this.#player = new Player(this.#river().length));
    this.#while(true);
    this.#turned(true);
    this.#say("loading");
    let later: string | null = "";
    try {
      for (let page = 0; later !== null && page < PAGES_MOST && this.#player === player; page += 1) {
        const answer = await fetch(`${this.#address}?${new URLSearchParams({ after: later })}`);
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        const found = (await answer.json()) as Page;
        player.add(found.steps);
        this.#day = found.day;
        later = found.later;
        if (!this.#timer && player.loaded) this.#start(player);
      }
    } catch {
      if (this.#player === player && !player.loaded) this.#say("failed");
    }
    if (this.#player === player && !player.loaded && later === null) this.#say("none");
  }

  #start(player: Player): void {
    player.seek(Math.max(0, player.first - 60));
    player.playing = true;
    this.#shown = [];
    this.#label();
    this.#timer = window.setInterval(() => this.#frame(), FRAME_MS);
    this.#frame();
  }

  #frame(): void {
    const player = this.#player!;
    const wasPlaying = player.playing;
    const happened = player.advance(FRAME_MS / 1000);
    if (happened.length) {
      this.#shown = [...this.#shown, ...happened].slice(-3_000);
      const map = this.#map();
      void map?.past(this.#shown);
      map?.pulse(happened.flatMap(([, lon, lat, , reach]) => (lon === null || lat === null ? [] : [{ lon, lat, look: "normal" as const, opened: reach === 0 }])));
    }
    if (wasPlaying) this.#show();
    if (wasPlaying && !player.playing) this.#label();
  }

  #seek(second: number): void {
    this.#player?.seek(second);
    this.#shown = [];
    void this.#map()?.past([]);
    this.#show();
  }

  #show(): void {
    const player = this.#player!;
    const most = Math.max(1, ...player.counts);
    for (const [place, figure] of this.#river().entries()) {
      const count = player.counts[place] ?? 0;
      figure.textContent = String(count);
      figure.parentElement?.querySelector("[data-flow]")?.setAttribute("width", String((100 * count) / most));
    }
    this.#scrub.value = String(Math.floor(player.at));
    this.#scrub.setAttribute("aria-valuetext", clockOf(player.at));
    this.#one("[data-at]").textContent = clockOf(player.at);
    // said once an hour of the day, so that a reader is not flooded
    const told = this.#one("[data-replayed]");
    const hour = String(Math.floor(player.at / 3600)) + String(player.playing);
    if (told.dataset.hour === hour) return;
    told.dataset.hour = hour;
    this.#say("words", { time: clockOf(player.at), steps: String(player.done) });
  }

  #say(key: string, more: Record<string, string> = {}): void {
    const told = this.#one("[data-replayed]");
    told.hidden = false;
    const words = told.dataset[key] ?? "";
    told.textContent = words.replace(/\{(\w+)\}/g, (_, name: string) => ({ day: this.#day, ...more })[name] ?? "");
  }

  #faster(speed: number): void {
    if (this.#player) this.#player.speed = speed;
    for (const button of this.#panel.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
    }
  }

  #label(): void {
    const button = this.#one("[data-play]");
    const { playing } = this.#player ?? { playing: false };
    button.textContent = (this.#player ? (playing ? button.dataset.pause : button.dataset.go) : button.dataset.start) ?? "";
  }

  #leave(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#player = null;
    this.#faster(60);
    void this.#map()?.past(null);
    this.#while(false);
    this.#label();
    this.#turned(false);
    this.#one("[data-play]").focus();
  }

  #while(on: boolean): void {
    for (const part of this.#panel.querySelectorAll<HTMLElement>("[data-while-playing]")) part.hidden = !on;
  }
}

/** The stream of facts: stays open, comes back after a cut with what was missed, says how it stands. */
import { continued, kindsOf } from "../live-queue/news.ts";

const AGAIN_MS = 5_000;

export interface Hears {
  fact(): void;
  /** The line stands (again); what was missed came before this. */
  ready(): void;
  /** Too much was missed. */
  reset(): void;
  cut(): void;
}

export class Line {
  #source: EventSource | null = null;
  #lastId = "";
  #timer = 0;
  readonly #stream: string;
  readonly #hears: Hears;

  constructor(stream: string, hears: Hears) {
    this.#stream = stream;
    this.#hears = hears;
  }

  open(): void {
    this.close();
    const source = new EventSource(continued(this.#stream, this.#lastId), { withCredentials: true });
    const heard = (word: string, tell: () => void): void =>
      source.addEventListener(word, (event) => {
        this.#lastId = (event as MessageEvent).lastEventId || this.#lastId;
        tell();
      });
    for (const kind of kindsOf(this.#stream)) heard(kind, () => this.#hears.fact());
    heard("ready", () => this.#hears.ready());
    heard("reset", () => this.#hears.reset());
    source.addEventListener("error", () => {
      this.#hears.cut();
      if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.open(), AGAIN_MS * (1 + Math.random()));
    });
    this.#source = source;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

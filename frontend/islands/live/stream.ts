/** A stream of facts as every page keeps it: it goes on where it was after a cut, comes back after a refusal, and a
    hidden tab holds none, for browsers allow six connections to one host. Nothing is asked for by the clock. */
const AGAIN_MS = 30_000;
const WORDS = ["ready", "reset"];

export interface Hears {
  /** A fact by its kind; "ready": the line stands (again), what was missed came before; "reset": too much was missed;
      "piece": the piece that the address asks for, made anew. */
  heard(word: string, data: string): void;
  /** The line stands, or is cut. */
  turned?(open: boolean): void;
}

export interface How {
  /** Also while nobody looks: a wall. */
  always?: boolean;
  /** Milliseconds after a refusal; twice as long at most, so that not all come together. */
  again?: number;
}

export class LiveStream {
  readonly #address: string;
  readonly #hears: Hears;
  readonly #how: How;
  #source: EventSource | null = null;
  #lastId = "";
  #timer = 0;
  readonly #turn = (): void => (document.hidden && !this.#how.always ? this.#close() : this.#open());

  constructor(address: string, hears: Hears, how: How = {}) {
    this.#address = address;
    this.#hears = hears;
    this.#how = how;
  }

  /** False where there is no stream to keep: an old browser, a page without one. */
  start(): boolean {
    if (!("EventSource" in globalThis) || !this.#address) return false;
    document.addEventListener("visibilitychange", this.#turn);
    this.#turn();
    return true;
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#turn);
    this.#close();
  }

  #open(): void {
    if (this.#source) return;
    clearTimeout(this.#timer);
    const source = new EventSource(continued(this.#address, this.#lastId), { withCredentials: true });
    for (const word of [...kindsOf(this.#address), ...WORDS, "piece"]) {
      source.addEventListener(word, (event) => {
        this.#lastId = (event as MessageEvent<string>).lastEventId || this.#lastId;
        if (WORDS.includes(word)) this.#hears.turned?.(true);
        this.#hears.heard(word, (event as MessageEvent<string>).data);
      });
    }
    source.addEventListener("error", () => {
      this.#hears.turned?.(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      this.#source = null;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#turn, (this.#how.again ?? AGAIN_MS) * (1 + Math.random())) as unknown as number;
    });
    this.#source = source;
  }

  #close(): void {
    clearTimeout(this.#timer);
    if (!this.#source) return;
    this.#source.close();
    this.#source = null;
    this.#hears.turned?.(false);
  }
}

/** The stream's address, continued after the last event that was heard. */
export function continued(stream: string, lastId: string): string {
  if (!lastId) return stream;
  const address = new URL(stream);
  address.searchParams.set("after", lastId);
  return address.href;
}

/** The kinds that the stream was asked for are the names of its events. */
export function kindsOf(stream: string): string[] {
  return (new URL(stream).searchParams.get("kinds") ?? "").split(",").filter(Boolean);
}

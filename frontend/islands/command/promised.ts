/** After a fact its piece comes by itself. Where it was waited for in vain it is asked for, and so is what is heard
    next, until a piece comes again. */
const PIECE_MS = 3_000;

export class Promised {
  readonly #ask: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #kept = true;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  heard(): void {
    if (!this.#kept) return this.#ask();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#kept = false;
      this.#ask();
    }, PIECE_MS * (1 + Math.random() / 4));
  }

  came(): void {
    this.stop();
    this.#kept = true;
  }

  /** The line is cut: nothing is waited for. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

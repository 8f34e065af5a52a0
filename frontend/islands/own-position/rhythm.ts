/** When to send a position: at once the first time, then at most once in `every` seconds. */
export class Rhythm {
  readonly #everyMs: number;
  #sent = Number.NEGATIVE_INFINITY;

  constructor(everySeconds: number) {
    this.#everyMs = everySeconds * 1000;
  }

  /** Whether one is to be sent at this time (milliseconds); then it counts as sent. */
  take(now: number): boolean {
    if (now - this.#sent < this.#everyMs) return false;
    this.#sent = now;
    return true;
  }

  /** The last one did not arrive: the next may go at once. */
  failed(): void {
    this.#sent = Number.NEGATIVE_INFINITY;
  }
}

/** What the form posts: six decimals are a tenth of a metre. */
export function fields(coords: { longitude: number; latitude: number; accuracy?: number }): Record<string, string> {
  const accuracy = coords.accuracy === undefined ? "" : String(Math.round(coords.accuracy));
  return { lon: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6), accuracy };
}

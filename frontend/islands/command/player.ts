/** A day played again. Steps come in order, page by page; seconds of the day are the only clock. */
/** [second of the day, lon, lat, class, step of the river] */
export type Step = [number, number | null, number | null, number | null, number];

export const DAY = 86_400;

export class Player {
  readonly #steps: Step[] = [];
  readonly counts: number[];
  #next = 0;
  at = 0;
  speed = 60;
  playing = false;

  constructor(reaches: number) {
    this.counts = Array.from({ length: reaches }, () => 0);
  }

  get loaded(): number {
    return this.#steps.length;
  }

  get done(): number {
    return this.#next;
  }

  get over(): boolean {
    return this.at >= DAY - 1;
  }

  /** Where the first step is: a night without any is not waited through. */
  get first(): number {
    return this.#steps[0]?.[0] ?? 0;
  }

  add(steps: Step[]): void {
    for (const step of steps) this.#steps.push(step);
  }

  /** So many seconds of the wall later; the steps that happened in them. */
  advance(seconds: number): Step[] {
    if (!this.playing) return [];
    this.at = Math.min(DAY - 1, this.at + seconds * this.speed);
    if (this.over) this.playing = false;
    return this.#until(this.at);
  }

  /** To another second of the day: counted anew, nothing is told. */
  seek(second: number): void {
    this.at = Math.max(0, Math.min(DAY - 1, second));
    this.#next = 0;
    this.counts.fill(0);
    this.#until(this.at);
  }

  #until(second: number): Step[] {
    const from = this.#next;
    while (this.#next < this.#steps.length && this.#steps[this.#next]![0] <= second) {
      const reach = this.#steps[this.#next]![4];
      this.counts[reach] = (this.counts[reach] ?? 0) + 1;
      this.#next += 1;
    }
    return this.#steps.slice(from, this.#next);
  }
}

/** "07:05" */
export function clockOf(second: number): string {
  const minutes = Math.floor(second / 60);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

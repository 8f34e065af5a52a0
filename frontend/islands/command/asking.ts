/** When a screen asks for its figures anew: soon after it heard of something, spread so that two hundred screens do
    not ask together, and never more often than GAP. Times are milliseconds of one clock. */
export const GAP = 900;
const SOONEST = 40;
const SPREAD = 500;
const AGAIN_SPREAD = 150;

export class Asking {
  /** When the oldest thing was heard that no answer has in it yet. */
  #first: number | null = null;
  #meanwhile: number | null = null;
  #asking = false;
  #began = Number.NEGATIVE_INFINITY;

  get busy(): boolean {
    return this.#asking;
  }

  /** Something was heard; in how many milliseconds to ask (null: an answer is under way, or a question is set). */
  heard(now: number, chance: number): number | null {
    if (this.#asking) {
      this.#meanwhile ??= now;
      return null;
    }
    if (this.#first !== null) return null;
    this.#first = now;
    return Math.max(SOONEST + chance * SPREAD, this.#began + GAP - now);
  }

  /** The question goes out; how long ago the oldest thing was heard that it is for. */
  begin(now: number): number | null {
    this.#asking = true;
    this.#began = now;
    return this.#first === null ? null : Math.ceil(now - this.#first);
  }

  /** The answer is there. `again`: in how many milliseconds what was heard will be in; NaN for "it is in". */
  end(again: number, now: number, chance: number): number | null {
    this.#asking = false;
    if (Number.isNaN(again)) {
      this.#first = this.#meanwhile;
      this.#meanwhile = null;
      if (this.#first === null) return null;
      return Math.max(SOONEST + chance * SPREAD, this.#began + GAP - now);
    }
    this.#first ??= this.#meanwhile;
    return again + chance * AGAIN_SPREAD;
  }
}

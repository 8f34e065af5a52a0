/** Many calls, few deeds: what comes while one waits or runs is done once more afterwards. */
export class Gathering {
  readonly #deed: () => Promise<void>;
  readonly #wait: number;
  #waiting = false;
  #running = false;
  #more = false;

  constructor(deed: () => Promise<void>, wait = 700) {
    this.#deed = deed;
    this.#wait = wait;
  }

  add(): void {
    if (this.#running) this.#more = true;
    if (this.#running || this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => void this.#run(), this.#wait);
  }

  async #run(): Promise<void> {
    this.#waiting = false;
    this.#running = true;
    try {
      await this.#deed();
    } catch {
      return; // no network: the stream says when it is there again
    } finally {
      this.#running = false;
      if (this.#more) {
        this.#more = false;
        this.add();
      }
    }
  }
}

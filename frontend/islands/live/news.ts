/** What came since the page was made: each case once, and none that the page shows already. */
export class News {
  readonly #known: Set<number>;
  #count = 0;

  constructor(shown: string) {
    this.#known = new Set(shown.split(",").filter(Boolean).map(Number));
  }

  get count(): number {
    return this.#count;
  }

  /** Takes the data of one event; true when the count has changed. Whatever is no fact about a case changes nothing. */
  take(data: string): boolean {
    const id = caseOf(data);
    if (id === null || this.#known.has(id)) return false;
    this.#known.add(id);
    this.#count += 1;
    return true;
  }
}

function caseOf(data: string): number | null {
  try {
    const fact = JSON.parse(data) as { case_id?: unknown } | null;
    return typeof fact?.case_id === "number" ? fact.case_id : null;
  } catch {
    return null;
  }
}

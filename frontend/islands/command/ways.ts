/** Open ways on the map: their lines are fetched once, the states of their sections come with each piece. Pure. */
/** way → section → state */
export type States = Record<string, Record<string, string>>;

export class Ways {
  readonly #asked = new Set<string>();
  #lines: GeoJSON.Feature[] = [];
  #states: States = {};

  get count(): number {
    return Object.keys(this.#states).length;
  }

  load(lines: GeoJSON.FeatureCollection): void {
    this.#lines = lines.features;
  }

  /** True when lines are to be fetched: for each new way once, whatever comes of it. */
  take(states: States): boolean {
    this.#states = states;
    const fresh = Object.keys(states).filter((way) => !this.#asked.has(way));
    for (const way of fresh) this.#asked.add(way);
    return fresh.some((way) => !this.#lines.some((line) => String(line.properties?.way) === way));
  }

  /** Sections of ways that are open, each with its `state`. */
  features(): GeoJSON.FeatureCollection {
    const features = this.#lines.flatMap((line): GeoJSON.Feature[] => {
      const state = this.#states[String(line.properties?.way)]?.[String(line.properties?.id)];
      return state === undefined ? [] : [{ ...line, properties: { ...line.properties, state } }];
    });
    return { type: "FeatureCollection", features };
  }
}

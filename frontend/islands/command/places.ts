/** Open cases on the map: what is where, and how each looks. Pure, so that it is tested without a map. */
/** [case, number, state, emergency, due in seconds since 1970, lon, lat] */
export type Point = [number, string, string, boolean, number | null, number, number];
/** [step, case, number, state ("" when it is over), emergency, due, lon, lat, verb] */
export type News = [number, number, string, string, boolean, number | null, number | null, number | null, string];

export type Look = "normal" | "late" | "urgent";
const MOST = 800;

export interface Change {
  lon: number;
  lat: number;
  look: Look;
  opened: boolean;
}

export class Places {
  readonly #cases = new Map<number, Point>();
  #seen = 0;

  load(points: Point[]): void {
    this.#cases.clear();
    for (const point of points) this.#cases.set(point[0], point);
  }

  /** Steps that were seen before change nothing. `first`: those of the page as it came, which are no news. */
  take(news: News[], now: number, first = false): Change[] {
    const fresh = news.filter((one) => one[0] > this.#seen).reverse();
    this.#seen = Math.max(this.#seen, ...news.map((one) => one[0]));
    const changes: Change[] = [];
    for (const [, id, number, state, urgent, due, lon, lat, verb] of fresh) {
      if (lon === null || lat === null) continue;
      if (state) this.#cases.set(id, [id, number, state, urgent, due, lon, lat]);
      else this.#cases.delete(id);
      if (!first) changes.push({ lon, lat, look: lookOf(urgent, due, now), opened: verb === "open" });
    }
    for (const id of this.#cases.keys()) {
      if (this.#cases.size <= MOST) break;
      this.#cases.delete(id);
    }
    return changes;
  }

  features(now: number): GeoJSON.FeatureCollection {
    const features = [...this.#cases.values()].map(
      ([id, number, , urgent, due, lon, lat]): GeoJSON.Feature => ({
        type: "Feature",
        id,
        properties: { number, look: lookOf(urgent, due, now) },
        geometry: { type: "Point", coordinates: [lon, lat] },
      }),
    );
    return { type: "FeatureCollection", features };
  }
}

/** `now` in seconds since 1970. */
export function lookOf(urgent: boolean, due: number | null, now: number): Look {
  if (urgent) return "urgent";
  return due !== null && due < now ? "late" : "normal";
}

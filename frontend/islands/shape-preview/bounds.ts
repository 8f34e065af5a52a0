/** The box around everything in a collection: [west, south, east, north], or null when nothing is in it. */
export function boundsOf(shapes: GeoJSON.FeatureCollection): [number, number, number, number] | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of shapes.features) if (geometry) widen(box, geometry);
  return Number.isFinite(box[0]) ? box : null;
}

function widen(box: [number, number, number, number], geometry: GeoJSON.Geometry): void {
  if (geometry.type === "GeometryCollection") {
    for (const part of geometry.geometries) widen(box, part);
    return;
  }
  for (const [x, y] of positions(geometry.coordinates)) {
    box[0] = Math.min(box[0], x!);
    box[1] = Math.min(box[1], y!);
    box[2] = Math.max(box[2], x!);
    box[3] = Math.max(box[3], y!);
  }
}

function* positions(coordinates: unknown): Generator<number[]> {
  const list = coordinates as unknown[];
  if (typeof list[0] === "number") yield list as number[];
  else for (const part of list) yield* positions(part);
}

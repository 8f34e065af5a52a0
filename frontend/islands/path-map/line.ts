/** Reading and writing a line as "lng,lat lng,lat …", and where the sign of a section stands. */
export type Place = [number, number];

/** The points in the text; what is no point on earth is left out. */
export function readLine(text: string): Place[] {
  const points = text.replaceAll(";", " ").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  return points.filter((point): point is Place =>
    point.length === 2 && Math.abs(point[0]!) <= 180 && Math.abs(point[1]!) <= 90);
}

export function writeLine(line: readonly Place[]): string {
  return line.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join(" ");
}

/** The corner in the middle of the longest run: where the sign of a section stands. */
export function middle(runs: readonly Place[][]): Place | null {
  const longest = runs.reduce<readonly Place[]>((best, run) => (run.length > best.length ? run : best), []);
  return longest[Math.floor(longest.length / 2)] ?? null;
}

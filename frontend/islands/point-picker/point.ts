/** Reading and writing the two inputs of a point. */

/** [lon, lat] in degrees, or null where the inputs hold no point on earth. */
export function readPoint(lon: string, lat: string): [number, number] | null {
  if (lon.trim() === "" || lat.trim() === "") return null;
  const point: [number, number] = [Number(lon), Number(lat)];
  const onEarth = Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90;
  return onEarth ? point : null;
}

/** Six digits are a tenth of a metre: more would only look exact. */
export function shortPoint([lon, lat]: [number, number]): [string, string] {
  return [lon.toFixed(6), lat.toFixed(6)];
}

/** The address bar remembers the view: `#map=15.20/37.38012/118.02044/45/-15&grid=12`. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
  pitch: number;
  bearing: number;
}

export interface Place {
  view: View | null;
  grid: number | null;
}

export function readPlace(hash: string): Place {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const numbers = (parts.get("map") ?? "").split("/").map(Number);
  const [zoom, lat, lon, pitch = 0, bearing = 0] = numbers;
  const complete = numbers.length >= 3 && numbers.every(Number.isFinite);
  const onEarth = complete && Math.abs(lat!) <= 85 && Math.abs(lon!) <= 180 && zoom! >= 0 && zoom! <= 22;
  const grid = Number(parts.get("grid"));
  return {
    view: onEarth ? { zoom: zoom!, lat: lat!, lon: lon!, pitch, bearing } : null,
    grid: Number.isInteger(grid) && grid > 0 ? grid : null,
  };
}

export function writePlace({ view, grid }: Place): string {
  if (!view) return grid ? `#grid=${grid}` : "";
  const { zoom, lat, lon, pitch, bearing } = view;
  const map = [zoom.toFixed(2), lat.toFixed(5), lon.toFixed(5), Math.round(pitch), Math.round(bearing)].join("/");
  return `#map=${map}${grid ? `&grid=${grid}` : ""}`;
}

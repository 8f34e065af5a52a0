/** Colours of the map, read from the CSS tokens, so light, dark and paper change in one place. */
export interface Palette {
  land: string;
  water: string;
  green: string;
  road: string;
  roadEdge: string;
  rail: string;
  building: string;
  label: string;
  labelHalo: string;
  community: string;
  grid: string;
  gridLabel: string;
  firm: string;
  party: string;
  chosen: string;
  tints: string[];
  kinds: Record<string, string>;
  kindOther: string;
  font: string;
}

/** Reads one custom property, such as "--map-water". */
export type Token = (name: string) => string;

export const TINTS = 9;
/** Major classes of components: public, traffic, environment, greening, housing and land, other facilities. */
export const MAJORS = ["01", "02", "03", "04", "05", "06"];

export function palette(token: Token): Palette {
  return {
    land: token("--map-land"),
    water: token("--map-water"),
    green: token("--map-green"),
    road: token("--map-road"),
    roadEdge: token("--map-road-edge"),
    rail: token("--map-rail"),
    building: token("--map-building"),
    label: token("--map-label"),
    labelHalo: token("--map-label-halo"),
    community: token("--map-community"),
    grid: token("--map-grid"),
    gridLabel: token("--map-grid-label"),
    firm: token("--map-firm"),
    party: token("--map-party"),
    chosen: token("--map-chosen"),
    tints: Array.from({ length: TINTS }, (_, index) => token(`--map-tint-${index}`)),
    kinds: Object.fromEntries(MAJORS.map((code) => [code, token(`--map-kind-${code}`)])),
    kindOther: token("--map-kind-other"),
    font: token("--font"),
  };
}

export function pagePalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return palette((name) => style.getPropertyValue(name).trim());
}

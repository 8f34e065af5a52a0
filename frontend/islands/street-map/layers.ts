/** Which drawn layers each switch of the page turns on and off. */
export const SWITCHES: Record<string, readonly string[]> = {
  grids: ["grid-fill", "grid-line", "grid-name"],
  communities: ["community-line", "community-name"],
  units: ["unit-line", "unit-code"],
  party: ["party", "party-name"],
  buildings: ["building", "building-flat"],
  firms: ["firm", "firm-name"],
  things: ["thing-cell", "thing", "thing-name"],
};

/** Buildings stand or lie: one of their two layers is shown, none when switched off. */
export function isShown(layer: string, on: boolean, tilted: boolean): boolean {
  if (layer === "building") return on && tilted;
  if (layer === "building-flat") return on && !tilted;
  return on;
}

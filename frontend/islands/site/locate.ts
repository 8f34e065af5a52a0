/** "I am standing there": a button with data-locate="id-of-lon id-of-lat" asks the device once and fills the two inputs.
    It stays hidden where no script runs or the device cannot say; the words are the page's. */
import { shortPoint } from "../point-picker/point.ts";

interface Picker extends HTMLElement {
  pick?: (point: [number, number]) => void;
}

export function offerPosition(page: Document, device: Geolocation | undefined): void {
  if (!device) return;
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-locate]")) {
    button.hidden = false;
    button.addEventListener("click", () => ask(page, device, button));
  }
}

function ask(page: Document, device: Geolocation, button: HTMLButtonElement): void {
  const said = page.querySelector("[data-located]");
  const say = (words: string | undefined): void => {
    if (said) said.textContent = words ?? "";
  };
  say(button.dataset.wait);
  device.getCurrentPosition(
    ({ coords }) => {
      fill(page, button, [coords.longitude, coords.latitude]);
      say(exactness(button.dataset.found ?? "", coords.accuracy));
    },
    () => say(button.dataset.nowhere),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  );
}

function fill(page: Document, button: HTMLButtonElement, point: [number, number]): void {
  const [lon, lat] = (button.dataset.locate ?? "").split(" ").map((id) => page.getElementById(id) as HTMLInputElement);
  const [east, north] = shortPoint(point);
  if (lon && lat) [lon.value, lat.value] = [east, north];
  const picker = page.querySelector<Picker>("point-picker:not([hidden])");
  picker?.pick?.(point);
}

/** "about # m" with the accuracy in whole metres. */
export function exactness(words: string, metres: number): string {
  return words.replace("#", String(Math.max(1, Math.round(metres))));
}

/** Puts parts that changed into the page; what has the focus or was scrolled stays so. */
export function takeParts(place: HTMLElement, html: string, kept: ReadonlySet<string> = new Set()): Document {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = place.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const wanted = named(focused);
  for (const part of fresh.querySelectorAll<HTMLElement>("[data-part]")) {
    const name = part.dataset.part!;
    const old = place.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!old || kept.has(name) || old.outerHTML === part.outerHTML) continue;
    const down = scrolled(old);
    old.replaceWith(document.importNode(part, true));
    const now = place.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
    if (down) scroller(now)?.scrollTo({ top: down });
    if (focused && !focused.isConnected) again(now, wanted)?.focus({ preventScroll: true });
  }
  return fresh;
}

function scroller(part: HTMLElement): HTMLElement | null {
  return part.querySelector<HTMLElement>("[data-alarm-list], .wall-scroll");
}

function scrolled(part: HTMLElement): number {
  return scroller(part)?.scrollTop ?? 0;
}

/** How what has the focus is found again in the new part. */
function named(focused: HTMLElement | null): string | null {
  if (!focused) return null;
  if (focused.matches("[data-drawer]")) return "[data-drawer]";
  for (const name of ["case", "open"]) {
    const number = focused.dataset[name];
    if (number) return `[data-${name}="${CSS.escape(number)}"]`;
  }
  return null;
}

/** The same in the new part, else the list it stood in. */
function again(part: HTMLElement, wanted: string | null): HTMLElement | null {
  return (wanted ? part.querySelector<HTMLElement>(wanted) : null) ?? scroller(part);
}

/** Puts parts that changed into the page; what has the focus or was scrolled stays so. */
export function takeParts(place: HTMLElement, html: string, kept: ReadonlySet<string> = new Set()): Document {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = place.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const number = focused?.dataset.case;
  for (const part of fresh.querySelectorAll<HTMLElement>("[data-part]")) {
    const name = part.dataset.part!;
    const old = place.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!old || kept.has(name) || old.outerHTML === part.outerHTML) continue;
    const down = scrolled(old);
    old.replaceWith(document.importNode(part, true));
    const now = place.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
    if (down) scroller(now)?.scrollTo({ top: down });
    if (focused && !focused.isConnected) again(now, number)?.focus({ preventScroll: true });
  }
  return fresh;
}

function scroller(part: HTMLElement): HTMLElement | null {
  return part.querySelector<HTMLElement>("[data-alarm-list], .wall-scroll");
}

function scrolled(part: HTMLElement): number {
  return scroller(part)?.scrollTop ?? 0;
}

/** The same case in the new part, else the list it stood in. */
function again(part: HTMLElement, number: string | undefined): HTMLElement | null {
  const same = number ? part.querySelector<HTMLElement>(`[data-case="${CSS.escape(number)}"]`) : null;
  return same ?? scroller(part);
}

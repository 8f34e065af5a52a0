/** <split-view>: on wide screens a case of the list opens beside it; its link stays a plain link everywhere else.
    The address says which (`case=`), so it can be kept, sent and gone back to. */
const WIDE = "(min-width: 75rem)";
const MOVED_MS = 200;

export class SplitView extends HTMLElement {
  #asked: AbortController | null = null;
  #moved = 0;
  readonly #gone = (): void => void this.#follow();

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("focusin", (event) => this.#focused(event.target as Element));
    addEventListener("popstate", this.#gone);
    this.#mark();
    void drawMaps(this);
  }

  disconnectedCallback(): void {
    removeEventListener("popstate", this.#gone);
  }

  get #panel(): HTMLElement {
    return this.querySelector<HTMLElement>("[data-beside]")!;
  }

  #click(event: MouseEvent): void {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = event.target as Element;
    if (target.closest("[data-close-beside]")) {
      event.preventDefault();
      this.#close();
      return;
    }
    const number = matchMedia(WIDE).matches ? numberOf(rowLink(target)) : "";
    if (!number) return;
    event.preventDefault();
    history.pushState(null, "", withCase(location.search, number));
    void this.#show(number, true);
  }

  /** While a case stands beside the list, the one that the focus moves to takes its place. */
  #focused(target: Element): void {
    const number = numberOf(rowLink(target));
    if (!number || !this.#open || number === this.#open || !matchMedia(WIDE).matches) return;
    clearTimeout(this.#moved);
    this.#moved = window.setTimeout(() => {
      history.replaceState(null, "", withCase(location.search, number));
      void this.#show(number, false);
    }, MOVED_MS);
  }

  get #open(): string {
    return new URLSearchParams(location.search).get("case") ?? "";
  }

  async #follow(): Promise<void> {
    if (this.#open) await this.#show(this.#open, false);
    else this.#empty();
  }

  #close(): void {
    const row = [...this.querySelectorAll("tr")].find((one) => one.hasAttribute("aria-current"));
    history.pushState(null, "", withCase(location.search, ""));
    this.#empty();
    row?.querySelector("a")?.focus();
  }

  #empty(): void {
    this.#asked?.abort();
    this.#panel.replaceChildren();
    this.removeAttribute("open");
    this.#mark();
  }

  async #show(number: string, focus: boolean): Promise<void> {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    this.#panel.setAttribute("aria-busy", "true");
    const path = `/cases/${encodeURIComponent(number)}/`;
    const from = new URLSearchParams({ from: location.search });
    const answer = await fetch(`${path}beside/?${from}`, { signal: asked.signal }).catch(() => null);
    if (asked.signal.aborted) return;
    if (!answer?.ok || answer.redirected) {
      location.assign(path); // signed out, gone, or no network: the whole page says what is the matter
      return;
    }
    const content = document.createRange().createContextualFragment(await answer.text());
    if (asked.signal.aborted) return;
    this.#panel.replaceChildren(content);
    this.#panel.removeAttribute("aria-busy");
    this.setAttribute("open", "");
    this.#mark();
    if (focus) this.#panel.querySelector<HTMLElement>("h2")?.focus();
    void drawMaps(this.#panel);
  }

  #mark(): void {
    const open = this.#open;
    this.toggleAttribute("open", Boolean(open) && this.#panel.childElementCount > 0);
    for (const row of this.querySelectorAll("tbody > tr")) {
      if (open && numberOf(row.querySelector("a")) === open) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
}

function rowLink(target: Element): HTMLAnchorElement | null {
  return target.closest<HTMLAnchorElement>("tbody > tr a[href]");
}

/** "/cases/YW20261122-00001230/" → its number; "" for any other link. */
export function numberOf(link: { pathname: string } | null): string {
  return decodeURIComponent(/^\/cases\/([^/]+-[^/]+)\/$/.exec(link?.pathname ?? "")?.[1] ?? "");
}

export function withCase(search: string, number: string): string {
  const query = new URLSearchParams(search);
  query.delete("case");
  if (number) query.set("case", number);
  return `?${query}`;
}

/** The map's script comes when the first map does. */
async function drawMaps(inside: Element): Promise<void> {
  if (inside.querySelector("point-picker") && !customElements.get("point-picker")) await import("../map.ts");
}

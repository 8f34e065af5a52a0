/** <desk-keys words="{place} of {count}: {row}">: single keys for the list inside it, or for one case (number="…").
    The help sheet is the <dialog id="keys"> of the page, whose checkbox switches the keys off for this browser
    (WCAG 2.1.4). Focus really moves, so that screen readers read the row; a polite line says the rest of it. */
import { type Deed, deedOf, moved, typing } from "./keys.ts";

const OFF = "onegrid.keys.off";
const PLACE = "onegrid.keys.place";

export class DeskKeys extends HTMLElement {
  readonly #pressed = (event: KeyboardEvent): void => this.#press(event);

  connectedCallback(): void {
    document.addEventListener("keydown", this.#pressed);
    for (const button of document.querySelectorAll<HTMLElement>("[data-keys]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.#help());
    }
    const box = this.#sheet?.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box) {
      box.checked = !off();
      box.addEventListener("change", () => remember(localStorage, OFF, box.checked ? "" : "1"));
    }
    this.addEventListener("focusin", (event) => this.#say(event.target as Element));
    this.#comeBack();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pressed);
  }

  get #sheet(): HTMLDialogElement | null {
    return document.querySelector("dialog#keys");
  }

  get #rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-case-row], tbody > tr")];
  }

  /** The row that has the focus, else the one whose case stands beside the list. */
  get #here(): number {
    const rows = this.#rows;
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    return focused >= 0 ? focused : rows.findIndex((row) => row.hasAttribute("aria-current"));
  }

  #press(event: KeyboardEvent): void {
    const deed = deedOf(event);
    if (!deed || event.defaultPrevented || typing(event.target as Element) || document.querySelector("dialog[open]")) return;
    if (off() && deed !== "close") return;
    if (this.#do(deed)) event.preventDefault();
  }

  #do(deed: Deed): boolean {
    switch (deed) {
      case "down":
      case "up":
        return this.#move(deed === "down" ? 1 : -1);
      case "next":
      case "back":
        return this.#go(deed);
      case "mark":
        return this.#mark();
      case "search":
        return focusOn(document.querySelector<HTMLElement>("main input[type=search]"));
      case "help":
        return this.#help();
      case "later":
      case "earlier":
        return pressed(document.querySelector<HTMLElement>(`main a[rel=${deed === "later" ? "next" : "prev"}]`));
      case "close":
        return pressed(document.querySelector<HTMLElement>("main [data-close-beside]"));
      default:
        return false;
    }
  }

  #move(by: 1 | -1): boolean {
    const rows = this.#rows;
    return focusOn(linkOf(rows[moved(this.#here, by, rows.length)]));
  }

  /** Next step, or sending back: the server knows which step that is, or says why there is none. */
  #go(way: "next" | "back"): boolean {
    const rows = this.#rows;
    const own = this.getAttribute("number");
    const page = own ? `/cases/${encodeURIComponent(own)}/` : linkOf(rows[this.#here])?.pathname;
    if (!page) return false;
    if (!own) remember(sessionStorage, PLACE, JSON.stringify({ list: listOf(location.search), at: this.#here }));
    const from = this.getAttribute("from") ?? location.search;
    location.assign(`${page}${way}/?${new URLSearchParams({ from })}`);
    return true;
  }

  /** After a step the list is there again: at the row that took the place of the one that left. */
  #comeBack(): void {
    const kept = JSON.parse(recalled(sessionStorage, PLACE) || "null") as { list: string; at: number } | null;
    if (!kept || this.getAttribute("number") || kept.list !== listOf(location.search)) return;
    remember(sessionStorage, PLACE, "");
    const rows = this.#rows;
    focusOn(linkOf(rows[Math.min(kept.at, rows.length - 1)]));
  }

  #mark(): boolean {
    const box = this.#rows[this.#here]?.querySelector<HTMLInputElement>("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  #help(): boolean {
    this.#sheet?.showModal();
    return Boolean(this.#sheet);
  }

  #say(target: Element): void {
    const rows = this.#rows;
    const at = rows.findIndex((row) => row.contains(target));
    const said = this.querySelector("[data-said]");
    if (at < 0 || !said) return;
    const link = linkOf(rows[at]); // its own words are read by the focus
    const cells = [...rows[at]!.querySelectorAll<HTMLElement>("td, [data-say]")].filter((one) => !one.contains(link));
    const row = cells.map((cell) => cell.innerText.replace(/\s+/g, " ").trim()).filter(Boolean).join(", ");
    said.textContent = (this.getAttribute("words") ?? "")
      .replace("{place}", String(at + 1))
      .replace("{count}", String(rows.length))
      .replace("{row}", row);
  }
}

/** The address of the list without what stands beside it. */
export function listOf(search: string): string {
  const query = new URLSearchParams(search);
  query.delete("case");
  return query.toString();
}

function linkOf(row: HTMLElement | undefined): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>("a[href]") ?? null;
}

function focusOn(found: HTMLElement | null): boolean {
  found?.focus();
  found?.closest("tr, [data-case-row]")?.scrollIntoView({ block: "nearest" });
  return Boolean(found);
}

function pressed(found: HTMLElement | null): boolean {
  found?.click();
  return Boolean(found);
}

function off(): boolean {
  return recalled(localStorage, OFF) === "1";
}

/** A browser may forbid storage; then nothing is remembered. */
function remember(where: Storage, key: string, value: string): void {
  try {
    if (value) where.setItem(key, value);
    else where.removeItem(key);
  } catch {
    return;
  }
}

function recalled(where: Storage, key: string): string {
  try {
    return where.getItem(key) ?? "";
  } catch {
    return "";
  }
}

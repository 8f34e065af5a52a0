/** What is done from the screen: a case opens in a dialog, its forms are sent from there; positions are shown for a
    purpose; arrow keys walk through the alarms. Without script the same links and forms are pages. */
import type { Spot } from "./wall-map.ts";

const PART = { "X-Part": "1" };

export class Deeds {
  readonly #screen: HTMLElement;
  readonly #changed: () => void;
  readonly #dialog: HTMLDialogElement;
  #from: string | undefined;

  constructor(screen: HTMLElement, changed: () => void) {
    this.#screen = screen;
    this.#changed = changed;
    this.#dialog = screen.querySelector<HTMLDialogElement>("[data-dialog]")!;
    screen.addEventListener("click", (event) => this.#click(event));
    screen.addEventListener("submit", (event) => this.#submit(event));
    screen.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("close", () => this.#closed());
  }

  async open(number: string, address = this.#address(number)): Promise<void> {
    this.#from = number;
    const answer = await fetch(address, { headers: PART }).catch(() => null);
    if (!answer || answer.redirected || answer.status >= 500) return void (location.href = address);
    this.#fill(await answer.text());
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
  }

  /** Who is on duty, anew; not while somebody writes there, nor over positions that were asked for. */
  async people(): Promise<void> {
    const part = this.#screen.querySelector<HTMLElement>("[data-people]");
    if (!part || part.contains(document.activeElement) || part.querySelector("#wall-spots, details[open]")) return;
    const answer = await fetch(part.dataset.people!, { headers: PART }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    part.innerHTML = await answer.text();
    this.#screen.dispatchEvent(new Event("duty"));
  }

  /** A whistle, from its mark on the map. */
  async whistle(number: string): Promise<void> {
    await this.open(number, this.#address(number, "whistleUrl"));
  }

  #address(number: string, which: "caseUrl" | "whistleUrl" = "caseUrl"): string {
    const config = JSON.parse(document.getElementById("wall-map")?.textContent ?? "{}") as Record<string, string>;
    return (config[which] ?? "").replace("/0/", `/${encodeURIComponent(number)}/`);
  }

  #fill(html: string): void {
    this.#dialog.querySelector("[data-dialog-body]")!.innerHTML = html;
  }

  #click(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    if (target.closest("[data-close-dialog]")) return this.#dialog.close();
    const link = target.closest<HTMLAnchorElement>("a[data-case], a[data-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.open(link.dataset.case ?? link.dataset.open!, link.href);
  }

  #submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-deed]")) {
      event.preventDefault();
      void this.#send(form, (html) => this.#fill(html)).then(this.#changed);
    } else if (form.matches("[data-look]")) {
      event.preventDefault();
      const part = form.closest<HTMLElement>("[data-people]")!;
      void this.#send(form, (html) => {
        part.innerHTML = html;
        const spots = part.querySelector("#wall-spots")?.textContent;
        if (spots) this.#screen.dispatchEvent(new CustomEvent<Spot[]>("spots", { detail: JSON.parse(spots) as Spot[] }));
      });
    }
  }

  async #send(form: HTMLFormElement, take: (html: string) => void): Promise<void> {
    const button = form.querySelector("button");
    if (button) button.disabled = true;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: PART }).catch(() => null);
    if (button) button.disabled = false;
    if (answer && !answer.redirected && answer.status < 500) take(await answer.text());
    else form.submit(); // the page says what is wrong
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = (event.target as HTMLElement).closest("[data-alarm-list]");
    if (!step || !list) return;
    const links = [...list.querySelectorAll<HTMLElement>("a[data-case]")];
    const place = links.indexOf(event.target as HTMLElement);
    const next = links[Math.max(0, Math.min(links.length - 1, place + step))];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #closed(): void {
    const number = this.#from ? CSS.escape(this.#from) : "";
    const back = this.#screen.querySelector<HTMLElement>(`[data-parts] :is([data-case="${number}"], [data-open="${number}"])`);
    (back ?? this.#screen.querySelector<HTMLElement>("#main"))?.focus({ preventScroll: true });
  }
}

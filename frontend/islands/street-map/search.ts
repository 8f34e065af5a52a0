/** Search as you type over the address interface: a combobox after the ARIA authoring practices. */
export interface Found {
  id: number;
  kind_name: string;
  full_name: string;
  lon: number | null;
  lat: number | null;
}

const WAIT_MS = 180;

export class AddressSearch {
  #input: HTMLInputElement;
  #list: HTMLElement;
  #nothing: HTMLElement | null;
  #address: string;
  #choose: (found: Found) => void;
  #found: Found[] = [];
  #active = -1;
  #timer = 0;
  #asked = 0;

  constructor(form: HTMLElement, address: string, choose: (found: Found) => void) {
    this.#input = form.querySelector("input")!;
    this.#list = form.querySelector("[role=listbox]")!;
    this.#nothing = form.querySelector("[data-nothing]");
    this.#address = address;
    this.#choose = choose;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#ask().then(() => this.#pick(Math.max(this.#active, 0)));
    });
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#ask(), WAIT_MS);
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget as Node | null)) this.#close();
    });
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.#input.value.trim();
    if (!text) return this.#close();
    const turn = ++this.#asked;
    const answer = await fetch(`${this.#address}?${new URLSearchParams({ q: text, limit: "8" })}`).catch(() => null);
    if (turn !== this.#asked || !answer?.ok) return;
    this.#found = ((await answer.json()) as Found[]).filter((found) => found.lon !== null);
    this.#show();
  }

  #show(): void {
    this.#active = -1;
    this.#list.replaceChildren(...this.#found.map((found, index) => this.#option(found, index)));
    this.#list.hidden = this.#found.length === 0;
    if (this.#nothing) this.#nothing.hidden = this.#found.length > 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#input.removeAttribute("aria-activedescendant");
  }

  #option(found: Found, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const kind = document.createElement("small");
    kind.textContent = found.kind_name;
    option.append(found.full_name, " ", kind);
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#pick(index);
    });
    return option;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.#close();
    if (!step || this.#found.length === 0) return;
    event.preventDefault();
    this.#active = (this.#active + step + this.#found.length) % this.#found.length;
    for (const [index, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.#active));
    }
    const option = this.#list.children[this.#active];
    option?.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  #pick(index: number): void {
    const found = this.#found[index];
    if (!found) return;
    this.#input.value = found.full_name;
    this.#close();
    this.#choose(found);
  }

  #close(): void {
    this.#list.hidden = true;
    if (this.#nothing) this.#nothing.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}

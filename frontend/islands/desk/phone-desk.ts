/** <phone-desk live="…"> around the form of the clerk who answers the phone: while words come in, likely classes,
    addresses, cases like it and known answers are fetched as parts of the same page. All of it is reached by Tab and
    arrows; Ctrl+Enter sends. Without script the form's own buttons do the same. */
const QUIET_MS = 450;
const WATCHED = ["text", "address", "found_address", "matter", "lon", "lat"];

export class PhoneDesk extends HTMLElement {
  #timer = 0;
  #asked: AbortController | null = null;
  #chosen = false; // the clerk has chosen a class: it is not changed any more
  #last = "";

  connectedCallback(): void {
    const form = this.#form;
    this.#chosen = Boolean(this.#matter.value);
    form.addEventListener("input", (event) => this.#input(event));
    form.addEventListener("compositionend", () => this.#soon());
    form.addEventListener("picked", () => this.#soon());
    form.addEventListener("click", (event) => this.#click(event));
    form.addEventListener("keydown", (event) => this.#key(event));
    for (const plain of this.querySelectorAll<HTMLElement>("[data-plain]")) plain.hidden = true;
    for (const hint of this.querySelectorAll<HTMLElement>("[data-hint]")) hint.hidden = false;
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  get #matter(): HTMLSelectElement {
    return this.#form.querySelector<HTMLSelectElement>("[name=matter]")!;
  }

  #input(event: Event): void {
    const name = (event.target as HTMLInputElement).name;
    if (name === "matter") this.#chosen = Boolean(this.#matter.value);
    if (!(event as InputEvent).isComposing && WATCHED.includes(name)) this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), QUIET_MS);
  }

  #click(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("button");
    if (button?.dataset.takeClass) this.#take(button.dataset.takeClass, true);
    if (button?.dataset.takeCase) this.#end("about_case", "about", button.dataset.takeCase);
    if (button?.dataset.takeAnswer) this.#end("answered", "said", button.dataset.takeAnswer);
    if (button?.hasAttribute("data-look-up")) {
      event.preventDefault();
      void this.#ask("look_up");
    }
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#form.requestSubmit(this.querySelector<HTMLButtonElement>("[data-send]"));
    } else if (event.key === "Enter" && target.id === "id_purpose") {
      event.preventDefault();
      void this.#ask("look_up");
    } else if (event.key === "ArrowDown" && target.id === "id_address") {
      const first = this.querySelector<HTMLElement>("[name=found_address]");
      if (!first) return;
      event.preventDefault();
      first.focus();
      first.click();
    }
  }

  /** The call is answered, or about a case: what is known already is filled in, the clerk presses the button. */
  #end(outcome: string, name: string, value: string): void {
    this.querySelector<HTMLDetailsElement>("[data-ending]")!.open = true;
    this.#form.querySelector<HTMLInputElement>(`[name=outcome][value=${outcome}]`)!.checked = true;
    const field = this.#form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
    field.value = value;
    field.focus();
  }

  #take(pk: string, chosen: boolean): void {
    this.#matter.value = pk;
    this.#chosen ||= chosen;
    const words = this.#matter.selectedOptions[0]?.textContent?.trim() ?? "";
    this.querySelector("[data-said]")!.textContent = (this.dataset.taken ?? "").replace("{class}", words);
    if (chosen) this.#matter.focus();
  }

  async #ask(button = ""): Promise<void> {
    const data = new FormData(this.#form);
    data.delete("photos");
    if (button) data.set(button, "1");
    const told = JSON.stringify([...data].filter(([name]) => WATCHED.includes(name)));
    if (!button && told === this.#last) return;
    this.#last = told;
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    const answer = await fetch(this.getAttribute("live")!, { method: "POST", body: data, signal: asked.signal }).catch(
      () => null,
    );
    if (!answer?.ok || answer.redirected) return; // the form itself still works
    const found = document.createRange().createContextualFragment(await answer.text());
    if (asked.signal.aborted) return;
    for (const part of found.querySelectorAll<HTMLElement>("[data-part]")) this.#put(part);
    const first = this.querySelector<HTMLElement>("[data-take-class]")?.dataset.takeClass;
    if (first && !this.#chosen && this.#matter.value !== first) this.#take(first, false);
  }

  /** A part in which somebody is, or that says what it said before, stays as it is. */
  #put(part: HTMLElement): void {
    const here = this.querySelector<HTMLElement>(`form [data-part=${part.dataset.part}]`);
    if (!here || here.contains(document.activeElement) || here.innerHTML === part.innerHTML) return;
    here.replaceChildren(...part.childNodes);
  }
}

/** <move-board>: cases are drawn to a unit with the pointer, or lifted by their button and moved with arrow keys
    (WCAG 2.5.7); both fill the one form `#board-send`. Another unit than the suggested one is asked for a reason. */
import { moved } from "./keys.ts";

export class MoveBoard extends HTMLElement {
  #lifted: HTMLElement | null = null;
  #at = -1;

  connectedCallback(): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-move]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.#lift(button.closest<HTMLElement>("[data-number]")!));
      button.addEventListener("keydown", (event) => this.#key(event));
      button.addEventListener("blur", () => this.#lay(false));
    }
    for (const row of this.#cases) {
      row.draggable = true;
      row.addEventListener("dragstart", (event) => {
        event.dataTransfer?.setData("text/plain", row.dataset.number ?? "");
        this.#lifted = row;
        row.classList.add("lifted");
      });
      row.addEventListener("dragend", () => this.#lay(false));
    }
    for (const unit of this.#units) {
      unit.addEventListener("dragover", (event) => {
        if (!this.#lifted) return;
        event.preventDefault();
        this.#over(unit);
      });
      unit.addEventListener("dragleave", () => unit.classList.remove("over"));
      unit.addEventListener("drop", (event) => {
        event.preventDefault();
        if (this.#lifted) this.#drop(this.#lifted, unit);
      });
    }
  }

  get #cases(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-number]")];
  }

  get #units(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".board-unit[data-unit]")];
  }

  /** By keys: the suggested unit is where it begins. */
  #lift(row: HTMLElement): void {
    if (this.#lifted) return;
    this.#lifted = row;
    row.classList.add("lifted");
    this.#at = this.#units.findIndex((unit) => unit.dataset.unit === row.dataset.unit);
    const unit = this.#units[this.#at];
    if (unit) this.#over(unit);
    this.#say(`${words(this.dataset.lifted, row, unit)} ${unit ? this.#load(unit, row) : ""}`);
  }

  #key(event: KeyboardEvent): void {
    const row = this.#lifted;
    if (!row) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#at = moved(this.#at, event.key === "ArrowDown" ? 1 : -1, this.#units.length);
      const unit = this.#units[this.#at];
      if (!unit) return;
      this.#over(unit);
      unit.scrollIntoView({ block: "nearest" });
      this.#say(this.#load(unit, row));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const unit = this.#units[this.#at];
      if (unit) this.#drop(row, unit);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#lay(true);
    }
  }

  #drop(row: HTMLElement, unit: HTMLElement): void {
    const form = this.querySelector<HTMLFormElement>("#board-send")!;
    const fill = (name: string, value = ""): void => {
      form.querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value;
    };
    fill("case", row.dataset.number);
    fill("version", row.dataset.version);
    fill("unit", unit.dataset.unit);
    if (unit.dataset.unit === row.dataset.unit) {
      form.submit();
      return;
    }
    const dialog = this.querySelector<HTMLDialogElement>("#board-why")!;
    const reason = dialog.querySelector("textarea")!;
    dialog.querySelector("[data-sentence]")!.textContent = `${row.dataset.number} → ${unit.dataset.name}`;
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        fill("words", reason.value);
        if (dialog.returnValue === "yes") form.submit();
        else row.querySelector<HTMLElement>("[data-move]")?.focus();
      },
      { once: true },
    );
    this.#lay(false);
    dialog.showModal();
    reason.focus();
  }

  #lay(told: boolean): void {
    const row = this.#lifted;
    if (!row) return;
    this.#lifted = null;
    row.classList.remove("lifted");
    for (const unit of this.#units) unit.classList.remove("over");
    if (told) this.#say(words(this.dataset.laid, row, undefined));
  }

  #over(unit: HTMLElement): void {
    for (const one of this.#units) one.classList.toggle("over", one === unit);
  }

  #load(unit: HTMLElement, row: HTMLElement): string {
    return words(this.dataset.over, row, unit);
  }

  #say(said: string): void {
    this.querySelector("[data-said]")!.textContent = said;
  }
}

/** "{case} … {unit}: {load}" with what the rows say. */
export function words(pattern = "", row: HTMLElement, unit: HTMLElement | undefined): string {
  return pattern
    .replace("{case}", row.dataset.number ?? "")
    .replace("{unit}", unit?.dataset.name ?? "")
    .replace("{load}", unit?.querySelector<HTMLElement>("[data-load]")?.innerText ?? "");
}

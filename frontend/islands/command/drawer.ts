/** The drawer of alarms: all of them over the map, until it is shut. The button comes anew with each piece, so what is
    open is kept on the screen itself. */
export class Drawer {
  readonly #screen: HTMLElement;

  constructor(screen: HTMLElement) {
    this.#screen = screen;
    screen.addEventListener("click", (event) => {
      if ((event.target as HTMLElement).closest("[data-drawer]")) this.#turn(!this.#open);
    });
    screen.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#open || this.#screen.querySelector("dialog[open]")) return;
      this.#turn(false);
      this.#button?.focus();
    });
  }

  /** After each piece: the button says how it stands; without alarms there is nothing to open. */
  told(): void {
    if (!this.#button) this.#screen.removeAttribute("drawer");
    this.#button?.setAttribute("aria-expanded", String(this.#open));
  }

  get #open(): boolean {
    return this.#screen.hasAttribute("drawer");
  }

  get #button(): HTMLElement | null {
    return this.#screen.querySelector<HTMLElement>("[data-drawer]");
  }

  #turn(open: boolean): void {
    this.#screen.toggleAttribute("drawer", open);
    this.told();
  }
}

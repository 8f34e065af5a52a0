/** <own-position every="60">: while somebody is on duty, sends where this device is, through the form inside it. The page
    carries it only on duty; the server keeps nothing off duty. A hidden page sends nothing. */
import { fields, Rhythm } from "./rhythm.ts";

export class OwnPosition extends HTMLElement {
  #rhythm!: Rhythm;
  #watch = 0;
  readonly #turn = (): void => (document.hidden ? this.#stop() : this.#start());

  connectedCallback(): void {
    if (!navigator.geolocation) return this.#show("denied");
    this.#rhythm = new Rhythm(Number(this.getAttribute("every")) || 60);
    document.addEventListener("visibilitychange", this.#turn);
    this.#turn();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#turn);
    this.#stop();
  }

  #start(): void {
    this.#watch ||= navigator.geolocation.watchPosition(
      ({ coords }) => void this.#send(coords),
      (error) => error.code === error.PERMISSION_DENIED && this.#show("denied"),
      { enableHighAccuracy: true, maximumAge: 20_000 },
    );
  }

  #stop(): void {
    if (this.#watch) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = 0;
  }

  async #send(coords: GeolocationCoordinates): Promise<void> {
    if (!this.#rhythm.take(Date.now())) return;
    const form = this.querySelector("form")!;
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fields(coords))) body.set(name, value);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.status === 204) return this.#show("shared");
    this.#rhythm.failed();
    if (answer?.status === 409) this.#stop(); // not on duty any more: signed off on another page
  }

  #show(state: string): void {
    for (const words of this.querySelectorAll<HTMLElement>("[data-state]")) words.hidden = words.dataset.state !== state;
  }
}

/** <live-parts stream="…" words="Renewed at {time}">: whenever a fact of the stream arrives, reads this page once more
    and renews what is marked `data-live` (each with an id). Facts that come in a burst cost one reading. Nothing is
    asked for by the clock; after a cut the browser goes on where it was. A part in which somebody is stays as it is
    until they leave it. */
import { continued, kindsOf } from "../live-queue/news.ts";
import { Gathering } from "./gathering.ts";

const AGAIN_MS = 30_000;

export class LiveParts extends HTMLElement {
  #source: EventSource | null = null;
  #lastId = "";
  #again = 0;
  readonly #gathering = new Gathering(() => this.#renew());
  readonly #turn = (): void => (document.hidden ? this.#close() : this.#open());

  connectedCallback(): void {
    if (!("EventSource" in window) || !this.getAttribute("stream")) return;
    document.addEventListener("visibilitychange", this.#turn);
    this.#turn();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#turn);
    this.#close();
  }

  #open(): void {
    const stream = this.getAttribute("stream")!;
    this.#close();
    const source = new EventSource(continued(stream, this.#lastId), { withCredentials: true });
    for (const kind of [...kindsOf(stream), "ready", "reset"]) {
      source.addEventListener(kind, (event) => {
        this.#lastId = (event as MessageEvent).lastEventId || this.#lastId;
        this.toggleAttribute("open", true);
        if (kind !== "ready") this.#gathering.add();
      });
    }
    source.addEventListener("error", () => {
      this.removeAttribute("open");
      if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      clearTimeout(this.#again);
      this.#again = window.setTimeout(this.#turn, AGAIN_MS * (1 + Math.random()));
    });
    this.#source = source;
  }

  #close(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
    this.removeAttribute("open");
  }

  async #renew(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const anew = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of this.querySelectorAll<HTMLElement>("[data-live][id]")) {
      const other = anew.getElementById(part.id);
      if (!other || part.matches(":focus-within")) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      part.replaceChildren(...other.childNodes);
      part.querySelectorAll("details").forEach((one, place) => (one.open = open[place] ?? false));
    }
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const said = this.querySelector<HTMLElement>("[data-said]");
    if (said) said.textContent = (this.getAttribute("words") ?? "").replace("{time}", time);
  }
}

/** <live-parts stream="…" words="Renewed at {time}">: whenever a fact of the stream arrives, reads this page once more
    and renews what is marked `data-live` (each with an id). Facts that come in a burst cost one reading. Nothing is
    asked for by the clock; after a cut the browser goes on where it was. A part in which somebody is stays as it is
    until they leave it. */
import { Gathering } from "./gathering.ts";
import { LiveStream } from "./stream.ts";

export class LiveParts extends HTMLElement {
  #stream: LiveStream | null = null;
  readonly #gathering = new Gathering(() => this.#renew());

  connectedCallback(): void {
    this.#stream = new LiveStream(this.getAttribute("stream") ?? "", {
      heard: (word) => {
        if (word !== "ready") this.#gathering.add();
      },
      turned: (open) => this.toggleAttribute("open", open),
    });
    this.#stream.start();
  }

  disconnectedCallback(): void {
    this.#stream?.stop();
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

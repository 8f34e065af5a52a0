/** <live-queue stream="address of the stream" shown="1,2,3" words="{count} new">: fills and shows the link inside it.
    Nothing is asked for by the clock. Without a stream (an old browser, a proxy that cuts it, live process down) the
    page stays as it is. A hidden tab holds no connection: browsers allow six to one host. */
import { continued, kindsOf, News } from "./news.ts";

const AGAIN_MS = 30_000;

export class LiveQueue extends HTMLElement {
  #source: EventSource | null = null;
  #news!: News;
  #lastId = "";
  #again = 0;
  readonly #turn = (): void => (document.hidden ? this.#close() : this.#open());

  connectedCallback(): void {
    if (!("EventSource" in window) || !this.getAttribute("stream")) return;
    this.#news ??= new News(this.getAttribute("shown") ?? "");
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
    const keep = (event: MessageEvent<string>): void => void (this.#lastId = event.lastEventId || this.#lastId);
    for (const kind of kindsOf(stream)) {
      source.addEventListener(kind, (event) => {
        keep(event);
        if (this.#news.take(event.data)) this.#show();
      });
    }
    for (const word of ["ready", "reset"]) source.addEventListener(word, keep);
    source.addEventListener("ready", () => this.setAttribute("open", ""));
    source.addEventListener("error", () => {
      this.removeAttribute("open");
      // the browser comes back by itself after a cut; after a refusal it does not
      if (source.readyState === EventSource.CLOSED) this.#later();
    });
    this.#source = source;
  }

  #later(): void {
    clearTimeout(this.#again);
    this.#again = window.setTimeout(this.#turn, AGAIN_MS * (1 + Math.random()));
  }

  #close(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
    this.removeAttribute("open");
  }

  #show(): void {
    const link = this.querySelector<HTMLElement>("[data-news]")!;
    link.textContent = (this.getAttribute("words") ?? "").replace("{count}", String(this.#news.count));
    link.hidden = false;
  }
}

/** <live-queue stream="address of the stream" shown="1,2,3" words="{count} new">: fills and shows the link inside it.
    Without a stream (an old browser, a proxy that cuts it, live process down) the page stays as it is. */
import { News } from "./news.ts";
import { LiveStream } from "./stream.ts";

export class LiveQueue extends HTMLElement {
  #news!: News;
  #stream: LiveStream | null = null;

  connectedCallback(): void {
    this.#news ??= new News(this.getAttribute("shown") ?? "");
    this.#stream = new LiveStream(this.getAttribute("stream") ?? "", {
      heard: (_word, data) => {
        if (this.#news.take(data)) this.#show();
      },
      turned: (open) => this.toggleAttribute("open", open),
    });
    this.#stream.start();
  }

  disconnectedCallback(): void {
    this.#stream?.stop();
  }

  #show(): void {
    const link = this.querySelector<HTMLElement>("[data-news]")!;
    link.textContent = (this.getAttribute("words") ?? "").replace("{count}", String(this.#news.count));
    link.hidden = false;
  }
}

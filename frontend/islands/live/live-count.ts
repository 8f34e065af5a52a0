/** <live-count stream="…" news="…"> around a button of the bar: its count goes on while the page is open, and what
    is new is said once, politely. Nothing is asked for by the clock. What came during a cut is read when the line
    stands again: the stream only says *that* something came, the answer of `news` says what. */
import { unseen, type News } from "./counted.ts";
import { LiveStream } from "./stream.ts";

const LAST = "onegrid.inbox.last";

export class LiveCount extends HTMLElement {
  #stream: LiveStream | null = null;
  #asking = false;
  #askAgain = false;

  connectedCallback(): void {
    this.#stream = new LiveStream(this.getAttribute("stream") ?? "", {
      heard: () => void this.#ask(),
      turned: (open) => this.toggleAttribute("open", open),
    });
    this.#stream.start();
  }

  disconnectedCallback(): void {
    this.#stream?.stop();
  }

  /** One question at a time; what comes meanwhile is asked for once more. */
  async #ask(): Promise<void> {
    this.#askAgain = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    try {
      const after = recalled();
      const answer = await fetch(`${this.getAttribute("news")}?${new URLSearchParams({ after })}`);
      if (answer.ok && !answer.redirected) this.#show((await answer.json()) as News, after);
    } catch {
      return; // no network: the stream will say when it is there again
    } finally {
      this.#asking = false;
      if (this.#askAgain) void this.#ask();
    }
  }

  #show(news: News, after: string): void {
    const button = this.querySelector<HTMLElement>("a, button")!;
    let badge = button.querySelector<HTMLElement>(".count");
    if (news.count && !badge) {
      badge = Object.assign(document.createElement("span"), { className: "count" });
      badge.setAttribute("aria-hidden", "true");
      button.append(badge);
    }
    if (badge) badge.textContent = news.shown;
    if (!news.count) badge?.remove();
    button.setAttribute("aria-label", news.label);
    for (const one of unseen(news, after)) document.dispatchEvent(new CustomEvent("toast", { detail: one }));
    remember(String(Math.max(news.last, Number(after) || 0)));
  }
}

function recalled(): string {
  try {
    return sessionStorage.getItem(LAST) ?? "";
  } catch {
    return "";
  }
}

function remember(last: string): void {
  try {
    sessionStorage.setItem(LAST, last);
  } catch {
    return;
  }
}

/** <live-count stream="…" news="…"> around a button of the bar: its count goes on while the page is open, and what
    is new is said once, politely. Nothing is asked for by the clock. What came during a cut is read when the line
    stands again: the stream only says *that* something came, the answer of `news` says what. */
import { continued, kindsOf } from "../live-queue/news.ts";
import { unseen, type News } from "./counted.ts";

const AGAIN_MS = 30_000;
const LAST = "onegrid.inbox.last";

export class LiveCount extends HTMLElement {
  #source: EventSource | null = null;
  #lastId = "";
  #again = 0;
  #asking = false;
  #askAgain = false;
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
        void this.#ask();
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

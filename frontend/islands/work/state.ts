/** <work-state>: one line on every worker page. Online or not, how many wait, when the last was sent; and behind it the
    work nobody sees: the service worker, sending again, keeping the day's pages. */
import { type Item } from "./item.ts";
import { filled, shortTime, toastFromLastPage } from "./page.ts";
import { CHANNEL, sendWaiting } from "./ports.ts";
import { allItems, note, putItems, writeNote } from "./store.ts";

const KEPT_FOR_MS = 30 * 60_000;
const AT_LEAST_MS = 3_000;

export interface Standing {
  online: boolean;
  waiting: number;
  /** Refused, in conflict, asked about: a person decides. */
  toDecide: number;
  /** Of somebody else who was signed in on this phone. */
  others: number;
}

export function standingOf(items: readonly Item[], person: string, online: boolean): Standing {
  const mine = items.filter((one) => one.person === person);
  const open = (one: Item): boolean => one.state !== "sent";
  return {
    online,
    waiting: mine.filter((one) => one.state === "waiting").length,
    toDecide: mine.filter((one) => open(one) && one.state !== "waiting").length,
    others: items.filter((one) => one.person !== person && open(one)).length,
  };
}

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export class WorkState extends HTMLElement {
  #again = 0;
  #busy = false;
  #channel: BroadcastChannel | null = null;
  #asksToInstall: InstallPrompt | null = null;

  connectedCallback(): void {
    if (!("indexedDB" in window)) return;
    toastFromLastPage(document);
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = () => void this.#show();
    addEventListener("online", () => void this.#send(true));
    addEventListener("offline", () => void this.#show());
    document.addEventListener("visibilitychange", () => void (document.hidden || this.#send()));
    this.#part("update")?.addEventListener("click", () => void this.#takeOver());
    this.#part("install")?.addEventListener("click", () => void this.#install());
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#asksToInstall = event as InstallPrompt;
      void this.#show();
    });
    void this.#show().finally(() => (this.hidden = false));
    void this.#send();
    if ("serviceWorker" in navigator) void this.#serve();
  }

  disconnectedCallback(): void {
    this.#channel?.close();
    clearTimeout(this.#again);
  }

  get #person(): string {
    return this.dataset.person ?? "";
  }

  #part(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-${name}]`);
  }

  /** `all`: also what had to wait a little longer, since the network has just come back. */
  async #send(all = false): Promise<void> {
    void this.#show();
    if (this.#busy || !navigator.onLine) return;
    const items = await allItems();
    if (!items.some((one) => one.state === "waiting")) return;
    if (all) await this.#hurry(items);
    this.#busy = true;
    const outcome = await sendWaiting().catch(() => null);
    this.#busy = false;
    if (outcome?.sent) void this.#keep();
  }

  /** What failed, here or on the way of a form, is tried again when its time has come. */
  #tryLater(items: readonly Item[], outcome: string | undefined): void {
    clearTimeout(this.#again);
    const times = items.filter((one) => one.state === "waiting" && one.person === this.#person).map((one) => one.notBefore);
    if (!times.length || !navigator.onLine || outcome === "sign-in" || outcome === "other-person") return;
    this.#again = window.setTimeout(() => void this.#send(), Math.max(AT_LEAST_MS, Math.min(...times) - Date.now()));
  }

  /** Only a network that failed is hurried: a server that asked for patience gets it. */
  async #hurry(items: readonly Item[]): Promise<void> {
    await putItems(items.filter((one) => one.state === "waiting" && !one.failures).map((one) => ({ ...one, notBefore: 0 })));
  }

  async #show(): Promise<void> {
    const items = await allItems();
    const standing = standingOf(items, this.#person, navigator.onLine);
    const said = this.dataset;
    const outcome = (await note("outcome")) as string | undefined;
    this.#tryLater(items, outcome);
    const synced = (await note("synced")) as string | undefined;
    const language = document.documentElement.lang;
    const words = [standing.online ? said.online : filled(said.offline, { time: shortTime(said.made ?? "", language) })];
    if (standing.toDecide) words.push(filled(said.toDecide, { count: standing.toDecide }));
    if (standing.waiting) words.push(filled(said.waiting, { count: standing.waiting }));
    else if (synced && standing.online && !standing.toDecide) words.push(filled(said.synced, { time: shortTime(synced, language) }));
    if (standing.others) words.push(said.others);
    const line = this.#part("words")!;
    const text = words.join(" · ");
    if (line.textContent !== text) line.textContent = text;
    this.classList.toggle("offline", !standing.online);
    this.classList.toggle("to-decide", standing.toDecide > 0);
    const signIn = this.#part("sign-in");
    if (signIn) signIn.hidden = !(outcome === "sign-in" && standing.waiting && standing.online);
    const install = this.#part("install");
    if (install) install.hidden = !this.#asksToInstall || Boolean(await note("install-asked"));
    this.#warnAtSignOut(standing);
  }

  /** What waits stays on the phone; whoever signs out is told so. */
  #warnAtSignOut({ waiting, toDecide }: Standing): void {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[action$="/account/logout/"]')) {
      const left = waiting + toDecide;
      if (left) form.dataset.confirm = filled(this.dataset.signOut, { count: left });
      else delete form.dataset.confirm;
    }
  }

  async #install(): Promise<void> {
    await this.#asksToInstall?.prompt();
    this.#asksToInstall = null;
    await writeNote("install-asked", new Date().toISOString());
    await this.#show();
  }

  // ---------------------------------------------------------------- the service worker

  async #serve(): Promise<void> {
    const registration = await navigator.serviceWorker.register(this.dataset.worker ?? "", { scope: "/work/" }).catch(() => null);
    if (!registration) return;
    const offer = (): void => {
      const update = this.#part("update");
      if (update) update.hidden = !(registration.waiting && navigator.serviceWorker.controller);
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
    await navigator.serviceWorker.ready;
    await this.#keep();
  }

  async #takeOver(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration("/work/");
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration?.waiting?.postMessage({ do: "take-over" });
  }

  /** The day's pages, all of them now and then, else what is new. */
  async #keep(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration("/work/").catch(() => undefined);
    if (!registration?.active || !navigator.onLine) return;
    const mark = `${this.#person} ${document.documentElement.lang}`;
    const kept = (await note("asked-to-keep")) as { at: number; mark: string } | undefined;
    const all = !kept || kept.mark !== mark || Date.now() - kept.at > KEPT_FOR_MS;
    if (all) await writeNote("asked-to-keep", { at: Date.now(), mark });
    const anew = /^\/work\/[A-Z]+\d[^/]*\//.exec(location.pathname)?.[0] ?? "";
    const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;
    registration.active.postMessage({ do: "keep", all, anew, tiles: !saving });
  }
}

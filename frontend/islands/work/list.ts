/** <outbox-list>: what this phone has written and how it went; each thing with what can be done about it. Words and
    shapes are the page's templates. */
import { anew, asNote, freshKey, type Item, matterOf, phoneTime } from "./item.ts";
import { filled, fromTemplate, personOf, shortTime } from "./page.ts";
import { CHANNEL, sendWaiting, tell } from "./ports.ts";
import { addItem, allItems, dropItem, note, oneItem, putItems, writeNote } from "./store.ts";

export class OutboxList extends HTMLElement {
  #shown = "";
  #channel: BroadcastChannel | null = null;
  #pictures: string[] = [];

  connectedCallback(): void {
    if (!("indexedDB" in window)) return;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = () => void this.#show();
    addEventListener("online", () => void this.#show());
    addEventListener("offline", () => void this.#show());
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-do]");
      if (button) void this.#act(button.dataset.do!, keyOf(button), button.dataset.number ?? "");
    });
    this.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (event.defaultPrevented || !form.dataset.do) return;
      event.preventDefault();
      void this.#act(form.dataset.do, keyOf(form), "");
    });
    void this.#show();
  }

  disconnectedCallback(): void {
    this.#channel?.close();
  }

  async #act(what: string, key: string, number: string): Promise<void> {
    if (what === "send") {
      await this.#sendNow();
      return this.focus();
    }
    if (what === "keep") return this.#keepNow();
    const item = await oneItem(key);
    if (!item || item.person !== personOf(document)) return;
    if (what === "discard") await dropItem(key);
    if (what === "retry") await putItems([retried(item)]);
    if (what === "different") await addItem(anew(item, freshKey(), { different: "1" }), key);
    if (what === "follow") await addItem(anew(item, freshKey(), { follow: number }), key);
    if (what === "note") {
      const made = asNote(item, freshKey());
      if (made) await addItem(made, key);
    }
    tell();
    await this.#show();
    if (what !== "discard") await this.#sendNow();
    if (!this.contains(document.activeElement)) this.focus(); // what was pressed is gone
  }

  async #sendNow(): Promise<void> {
    const waiting = (await allItems()).filter((one) => one.state === "waiting");
    await putItems(waiting.map((one) => ({ ...one, notBefore: 0 })));
    if (navigator.onLine) await sendWaiting().catch(() => null);
    await this.#show();
  }

  async #keepNow(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration("/work/").catch(() => undefined);
    await writeNote("asked-to-keep", { at: Date.now(), mark: `${personOf(document)} ${document.documentElement.lang}` });
    registration?.active?.postMessage({ do: "keep", all: true });
  }

  async #show(): Promise<void> {
    const person = personOf(document);
    const items = (await allItems()).filter((one) => one.person === person);
    await this.#showPhone();
    const mark = JSON.stringify(items.map((one) => [one.key, one.state, one.tries]));
    if (mark === this.#shown) return;
    this.#shown = mark;
    for (const picture of this.#pictures.splice(0)) URL.revokeObjectURL(picture);
    const open = items.filter((one) => one.state !== "waiting" && one.state !== "sent");
    this.#fill("open", open.map((one) => this.#card(one)));
    this.#fill("waiting", items.filter((one) => one.state === "waiting").map((one) => this.#card(one)));
    this.#fill("sent", items.filter((one) => one.state === "sent").reverse().map((one) => this.#line(one)));
    this.querySelector<HTMLElement>("[data-empty]")!.hidden = items.some((one) => one.state !== "sent");
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  #fill(name: string, cards: HTMLElement[]): void {
    const part = this.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
    part.hidden = !cards.length;
    part.querySelector("[data-list]")!.replaceChildren(...cards);
  }

  #line(item: Item): HTMLElement {
    const line = fromTemplate(document, "outbox-sent");
    put(line, "title", item.title);
    put(line, "when", shortTime(item.endedAt, document.documentElement.lang));
    put(line, "words", item.said?.words ?? "");
    return line;
  }

  #card(item: Item): HTMLElement {
    const card = fromTemplate(document, "outbox-item");
    const language = document.documentElement.lang;
    card.id = item.key;
    card.dataset.key = item.key;
    card.dataset.state = item.state;
    put(card, "title", item.title);
    put(card, "when", shortTime(item.written, language));
    put(card, "said", item.said?.words ?? (item.tries ? filled(card.dataset.tried, { count: item.tries }) : ""));
    put(card, "badge", card.dataset[`word${item.state[0]!.toUpperCase()}${item.state.slice(1)}`] ?? "");
    const matter = matterOf(item.path);
    put(card, "about", item.about || (matter === item.path ? "" : matter));
    card.querySelector("[data-badge]")!.classList.add(item.state === "waiting" ? "note" : "warn");
    const did = card.querySelector("[data-did]")!;
    for (const [label, value] of item.shown) did.append(pair(label, value));
    for (const photo of item.photos) card.querySelector("[data-photos]")!.append(this.#picture(photo.blob, photo.name));
    this.#showNow(card, item, language);
    this.#showAlike(card, item);
    for (const action of card.querySelectorAll<HTMLElement>("[data-when-state]")) {
      action.hidden = !action.dataset.whenState!.split(" ").includes(item.state);
    }
    const asNoteButton = card.querySelector<HTMLElement>('[data-do="note"]')!;
    asNoteButton.hidden ||= asNote(item, "") === null;
    const open = card.querySelector<HTMLAnchorElement>("[data-open]")!;
    open.href = matter === item.path ? item.path : `/work/${matter}/`;
    card.querySelector<HTMLAnchorElement>("[data-correct]")!.href = `${item.path}#correct=${item.key}`;
    return card;
  }

  #showNow(card: HTMLElement, item: Item, language: string): void {
    const now = item.said?.now;
    const part = card.querySelector<HTMLElement>("[data-now]")!;
    part.hidden = !now;
    card.classList.toggle("both-sides", Boolean(now));
    if (!now) return;
    put(part, "now-state", now.state);
    for (const step of [...now.steps].reverse()) {
      const line = document.createElement("li");
      line.textContent = [shortTime(step.at, language), step.what, step.who, step.words].filter(Boolean).join(" · ");
      part.querySelector("[data-steps]")!.append(line);
    }
  }

  #showAlike(card: HTMLElement, item: Item): void {
    const part = card.querySelector<HTMLElement>("[data-alike]")!;
    part.hidden = !item.said?.alike?.length;
    for (const other of item.said?.alike ?? []) {
      const line = fromTemplate(document, "outbox-alike");
      const link = line.querySelector<HTMLAnchorElement>("[data-number]")!;
      link.textContent = other.number;
      link.href = `/work/${other.number}/`;
      put(line, "state", other.state);
      put(line, "words", other.words);
      const button = line.querySelector<HTMLElement>("button")!;
      button.dataset.number = other.number;
      button.hidden = !other.follow;
      part.append(line);
    }
  }

  #picture(blob: Blob, name: string): HTMLElement {
    const place = document.createElement("li");
    if (!blob.type.startsWith("image/")) {
      place.className = "chosen-file";
      place.textContent = name;
      return place;
    }
    const picture = place.appendChild(document.createElement("img"));
    picture.src = URL.createObjectURL(blob);
    picture.alt = name;
    this.#pictures.push(picture.src);
    return place;
  }

  /** How much room there is, and what of the day is kept here. */
  async #showPhone(): Promise<void> {
    const phone = this.querySelector<HTMLElement>("[data-phone]")!;
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
    const kept = (await note("kept")) as { at: string; pages: number } | undefined;
    const safe = await navigator.storage?.persisted?.().catch(() => false);
    const inMb = (bytes: number): string => (bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0);
    put(phone, "room", quota ? filled(phone.dataset.room, { used: inMb(usage), all: inMb(quota) }) : "");
    const time = kept && shortTime(kept.at, document.documentElement.lang);
    put(phone, "kept", kept ? filled(phone.dataset.kept, { count: kept.pages, time: time! }) : (phone.dataset.nothing ?? ""));
    put(phone, "safe", (safe ? phone.dataset.safe : phone.dataset.unsafe) ?? "");
    phone.querySelector<HTMLElement>("[data-ios]")!.hidden = (navigator as { standalone?: boolean }).standalone !== false;
  }
}

/** What was written too long ago is sent as written now; else it is the same thing under the same key. */
function retried(item: Item): Item {
  const again: Item = { ...item, state: "waiting", tries: 0, failures: 0, notBefore: 0, said: null };
  return item.said?.code === "written_too_long_ago" ? { ...again, written: phoneTime(new Date()) } : again;
}

function keyOf(element: Element): string {
  return element.closest<HTMLElement>("[data-key]")?.dataset.key ?? "";
}

function put(element: Element, name: string, words: string): void {
  const place = element.querySelector<HTMLElement>(`[data-${name}]`)!;
  place.textContent = words;
  place.hidden = !words;
}

function pair(label: string, value: string): HTMLElement {
  const row = document.createElement("div");
  row.append(document.createElement("dt"), document.createElement("dd"));
  row.firstElementChild!.textContent = label;
  row.lastElementChild!.textContent = value;
  return row;
}

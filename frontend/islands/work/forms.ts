/** Forms marked `data-outbox`: what is filled in is on the phone's disk before anything is sent, and stays there until
    the server has taken it. Without script, or without a database in the browser, the form posts as it always did. */
import { freshKey, type Item, phoneTime, type Photo, type Said } from "./item.ts";
import { filled, fromTemplate, personOf, toastOnNextPage } from "./page.ts";
import { nameFor, shrunk } from "./photos.ts";
import { sendWaiting, tell } from "./ports.ts";
import { addItem, dropItem, oneItem } from "./store.ts";

/** So long a reader waits for the answer; then it goes on behind the next page. */
const PATIENCE_MS = 10_000;
const OUTBOX = "/work/outbox/";

export function takeForms(page: Document): void {
  if (!("indexedDB" in window) || !personOf(page)) return;
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.dataset.plain) return;
    if (needsNetwork(form)) {
      event.preventDefault();
      say(form, page.querySelector<HTMLElement>("work-state")?.dataset.needsNetwork ?? "");
    }
    if (!form.matches("form[data-outbox]")) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    void taken(form, event.submitter as HTMLButtonElement | null);
  });
  void fillAgain(page);
}

/** What holds only now (signing on to duty) is not sent later; better said than a browser's error page. */
function needsNetwork(form: HTMLFormElement): boolean {
  return !navigator.onLine && form.matches("main form[method=post]:not([data-outbox])");
}

async function taken(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
  form.setAttribute("aria-busy", "true");
  hush(form.ownerDocument);
  try {
    const item = await itemOf(form, button);
    try {
      await written(item, form.dataset.instead);
    } catch {
      say(form, form.ownerDocument.querySelector<HTMLElement>("work-state")?.dataset.full ?? "");
      return;
    }
    tell();
    await afterwards(form, item);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** On a full phone the kept tiles and pages make room: they can be fetched again, what was written cannot. */
async function written(item: Item, instead: string | undefined): Promise<void> {
  void navigator.storage?.persist?.();
  try {
    await addItem(item, instead);
  } catch (failure) {
    if (!("caches" in window)) throw failure;
    await caches.delete("work-tiles");
    await addItem(item, instead);
  }
}

async function afterwards(form: HTMLFormElement, item: Item): Promise<void> {
  const page = form.ownerDocument;
  if (!navigator.onLine) return later(form, item);
  const patience = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  await Promise.race([sendWaiting().catch(() => null), patience]);
  const now = await oneItem(item.key);
  if (now?.state === "sent") {
    toastOnNextPage(now.said?.words ?? "");
    page.defaultView!.location.assign(now.said?.to || OUTBOX);
  } else if (now?.state === "refused" && now.said?.fields) {
    await standsInForm(form, item);
    complain(form, now.said);
  } else if (now && now.state !== "waiting") {
    page.defaultView!.location.assign(`${OUTBOX}#${item.key}`);
  } else {
    await later(form, item);
  }
}

/** It is before the reader's eyes. What the form alone cannot bring back (photos of an earlier try) stays kept too. */
async function standsInForm(form: HTMLFormElement, item: Item): Promise<void> {
  if (form.dataset.instead || item.photos.length) {
    form.dataset.instead = item.key;
    return;
  }
  await dropItem(item.key);
  tell();
}

/** It waits: said in the form's place, with the ways on. */
async function later(form: HTMLFormElement, item: Item): Promise<void> {
  const kept = fromTemplate(form.ownerDocument, "work-kept");
  kept.querySelector("[data-title]")!.textContent = item.title;
  kept.querySelector<HTMLElement>("[data-urgent]")!.hidden = form.dataset.urgent === undefined;
  form.replaceWith(kept);
  kept.focus();
  kept.scrollIntoView({ block: "center" });
  const registration = await navigator.serviceWorker?.getRegistration("/work/").catch(() => undefined);
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("outbox").catch(() => {}); // where there is none, the next page sends
}

// ---------------------------------------------------------------- what was filled in

async function itemOf(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<Item> {
  const page = form.ownerDocument;
  const key = freshKey();
  const fields: [string, string][] = [];
  const photos: Photo[] = [];
  for (const [name, value] of new FormData(form, button)) {
    if (typeof value !== "string") {
      if (value.size) photos.push(await photoOf(name, value));
    } else if (name === "key") fields.push([name, key]);
    else if (name !== "csrfmiddlewaretoken") fields.push([name, value]);
  }
  for (const photo of await earlierPhotos(form)) if (!photos.some((one) => one.field === photo.field)) photos.push(photo);
  const here = page.defaultView!.location;
  return {
    key,
    person: personOf(page),
    seq: 0,
    path: new URL(form.getAttribute("action") || here.pathname + here.search, here.href).pathname,
    title: form.dataset.title || page.querySelector("h1")?.textContent?.trim() || page.title,
    about: form.dataset.about ?? "",
    fields,
    shown: shownBy(form),
    photos,
    written: phoneTime(new Date()),
    state: "waiting",
    tries: 0,
    failures: 0,
    notBefore: 0,
    said: null,
    endedAt: "",
  };
}

async function photoOf(field: string, file: File): Promise<Photo> {
  const blob = await shrunk(file);
  return { field, name: nameFor(file, blob), blob };
}

async function earlierPhotos(form: HTMLFormElement): Promise<Photo[]> {
  return form.dataset.instead ? ((await oneItem(form.dataset.instead))?.photos ?? []) : [];
}

/** Label and value of everything a person has filled in, as the page calls it. */
function shownBy(form: HTMLFormElement): [string, string][] {
  const shown: [string, string][] = [];
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement)) continue;
    const value = control.dataset.sealed !== undefined && control.value ? "•••" : wordsOf(control);
    if (value) shown.push([labelOf(control), value]);
  }
  return shown;
}

function wordsOf(control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): string {
  if (control instanceof HTMLSelectElement) return control.value ? (control.selectedOptions[0]?.textContent?.trim() ?? "") : "";
  if (control.type === "hidden" || control.type === "file" || !control.name) return "";
  if (control.type === "radio") return (control as HTMLInputElement).checked ? labelText(control) : "";
  if (control.type === "checkbox") return (control as HTMLInputElement).checked ? "✓" : "";
  return control.value.trim();
}

function labelOf(control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): string {
  const group = control.type === "radio" ? control.closest("fieldset")?.querySelector("legend")?.textContent : null;
  return (group ?? labelText(control)).trim();
}

function labelText(control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): string {
  const label = control.labels?.[0];
  if (!label) return control.name;
  const own = [...label.childNodes].filter((node) => !(node instanceof Element && node.matches(".optional, input")));
  return own.map((node) => node.textContent ?? "").join("").trim();
}

// ---------------------------------------------------------------- what is wrong, and correcting it

function complain(form: HTMLFormElement, said: Said): void {
  for (const old of form.querySelectorAll(".errorlist")) old.remove();
  let first: HTMLElement | null = null;
  for (const [name, words] of Object.entries(said.fields ?? {})) {
    const control = form.elements.namedItem(name);
    const place = (control instanceof RadioNodeList ? control[0] : control) as HTMLElement | null;
    if (!place) continue;
    const list = form.ownerDocument.createElement("ul");
    list.className = "errorlist";
    list.id = `id_${name}_error`;
    for (const word of words) list.appendChild(form.ownerDocument.createElement("li")).textContent = word;
    place.closest("details")?.setAttribute("open", "");
    (place.closest(".field") ?? place).append(list);
    place.setAttribute("aria-invalid", "true");
    place.setAttribute("aria-describedby", list.id);
    first ??= place;
  }
  say(form, said.words);
  first?.focus();
}

function hush(page: Document): void {
  page.querySelectorAll(".outbox-said").forEach((old) => old.remove());
}

function say(form: HTMLFormElement, words: string): void {
  hush(form.ownerDocument);
  const alert = fromTemplate(form.ownerDocument, "work-said");
  alert.querySelector("[data-words]")!.textContent = words;
  form.before(alert);
  alert.scrollIntoView({ block: "nearest" });
}

/** `#correct=key`: the form opens with what was refused, photos included. */
async function fillAgain(page: Document): Promise<void> {
  const key = new URLSearchParams(page.location.hash.slice(1)).get("correct");
  const form = page.querySelector<HTMLFormElement>("form[data-outbox]");
  const item = key && form ? await oneItem(key) : undefined;
  if (!item || !form || item.person !== personOf(page)) return;
  form.dataset.instead = item.key;
  const given = new Set(item.fields.map(([name]) => name));
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = given.has(control.name);
  }
  for (const [name, value] of item.fields) {
    const control = form.elements.namedItem(name);
    if (!control || name === "key" || name === "version") continue;
    if (control instanceof HTMLInputElement && ["checkbox", "file", "hidden"].includes(control.type)) continue;
    (control as HTMLInputElement | RadioNodeList).value = value;
    if (control instanceof HTMLElement) control.closest("details")?.setAttribute("open", "");
  }
  for (const field of new Set(item.photos.map((photo) => photo.field))) {
    const count = item.photos.filter((photo) => photo.field === field).length;
    const control = form.elements.namedItem(field);
    if (!(control instanceof HTMLInputElement)) continue;
    control.required = false;
    const words = page.createElement("p");
    words.className = "soft small";
    words.textContent = filled(page.querySelector<HTMLElement>("work-state")?.dataset.photosKept, { count });
    control.before(words);
  }
  say(form, item.said?.words ?? "");
}

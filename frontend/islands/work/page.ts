/** What pages share: whose page it is, the time in words, a message that survives the way to the next page. */
const TOAST = "work-toast";

/** The signed-in person this page was made for, "" on a page without. */
export function personOf(page: Document): string {
  return page.querySelector<HTMLElement>("work-state")?.dataset.person ?? "";
}

export function shortTime(iso: string, language: string, now = new Date()): string {
  const time = new Date(iso);
  const today = time.toDateString() === now.toDateString();
  const day = today ? {} : ({ month: "2-digit", day: "2-digit" } as const);
  return time.toLocaleString(language, { ...day, hour: "2-digit", minute: "2-digit", hour12: false });
}

/** `{count}` and the like in the words of a page are filled in. */
export function filled(words: string | undefined, values: Record<string, string | number>): string {
  return (words ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function toast(page: Document, text: string, tone = "good"): void {
  page.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
}

export function toastOnNextPage(text: string): void {
  if (text) sessionStorage.setItem(TOAST, text);
}

export function toastFromLastPage(page: Document): void {
  const text = sessionStorage.getItem(TOAST);
  sessionStorage.removeItem(TOAST);
  if (text) toast(page, text);
}

/** A copy of what stands in <template id="…">. */
export function fromTemplate(page: Document, id: string): HTMLElement {
  const template = page.getElementById(id) as HTMLTemplateElement;
  return template.content.firstElementChild!.cloneNode(true) as HTMLElement;
}

/** Short messages in the corner. From the server: Django messages, or an htmx answer with the header
    `HX-Trigger: {"toast": {"text": "…", "tone": "good"}}`. From script: dispatch the same event. */
const SHOWN_FOR_MS = 7000;

export function listenForToasts(page: Document): void {
  const shelf = page.querySelector<HTMLElement>(".toasts");
  if (!shelf) return;
  const template = page.querySelector<HTMLTemplateElement>("#toast");
  page.addEventListener("toast", (event) => {
    const { text, tone, link } = (event as CustomEvent<{ text: string; tone?: string; link?: string }>).detail;
    const toast = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!toast) return;
    const said = link?.startsWith("/") ? Object.assign(document.createElement("a"), { href: link }) : toast.firstElementChild!;
    said.textContent = text;
    if (said !== toast.firstElementChild) toast.firstElementChild!.append(said);
    if (tone) toast.classList.add(tone);
    shelf.append(toast);
    setTimeout(() => toast.remove(), SHOWN_FOR_MS);
  });
  shelf.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-close]")) (event.target as Element).closest(".toast")?.remove();
  });
}

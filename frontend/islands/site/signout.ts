/** Signing out: pages, photos and tiles that this phone keeps for the person go first. What waits in the outbox stays,
    bound to the person (islands/work). */
const LOGOUT = "/account/logout/";
const KEPT = "work-pages-";
const PATIENCE_MS = 3000;

export function forgetAtSignOut(page: Document): void {
  if (!("caches" in window)) return;
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const path = new URL(form.getAttribute("action") ?? "", page.location.href).pathname;
    if (event.defaultPrevented || path !== LOGOUT || form.method !== "post") return;
    event.preventDefault();
    void forget().finally(() => form.submit());
  });
}

/** The service worker stops fetching and clears; where there is none, or it does not answer, the page clears. */
async function forget(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/work/").catch(() => undefined);
  if (registration?.active) {
    const channel = new MessageChannel();
    const done = new Promise((told) => (channel.port1.onmessage = told));
    registration.active.postMessage({ do: "forget" }, [channel.port2]);
    await Promise.race([done, new Promise((over) => setTimeout(over, PATIENCE_MS))]);
  }
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(KEPT) || name === "work-tiles").map((name) => caches.delete(name)));
}

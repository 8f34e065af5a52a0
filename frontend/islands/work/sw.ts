/** The service worker of /work/: pages, photos and tiles of one person, kept for a shift without a network.
    Desk and operator pages are outside of its scope; nothing of them ever passes here. Built alone (vite.worker.ts),
    served by portals/worker/phone.py with the names of the built files in front. */
import { answeredBy, type Box, isForEver, linksOf, PAGES_MOST, PHOTOS_MOST, photosOf, TILES_MOST, tilesOf, withoutPosition } from "./kept.ts";
import { sendWaiting, tell } from "./ports.ts";
import { writeNote } from "./store.ts";

declare const self: ServiceWorkerGlobalScope & { BUILT: { build: string; shell: string[]; later: string[] } };

const STATIC = "work-static";
const TILES = "work-tiles";
const PAGES = "work-pages-"; // and whose
const FOR = "X-Kept-For";
const PATIENCE_MS = 6_000;
const ALWAYS = ["/work/offline/", "/work/outbox/", "/work/", "/work/report/"];

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => (event as ExtendableEvent).waitUntil(sendWaiting()));
self.addEventListener("message", (event) => {
  const wish = event.data as { do: string } & Partial<Wish>;
  if (wish.do === "take-over") void self.skipWaiting();
  if (wish.do === "forget") event.waitUntil(forget().then(() => event.ports[0]?.postMessage("done")));
  if (wish.do === "keep") event.waitUntil(keep({ all: wish.all ?? false, anew: wish.anew ?? "", tiles: wish.tiles ?? true }));
});

self.addEventListener("fetch", (event) => {
  const way = answeredBy(event.request, new URL(event.request.url), self.location.origin);
  if (way === "page") event.respondWith(page(event.request));
  if (way === "photo") event.respondWith(photo(event.request));
  if (way === "asset") event.respondWith(asset(event.request));
  if (way === "tile") event.respondWith(tile(event.request));
});

// ---------------------------------------------------------------- answering

async function page(request: Request): Promise<Response> {
  const since = forgotten;
  const kept = await keptPage(request.url);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    if (answer.ok) await keepPage(request.url, answer, since);
    return kept && (answer.status === 429 || (answer.status >= 502 && answer.status <= 504)) ? kept : answer;
  } catch {
    return kept ?? (await keptPage("/work/offline/")) ?? Response.error();
  }
}

async function photo(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await keptPage(request.url)) ?? Response.error();
  }
}

/** A built file from the phone; icons from the phone too, and looked after behind the reader's back. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(request.url.split("#")[0]!);
  const fresh = async (): Promise<Response> => {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") await cache.put(request.url.split("#")[0]!, answer.clone());
    return answer;
  };
  if (!kept) return fresh();
  if (!isForEver(new URL(request.url).pathname)) void fresh().catch(() => {});
  return kept;
}

async function tile(request: Request): Promise<Response> {
  const cache = await caches.open(TILES);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && (await cache.keys()).length < TILES_MOST) await cache.put(request.url, answer.clone());
  return answer;
}

// ---------------------------------------------------------------- keeping

async function pagesCache(): Promise<Cache | null> {
  const name = (await caches.keys()).find((one) => one.startsWith(PAGES));
  return name ? caches.open(name) : null;
}

async function keptPage(url: string): Promise<Response | undefined> {
  const cache = await pagesCache();
  return (await cache?.match(url)) ?? cache?.match(url, { ignoreSearch: true });
}

/** Keeps the page for whom it was made; what was kept for somebody else goes. The text, or null when it may not. */
async function keepPage(url: string, answer: Response, since: number): Promise<string | null> {
  const person = answer.headers.get(FOR);
  if (!person || answer.redirected) return null;
  const text = await answer.clone().text();
  if (since !== forgotten) return null; // somebody signed out while it came
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + person) await caches.delete(name);
  }
  const cache = await caches.open(PAGES + person);
  await cache.put(url, copied(answer, withoutPosition(text))).catch(() => {}); // a full phone keeps fewer pages
  return text;
}

/** The answer with another text: how the old one was packed, and how long it was, does not hold for it. */
function copied(answer: Response, text: string): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Transfer-Encoding"]) headers.delete(name);
  return new Response(text, { status: answer.status, headers });
}

async function keepShell(): Promise<void> {
  const cache = await caches.open(STATIC);
  await cache.addAll(self.BUILT.shell);
  await Promise.all(ALWAYS.slice(0, 2).map((path) => fetched(path)));
}

/** How often somebody has signed out here: what was asked for before is not kept after. */
let forgotten = 0;

async function forget(): Promise<void> {
  forgotten += 1;
  await keeping?.catch(() => {});
  for (const name of await caches.keys()) if (name.startsWith(PAGES) || name === TILES) await caches.delete(name);
}

/** The page's text when it could be fetched and kept. */
async function fetched(path: string): Promise<string | null> {
  const since = forgotten;
  try {
    const answer = await fetch(path, { redirect: "manual", headers: { Accept: "text/html", "X-Outbox-Keeping": "1" } });
    return answer.ok ? await keepPage(new URL(path, self.location.origin).href, answer, since) : null;
  } catch {
    return null;
  }
}

let keeping: Promise<void> | null = null;

/** `all`: every page anew, and what is finished goes; else what is missing, and what begins with `anew`. */
interface Wish {
  all: boolean;
  anew: string;
  tiles: boolean;
}

function keep(wish: Wish): Promise<void> {
  keeping ??= walk(wish).finally(() => (keeping = null));
  return keeping;
}

async function walk({ all, anew, tiles }: Wish): Promise<void> {
  const wanted = [...ALWAYS];
  const photos = new Set<string>();
  const since = forgotten;
  let whole = true;
  for (let at = 0; at < wanted.length && at < PAGES_MOST; at += 1) {
    const path = wanted[at]!;
    const renew = all || path === "/work/" || (anew && path.startsWith(anew));
    const kept = renew ? undefined : await keptPage(new URL(path, self.location.origin).href);
    const text = kept ? await kept.text() : await fetched(path);
    if (since !== forgotten || (text === null && at < ALWAYS.length - 1)) return; // signed out, or no network
    whole &&= text !== null;
    for (const link of linksOf(text ?? "")) if (!wanted.includes(link)) wanted.push(link);
    for (const src of photosOf(text ?? "")) photos.add(src);
  }
  await keepPhotos([...photos].slice(0, PHOTOS_MOST), since);
  if (all && since === forgotten) {
    if (whole) await forgetOthers(new Set([...wanted, ...photos]));
    await keepAssets();
    if (tiles) await keepTiles();
    await writeNote("kept", { at: new Date().toISOString(), pages: Math.min(wanted.length, PAGES_MOST) });
  }
  tell();
}

async function keepPhotos(paths: string[], since: number): Promise<void> {
  const cache = await pagesCache();
  for (const path of paths) {
    if (!cache || since !== forgotten || (await cache.match(path))) continue;
    const answer = await fetch(path).catch(() => null);
    if (answer?.ok && since === forgotten) await cache.put(path, answer).catch(() => {});
  }
}

async function forgetOthers(wanted: ReadonlySet<string>): Promise<void> {
  const cache = await pagesCache();
  for (const request of (await cache?.keys()) ?? []) {
    const url = new URL(request.url);
    if (!wanted.has(url.pathname + url.search)) await cache?.delete(request);
  }
}

/** Of older builds only what a kept page may still ask for was there; now all pages are new. */
async function keepAssets(): Promise<void> {
  const cache = await caches.open(STATIC);
  const wanted = [...self.BUILT.shell, ...self.BUILT.later];
  for (const request of await cache.keys()) {
    if (!wanted.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
  for (const path of wanted) if (!(await cache.match(path))) await cache.add(path).catch(() => {});
}

async function keepTiles(): Promise<void> {
  const answer = await fetch("/work/now/", { redirect: "manual" }).catch(() => null);
  const given = answer?.ok ? ((await answer.json()) as { tiles: { addresses: string[]; bounds: Box } | null }) : null;
  if (!given?.tiles) return;
  const cache = await caches.open(TILES);
  const wanted = tilesOf(given.tiles.addresses, given.tiles.bounds).map((path) => new URL(path, self.location.origin).href);
  for (const request of await cache.keys()) if (!wanted.includes(request.url)) await cache.delete(request);
  const since = forgotten;
  for (const url of wanted) {
    if (since !== forgotten) return;
    if (await cache.match(url)) continue;
    const tile = await fetch(url).catch(() => null);
    if (tile?.ok) await cache.put(url, tile).catch(() => {});
    if (tile === null) return;
  }
}

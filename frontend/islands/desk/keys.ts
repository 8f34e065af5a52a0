/** Which deed a key stands for. Pure, so that a test says it all. */
export type Deed =
  | "down" | "up" | "next" | "back" | "mark" | "search" | "help" | "later" | "earlier" | "close";

const DEEDS: Record<string, Deed> = {
  j: "down",
  k: "up",
  e: "next",
  r: "back",
  x: "mark",
  n: "later",
  p: "earlier",
  "/": "search",
  "?": "help",
  Escape: "close",
};

type Pressed = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">;

/** Null for everything else: with Ctrl, Alt or Meta the key is the browser's, and a word being composed is the
    writer's. A Chinese input method that is on reports "Process" for every letter; the place of the key says which. */
export function deedOf(pressed: Pressed): Deed | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.isComposing) return null;
  return DEEDS[letter(pressed)] ?? null;
}

function letter({ key, code, shiftKey }: Pressed): string {
  if (key === "Process" || key === "Unidentified") {
    if (code === "Slash") return shiftKey ? "?" : "/";
    return code.startsWith("Key") ? code.slice(3).toLowerCase() : code;
  }
  if (key === "？") return "?";  // full-width signs of a Chinese keyboard
  if (key === "、" || key === "／") return "/";
  return key.length === 1 && !shiftKey ? key.toLowerCase() : key;
}

/** Where letters are the writer's: a field, a list that finds by letters, an open dialog. One that was closed a moment
    ago may still have the focus, until the browser draws again: a key after Escape is not its. */
export function typing(target: Pick<Element, "closest"> | null): boolean {
  return Boolean(
    target?.closest(
      "input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable], dialog[open]",
    ),
  );
}

/** The row after `here` (-1: none yet), at the ends it stays. */
export function moved(here: number, by: 1 | -1, count: number): number {
  if (!count) return -1;
  if (here < 0) return by > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, here + by));
}

/** Theme and type size change at once; the form behind them (which works without script) is not sent. */
const YEAR_IN_SECONDS = 31_536_000;

export interface Look {
  theme: string;
  type: string;
}

/** What the page looks like after one choice: `theme` is light, dark or auto; `type` normal or big. */
export function lookAfter(look: Look, name: string, value: string): Look {
  return name === "theme" || name === "type" ? { ...look, [name]: value } : look;
}

/** "auto" follows the system. */
export function shownTheme(theme: string, systemIsDark: boolean): "light" | "dark" {
  if (theme === "auto") return systemIsDark ? "dark" : "light";
  return theme === "dark" ? "dark" : "light";
}

export function changeLookInPlace(page: Document): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = page.documentElement;
  const look = (): Look => ({ theme: root.dataset.chosenTheme ?? "auto", type: root.dataset.type ?? "normal" });
  const show = (next: Look): void => {
    root.dataset.chosenTheme = next.theme;
    root.dataset.theme = shownTheme(next.theme, system.matches);
    root.dataset.type = next.type;
    page.dispatchEvent(new CustomEvent("look", { detail: next }));
  };
  system.addEventListener("change", () => show(look()));
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (!form.matches("form[data-look]") || !button) return;
    event.preventDefault();
    show(lookAfter(look(), button.name, button.value));
    page.cookie = `look_${button.name}=${button.value}; path=/; max-age=${YEAR_IN_SECONDS}; samesite=lax`;
    for (const other of form.querySelectorAll<HTMLButtonElement>(`button[name="${button.name}"]`)) {
      other.setAttribute("aria-pressed", String(other.value === button.value));
    }
  });
}

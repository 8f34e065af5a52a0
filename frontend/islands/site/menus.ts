/** <details class="menu"> closes when the reader clicks elsewhere or presses Escape. */
export function closeMenusOutside(page: Document): void {
  const open = (): NodeListOf<HTMLDetailsElement> => page.querySelectorAll("details.menu[open], details.more[open]");
  page.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

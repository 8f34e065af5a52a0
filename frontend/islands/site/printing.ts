/** Buttons with data-print open the printer's dialog; without script they stay hidden. */
export function offerPrint(page: Document): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

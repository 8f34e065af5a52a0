/** A form with `data-confirm` asks first, in the <dialog id="ask"> that kit/base.html carries. */
export function askBeforeSubmit(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    const dialog = page.querySelector<HTMLDialogElement>("#ask");
    if (!question || !dialog || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter as HTMLElement | null;
    dialog.querySelector("[data-question]")!.textContent = question;
    const yes = dialog.querySelector<HTMLButtonElement>("[value=yes]")!;
    yes.textContent = form.dataset.confirmLabel || yes.dataset.label || yes.textContent;
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.confirmed;
      },
      { once: true },
    );
    dialog.returnValue = "";
    dialog.showModal();
  }, true);
}

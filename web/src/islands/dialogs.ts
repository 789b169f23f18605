/** `data-open="id"` opens that dialog; `data-close` inside closes it; `data-confirm` asks before a form is sent. */
export function dialogs(root: Document): void {
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>("[data-open]");
    if (opener) {
      const dialog = root.getElementById(opener.dataset["open"] ?? "");
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
    }
    if (target?.closest("[data-close]")) target.closest("dialog")?.close();
  });
  root.addEventListener("submit", (event) => {
    const question = (event.submitter ?? (event.target as HTMLElement)).getAttribute("data-confirm");
    if (question && !window.confirm(question)) event.preventDefault();
  });
  root.addEventListener("change", (event) => {
    const control = event.target;
    if (control instanceof HTMLSelectElement && control.matches("[data-submit]")) control.form?.requestSubmit();
  });
}

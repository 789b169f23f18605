/** `data-copy="id"` copies that element's text and says so. */
export function copy(root: Document): void {
  root.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>("[data-copy]");
    if (!button) return;
    const text = root.getElementById(button.dataset["copy"] ?? "")?.textContent ?? "";
    void navigator.clipboard.writeText(text.trim()).then(() => {
      button.textContent = button.dataset["done"] ?? "✓";
    });
  });
}

/** Menus close on Escape and on a press outside; the navigation of a small screen opens and closes. */
export function menus(root: Document): void {
  const close = (except?: Node): void => {
    for (const menu of root.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
      if (!except || !menu.contains(except)) menu.open = false;
  };
  root.addEventListener("pointerdown", (event) => close(event.target as Node));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = root.querySelector<HTMLDetailsElement>("details.menu[open]");
    close();
    open?.querySelector("summary")?.focus();
  });
  const button = root.querySelector<HTMLButtonElement>("[data-nav]");
  button?.addEventListener("click", () => {
    const open = root.querySelector(".rail")?.classList.toggle("open") ?? false;
    button.setAttribute("aria-expanded", String(open));
  });
}

/**
 * The alert queue by keyboard: j/k move, Enter opens, x selects, a takes, c closes, / goes to the filter.
 * The place is kept by the alert's id, so that live updates do not move it.
 */
export function queue(root: Document): void {
  const table = root.querySelector<HTMLElement>("[data-queue]");
  if (!table) return;
  let current = "";
  const rows = (): HTMLElement[] => [...table.querySelectorAll<HTMLElement>("tr[data-alert]")];
  const boxes = (): HTMLInputElement[] => [...table.querySelectorAll<HTMLInputElement>("input[name=alert]")];
  const mark = (scroll: boolean): void => {
    for (const row of rows()) {
      const on = row.dataset["alert"] === current;
      row.setAttribute("aria-selected", String(on));
      if (on && scroll) row.scrollIntoView({ block: "nearest" });
    }
  };
  const count = (): void => {
    const chosen = boxes().filter((box) => box.checked).length;
    const bar = root.querySelector<HTMLElement>("[data-bulk]");
    if (bar) bar.hidden = chosen === 0;
    const number = root.querySelector("[data-chosen]");
    if (number) number.textContent = String(chosen);
    const all = root.querySelector<HTMLInputElement>("[data-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    }
  };
  const move = (by: number): void => {
    const list = rows();
    const at = list.findIndex((row) => row.dataset["alert"] === current);
    const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
    if (!next) return;
    current = next.dataset["alert"] ?? "";
    mark(true);
    next.querySelector<HTMLElement>("a.cover")?.focus({ preventScroll: true });
  };
  const choose = (only: boolean): HTMLInputElement | undefined => {
    const box = boxes().find((one) => one.value === current);
    if (!box) return undefined;
    if (only && !boxes().some((one) => one.checked)) box.checked = true;
    else if (!only) box.checked = !box.checked;
    count();
    return box;
  };
  const act = (name: string): void => {
    if (!choose(true) && !boxes().some((one) => one.checked)) return;
    root.querySelector<HTMLButtonElement>(`[data-act="${name}"]`)?.click();
  };
  root.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("textarea, select, dialog, input:not([type=checkbox])")) return;
    switch (event.key) {
      case "j":
        move(1);
        break;
      case "k":
        move(-1);
        break;
      case "x":
        choose(false);
        break;
      case "a":
        act("assign");
        break;
      case "c":
        act("close");
        break;
      case "/":
        root.querySelector<HTMLElement>("[data-filter-first]")?.focus();
        break;
      case "Enter":
        if (target.closest("a, button, input, summary")) return;
        rows()
          .find((row) => row.dataset["alert"] === current)
          ?.querySelector<HTMLAnchorElement>("a.cover")
          ?.click();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  table.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.matches("[data-all]"))
      for (const one of boxes()) one.checked = box.checked;
    count();
  });
  table.addEventListener("focusin", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-alert]");
    if (row) {
      current = row.dataset["alert"] ?? "";
      mark(false);
    }
  });
  // A live update replaces the rows: keep what was chosen, and show what is new.
  let kept = new Set<string>();
  let known = new Set(rows().map((row) => row.dataset["alert"] ?? ""));
  let focused = "";
  table.addEventListener("htmx:beforeSwap", () => {
    kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    known = new Set(rows().map((row) => row.dataset["alert"] ?? ""));
    const active = root.activeElement?.closest<HTMLElement>("tr[data-alert]");
    focused = active?.dataset["alert"] ?? "";
  });
  table.addEventListener("htmx:afterSwap", () => {
    for (const box of boxes()) box.checked = kept.has(box.value);
    for (const row of rows()) {
      const id = row.dataset["alert"] ?? "";
      if (!known.has(id)) row.classList.add("fresh");
      if (focused && id === focused) row.querySelector<HTMLElement>("a.cover")?.focus({ preventScroll: true });
    }
    mark(false);
    count();
  });
  count();
}

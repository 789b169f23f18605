/**
 * Names and values while a search is written: a combobox after the ARIA pattern, on `<input data-complete="address">`.
 * Down and Up move, Enter or Tab takes what is marked, Escape closes; without a mark Enter sends the form as ever.
 */
interface Item {
  text: string;
  shown: string;
  note: string;
}
interface Answer {
  start: number;
  end: number;
  items: Item[];
}
const DEBOUNCE_MS = 150;

export function complete(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-complete]")) attach(input);
}

function attach(input: HTMLInputElement): void {
  const address = input.dataset["complete"] ?? "";
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset["label"] ?? "");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ] as const)
    input.setAttribute(name, value);

  let answer: Answer | null = null;
  let marked = -1;
  let timer = 0;
  let asking: AbortController | null = null;

  const close = (): void => {
    window.clearTimeout(timer);
    asking?.abort();
    answer = null;
    marked = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place: number): void => {
    marked = place;
    [...list.children].forEach((option, n) => {
      option.setAttribute("aria-selected", String(n === place));
      if (n === place) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
  };
  const take = (place: number): void => {
    const item = answer?.items[place];
    if (!answer || !item) return;
    const after = input.value.slice(answer.end).replace(/^\s+/, "");
    const before = input.value.slice(0, answer.start) + item.text;
    input.value = before + after;
    input.setSelectionRange(before.length, before.length);
    input.focus();
    close();
    if (item.text.endsWith(":")) void ask();
  };
  const show = (got: Answer): void => {
    answer = got;
    list.replaceChildren(
      ...got.items.map((item, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const [name, note] = [document.createElement("span"), document.createElement("span")];
        name.textContent = item.shown;
        note.textContent = item.note;
        note.className = "muted small";
        option.append(name, note);
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(n);
        });
        return option;
      }),
    );
    marked = -1;
    list.hidden = got.items.length === 0;
    input.setAttribute("aria-expanded", String(got.items.length > 0));
  };
  const ask = async (): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    const form = input.form ? new FormData(input.form) : new FormData();
    const query = new URLSearchParams({ q: input.value, caret: String(input.selectionStart ?? input.value.length) });
    for (const name of ["range", "from", "to"]) {
      const value = form.get(name);
      if (typeof value === "string" && value) query.set(name, value);
    }
    query.set("run", `c${Math.random().toString(36).slice(2, 12)}`);
    try {
      const response = await fetch(`${address}?${query}`, { signal: mine.signal, headers: { "hx-request": "true" } });
      if (!response.ok || mine.signal.aborted) return;
      const got = (await response.json()) as Answer;
      if (document.activeElement === input) show(got);
    } catch {
      return; // another letter was written, or the centre is away: the search can be sent all the same
    }
  };

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), DEBOUNCE_MS);
  });
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden && answer !== null;
    const count = answer?.items.length ?? 0;
    switch (event.key) {
      case "ArrowDown":
        if (open) mark(marked + 1 < count ? marked + 1 : 0);
        else void ask();
        break;
      case "ArrowUp":
        if (!open) return;
        mark(marked > 0 ? marked - 1 : count - 1);
        break;
      case "Enter":
      case "Tab":
        if (!open || marked < 0) return;
        take(marked);
        break;
      case "Escape":
        if (!open) return;
        close();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

/**
 * Choose a span of time on a histogram, by pointer or by keyboard. `<div data-brush="form id" data-from data-to
 * data-steps data-zone>` around the picture (times in microseconds); writes the form's `from` and `to` and sends it.
 * Arrows move, Shift widens, Enter takes, Escape lets go; `[data-said]` tells the span to those who cannot see it.
 */
export function brush(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-brush]")) attach(box);
}

function attach(box: HTMLElement): void {
  const form = document.getElementById(box.dataset["brush"] ?? "");
  const picture = box.querySelector<SVGSVGElement>("svg");
  const area = picture?.querySelector<SVGRectElement>("rect.brush");
  if (!(form instanceof HTMLFormElement) || !picture || !area || box.dataset["ready"]) return;
  box.dataset["ready"] = "1";
  const from = Number(box.dataset["from"]);
  const to = Number(box.dataset["to"]);
  const steps = Math.max(1, Number(box.dataset["steps"]));
  const width = picture.viewBox.baseVal.width;
  const said = box.querySelector("[data-said]");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: box.dataset["zone"] ?? "UTC",
  });

  const time = (x: number): number => Math.round(from + ((to - from) * x) / width);
  const draw = (a: number, b: number): void => {
    area.setAttribute("x", String(Math.min(a, b)));
    area.setAttribute("width", String(Math.abs(a - b)));
  };
  const take = (a: number, b: number): void => {
    for (const [name, value] of [
      ["from", time(Math.min(a, b))],
      ["to", time(Math.max(a, b))],
    ] as const) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = String(value);
    }
    const range = form.elements.namedItem("range");
    if (range instanceof HTMLSelectElement) {
      range.value = "custom";
      range.disabled = false;
    }
    form.requestSubmit();
  };

  let start: number | null = null;
  const place = (event: PointerEvent): number => {
    const shown = picture.getBoundingClientRect();
    return Math.min(width, Math.max(0, ((event.clientX - shown.left) / shown.width) * width));
  };
  picture.addEventListener("pointerdown", (event) => {
    start = place(event);
    draw(start, start);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (start !== null) draw(start, place(event));
  });
  picture.addEventListener("pointercancel", () => {
    start = null;
    draw(0, 0);
  });
  picture.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [a, b] = [start, place(event)];
    start = null;
    if (Math.abs(b - a) < width / 200) draw(0, 0);
    else take(a, b);
  });

  let span: [number, number] | null = null; // steps, the second one moves
  const show = (): void => {
    if (!span) {
      draw(0, 0);
      if (said) said.textContent = "";
      return;
    }
    const [a, b] = [(Math.min(...span) * width) / steps, (Math.max(...span) * width) / steps];
    draw(a, b);
    if (said) said.textContent = `${format.format(time(a) / 1000)} – ${format.format(time(b) / 1000)}`;
  };
  const move = (by: number, widen: boolean): void => {
    const held = (n: number): number => Math.min(steps, Math.max(0, n));
    if (!span) span = by < 0 ? [steps, steps - 1] : [0, 1];
    else if (widen) span = [span[0], held(span[1] + by)];
    else if (Math.min(...span) + by >= 0 && Math.max(...span) + by <= steps) span = [span[0] + by, span[1] + by];
    show();
  };
  box.addEventListener("keydown", (event) => {
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight":
        move(event.key === "ArrowLeft" ? -1 : 1, event.shiftKey);
        break;
      case "Home":
      case "End":
        move(event.key === "Home" ? -steps : steps, true);
        break;
      case "Enter":
        if (span && span[0] !== span[1]) take((span[0] * width) / steps, (span[1] * width) / steps);
        break;
      case "Escape":
        span = null;
        show();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

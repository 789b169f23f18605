/**
 * Choose a span of time on a histogram with the pointer. `<svg data-brush="form id" data-from data-to>` (both in
 * microseconds); writes the form's `from` and `to` and sends it. The same is possible with the form's own fields.
 */
export function brush(root: ParentNode): void {
  for (const picture of root.querySelectorAll<SVGSVGElement>("svg[data-brush]")) attach(picture);
}

function attach(picture: SVGSVGElement): void {
  const form = document.getElementById(picture.dataset["brush"] ?? "");
  if (!(form instanceof HTMLFormElement) || picture.dataset["ready"]) return;
  picture.dataset["ready"] = "1";
  const from = Number(picture.dataset["from"]);
  const to = Number(picture.dataset["to"]);
  const width = picture.viewBox.baseVal.width;
  const area = picture.querySelector<SVGRectElement>("rect.brush");
  if (!area) return;
  let start: number | null = null;
  const place = (event: PointerEvent): number => {
    const box = picture.getBoundingClientRect();
    return Math.min(width, Math.max(0, ((event.clientX - box.left) / box.width) * width));
  };
  const draw = (a: number, b: number): void => {
    area.setAttribute("x", String(Math.min(a, b)));
    area.setAttribute("width", String(Math.abs(a - b)));
  };
  picture.addEventListener("pointerdown", (event) => {
    start = place(event);
    draw(start, start);
    area.removeAttribute("hidden");
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
    const end = place(event);
    const [a, b] = [Math.min(start, end), Math.max(start, end)];
    start = null;
    if (b - a < width / 200) {
      draw(0, 0);
      return;
    }
    const at = (x: number): string => String(Math.round(from + ((to - from) * x) / width));
    for (const [name, value] of [
      ["from", at(a)],
      ["to", at(b)],
    ] as const) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    }
    const range = form.elements.namedItem("range");
    if (range instanceof HTMLSelectElement) range.value = "custom";
    form.requestSubmit();
  });
}

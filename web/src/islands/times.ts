/** Keeps `<time data-ago>` true while the page stays open ("3 phút trước", "in 2 hours"). */
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

function words(at: number, format: Intl.RelativeTimeFormat): string {
  const seconds = (at - Date.now()) / 1000;
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size || unit === "second") return format.format(Math.round(seconds / size), unit);
  return "";
}

function refresh(root: ParentNode): void {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-ago]"))
    element.textContent = words(Date.parse(element.dateTime), format);
}

let ticking = false;

export function times(root: ParentNode): void {
  refresh(root);
  if (ticking) return;
  ticking = true;
  window.setInterval(() => refresh(document), 15_000);
}
